//! Where a register is: ACPI's generic address (ACPI, section 5.2.3.2).

use core::fmt;

use super::fields::Fields;

/// An address space that registers lie in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Physical memory.
    Memory,
    /// The I/O ports.
    Ports,
    /// Another one, by its number.
    Other(u8),
}

/// The place of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address space.
    pub space: Space,
    /// How many bits it has.
    pub bits: u8,
    /// Where in the space it begins.
    pub start: u64,
}

impl Address {
    /// The address at this distance from a table's first byte; `None` where the table
    /// ends before, or there is no register.
    pub fn read(fields: Fields, offset: usize) -> Option<Self> {
        let space = match fields.u8(offset)? {
            0 => Space::Memory,
            1 => Space::Ports,
            other => Space::Other(other),
        };
        let start = fields.u64(offset + 4).filter(|start| *start != 0)?;
        Some(Self {
            space,
            bits: fields.u8(offset + 1)?,
            start,
        })
    }

    /// The port of this number, as older tables name it; `None` for 0.
    pub fn port(number: u32, bits: u8) -> Option<Self> {
        (number != 0).then_some(Self {
            space: Space::Ports,
            bits,
            start: number.into(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self { space, start, .. } = self;
        match space {
            Space::Memory => write!(out, "memory {start:#x}"),
            Space::Ports => write!(out, "port {start:#x}"),
            Space::Other(number) => write!(out, "{start:#x} of address space {number}"),
        }
    }
}

//! The FADT: which registers switch the machine off and reset it, and where the DSDT
//! is (ACPI, section 5.2.9).

use core::fmt;

use super::Error;
use super::address::Address;
use super::fields::Fields;
use super::table::Table;

/// The name of the table.
pub const NAME: [u8; 4] = *b"FACP";

// Distances of fields from the table's first byte.
const REVISION: usize = 8;
const DSDT: usize = 40;
const SMI_COMMAND: usize = 48;
const ENABLE: usize = 52;
const CONTROL: [usize; 2] = [64, 68];
const CENTURY: usize = 108;
const BOOT_FLAGS: usize = 109;
const FLAGS: usize = 112;
const RESET: usize = 116;
const RESET_VALUE: usize = 128;
const DSDT_64: usize = 140;
const CONTROL_64: [usize; 2] = [172, 184];
const SLEEP_CONTROL: usize = 244;

/// Flags: the reset register is there; there is none of the hardware that ACPI 1.0 had.
const HAS_RESET: u32 = 1 << 10;
const IS_REDUCED: u32 = 1 << 20;

/// Flag of the boot flags: there is an 8042. They came with revision 3; before, each PC had one.
const HAS_8042: u16 = 1 << 1;
const BOOT_FLAGS_SINCE: u8 = 3;

/// The FADT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fadt {
    /// The physical address of the DSDT.
    pub dsdt: u64,
    /// How the hardware is handed over; `None` if it is ours from the start.
    pub enable: Option<Enable>,
    /// The registers PM1a and PM1b, which switch off.
    pub control: [Option<Address>; 2],
    /// The one that does so where there is no such hardware.
    pub sleep_control: Option<Address>,
    /// The register that resets the machine, and what is written there.
    pub reset: Option<(Address, u8)>,
    /// Whether there is a keyboard controller.
    pub has_8042: bool,
    /// The real-time clock's byte that holds the century.
    pub century: Option<u8>,
}

/// A value that is written to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enable {
    /// The port of the system management interrupt.
    pub port: u32,
    /// The value.
    pub value: u8,
}

impl Fadt {
    /// What this table says. It has grown with each revision, so its length tells what
    /// is there.
    ///
    /// # Errors
    /// When it is shorter than in ACPI 1.0.
    pub fn of(table: &Table) -> Result<Self, Error> {
        Self::read(table.fields()).ok_or(Error::TooShort)
    }

    fn read(fields: Fields) -> Option<Self> {
        let flags = fields.u32(FLAGS)?;
        let port = |offset| Some(Address::port(fields.u32(offset)?, 16));
        let better = |offset| Address::read(fields, offset);
        let control = [
            better(CONTROL_64[0]).or(port(CONTROL[0])?),
            better(CONTROL_64[1]).or(port(CONTROL[1])?),
        ];
        let enable = Enable {
            port: fields.u32(SMI_COMMAND)?,
            value: fields.u8(ENABLE)?,
        };
        let is_reduced = flags & IS_REDUCED != 0;
        Some(Self {
            dsdt: (fields.u64(DSDT_64).filter(|address| *address != 0))
                .unwrap_or(fields.u32(DSDT)?.into()),
            enable: (enable.port != 0 && enable.value != 0 && !is_reduced).then_some(enable),
            control: if is_reduced { [None; 2] } else { control },
            sleep_control: is_reduced.then(|| better(SLEEP_CONTROL)).flatten(),
            reset: (flags & HAS_RESET != 0)
                .then(|| better(RESET).zip(fields.u8(RESET_VALUE)))
                .flatten(),
            has_8042: fields.u8(REVISION)? < BOOT_FLAGS_SINCE
                || fields.u16(BOOT_FLAGS)? & HAS_8042 != 0,
            century: fields.u8(CENTURY).filter(|byte| *byte != 0),
        })
    }
}

impl fmt::Display for Fadt {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        writeln!(out, "DSDT at {:#x}", self.dsdt)?;
        if let Some(Enable { port, value }) = self.enable {
            writeln!(out, "ACPI is switched on by {value:#x} to port {port:#x}")?;
        }
        let controls = self.control.iter().chain([&self.sleep_control]).flatten();
        for control in controls {
            writeln!(out, "sleep control at {control}")?;
        }
        if let Some((register, value)) = self.reset {
            writeln!(out, "reset by {value:#x} to {register}")?;
        }
        let also = if self.has_8042 { "an" } else { "no" };
        writeln!(out, "{also} 8042")
    }
}

//! The MCFG: where the configuration of PCI Express devices is mapped ("PCI Firmware
//! Specification", revision 3.3, section 4.1.2).

use core::fmt;

use super::Error;
use super::fields::Fields;
use super::table::Table;

/// The name of the table.
pub const NAME: [u8; 4] = *b"MCFG";

/// Where the entries begin, and how many bytes one has.
const ENTRIES: usize = 44;
const ENTRY: usize = 16;

/// The MCFG.
#[derive(Clone, Copy, Debug)]
pub struct Mcfg<'a> {
    entries: &'a [u8],
}

/// The buses of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buses {
    /// The physical address of bus 0.
    pub start: u64,
    /// The group.
    pub segment: u16,
    /// The first bus.
    pub first: u8,
    /// The last one.
    pub last: u8,
}

impl<'a> Mcfg<'a> {
    /// What this table says.
    pub fn of(table: &'a Table) -> Self {
        Self {
            entries: table.fields().after(ENTRIES),
        }
    }

    /// The entries. An unsound one is an error, and the last.
    pub fn entries(&self) -> impl Iterator<Item = Result<Buses, Error>> + use<'a> {
        (self.entries.chunks(ENTRY)).map(|entry| Buses::of(Fields(entry)).ok_or(Error::TooShort))
    }
}

impl Buses {
    fn of(fields: Fields) -> Option<Self> {
        fields.array::<ENTRY>(0)?;
        Some(Self {
            start: fields.u64(0)?,
            segment: fields.u16(8)?,
            first: fields.u8(10)?,
            last: fields.u8(11)?,
        })
    }
}

impl fmt::Display for Mcfg<'_> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        for entry in self.entries() {
            match entry {
                Ok(Buses {
                    start,
                    segment,
                    first,
                    last,
                }) => writeln!(
                    out,
                    "buses {first} to {last} of segment {segment} at {start:#x}"
                )?,
                Err(error) => writeln!(out, "unsound: {error}")?,
            }
        }
        Ok(())
    }
}

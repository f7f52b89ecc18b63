//! The SRAT: which processors and which memory are near each other (ACPI, section 5.2.16).

use core::fmt;
use core::ops::Range;

use super::Error;
use super::fields::Fields;
use super::madt::split;
use super::table::Table;

/// The name of the table.
pub const NAME: [u8; 4] = *b"SRAT";

/// Where the entries begin.
const ENTRIES: usize = 48;

/// The SRAT.
#[derive(Clone, Copy, Debug)]
pub struct Srat<'a> {
    entries: &'a [u8],
}

/// What belongs to a node, by the node's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A processor, by the number of its local APIC.
    Processor {
        /// The local APIC's number.
        id: u32,
        /// The node.
        node: u32,
    },
    /// Physical memory.
    Memory {
        /// Its physical addresses.
        memory: Range<u64>,
        /// The node.
        node: u32,
    },
    /// Something else, or something that is not in use.
    Other {
        /// The entry's kind.
        kind: u8,
    },
}

impl<'a> Srat<'a> {
    /// What this table says.
    pub fn of(table: &'a Table) -> Self {
        Self {
            entries: table.fields().after(ENTRIES),
        }
    }

    /// The entries, as those of a MADT.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, Error>> + use<'a> {
        split(self.entries).map(|entry| entry.and_then(Entry::of))
    }
}

impl Entry {
    fn of(entry: &[u8]) -> Result<Self, Error> {
        let kind = entry[0];
        Self::known(kind, Fields(entry)).ok_or(Error::TooShort)
    }

    /// Reads an entry of this kind; `None` where it ends too early.
    fn known(kind: u8, fields: Fields) -> Option<Self> {
        let (flags, entry) = match kind {
            0 => {
                // The node's number has grown: its upper bytes lie apart.
                let [one, two, three] = fields.array(9)?;
                let node = u32::from_le_bytes([fields.u8(2)?, one, two, three]);
                let id = fields.u8(3)?.into();
                (fields.u32(4)?, Self::Processor { id, node })
            }
            1 => {
                let (start, len) = (fields.u64(8)?, fields.u64(16)?);
                let memory = start..start.saturating_add(len);
                let node = fields.u32(2)?;
                (fields.u32(28)?, Self::Memory { memory, node })
            }
            2 => {
                let (node, id) = (fields.u32(4)?, fields.u32(8)?);
                (fields.u32(12)?, Self::Processor { id, node })
            }
            kind => (0, Self::Other { kind }),
        };
        let is_used = flags & 1 != 0;
        Some(if is_used { entry } else { Self::Other { kind } })
    }
}

impl fmt::Display for Srat<'_> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        for entry in self.entries() {
            match entry {
                Ok(Entry::Processor { id, node }) => {
                    writeln!(out, "node {node}: processor with local APIC {id}")?;
                }
                Ok(Entry::Memory { memory, node }) => {
                    let Range { start, end } = memory;
                    writeln!(out, "node {node}: memory {start:#x} to {end:#x}")?;
                }
                Ok(Entry::Other { .. }) => {}
                Err(error) => writeln!(out, "unsound: {error}")?,
            }
        }
        Ok(())
    }
}

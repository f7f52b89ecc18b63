//! The MADT: which processors and interrupt controllers there are (ACPI, section 5.2.12).

use core::fmt;

use super::Error;
use super::fields::Fields;
use super::table::Table;

/// The name of the table: it is about APICs.
pub const NAME: [u8; 4] = *b"APIC";

/// Where the entries begin.
const ENTRIES: usize = 44;

/// The MADT.
#[derive(Clone, Copy, Debug)]
pub struct Madt<'a> {
    /// The physical address of the local APICs' registers, the same for each processor.
    pub local_apic: u32,
    /// Whether there are also two 8259s.
    pub has_8259s: bool,
    entries: &'a [u8],
}

/// An entry of the MADT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A processor, by the number of its local APIC.
    Processor {
        /// The local APIC's number.
        id: u32,
        /// Whether it can be used.
        is_usable: bool,
    },
    /// An I/O APIC.
    IoApic {
        /// Its number.
        id: u8,
        /// The physical address of its registers.
        address: u32,
        /// The number of its first input among the inputs of all I/O APICs.
        first_input: u32,
    },
    /// A line of the 8259s that arrives at an input of another number.
    Override(Override),
    /// A pin of local APICs that means an NMI.
    LocalNmi {
        /// The pin: 0 or 1.
        pin: u8,
    },
    /// A better address of the local APICs' registers.
    LocalApicAddress(u64),
    /// Something else.
    Other {
        /// The entry's kind.
        kind: u8,
    },
}

/// Where a line of the 8259s arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// The line.
    pub line: u8,
    /// The input, among those of all I/O APICs.
    pub input: u32,
    /// Whether the device asks by a low voltage.
    pub is_low: bool,
    /// Whether it asks as long as the voltage stays, not by its change.
    pub is_level: bool,
}

impl<'a> Madt<'a> {
    /// What this table says.
    ///
    /// # Errors
    /// When it ends before the entries begin.
    pub fn of(table: &'a Table) -> Result<Self, Error> {
        let fields = table.fields();
        let (address, flags) = (fields.u32(36), fields.u32(40));
        let (Some(local_apic), Some(flags)) = (address, flags) else {
            return Err(Error::TooShort);
        };
        Ok(Self {
            local_apic,
            has_8259s: flags & 1 != 0,
            entries: fields.after(ENTRIES),
        })
    }

    /// The entries. An unsound one is an error. It is the last where its length is unsound, since
    /// nobody knows where the next begins.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, Error>> + use<'a> {
        split(self.entries).map(|entry| entry.and_then(Entry::of))
    }

    /// The entries that are sound.
    pub fn sound(&self) -> impl Iterator<Item = Entry> + use<'a> {
        self.entries().filter_map(Result::ok)
    }

    // [apic.2]
    /// The I/O APICs: the physical address of each, and the number of its first input.
    pub fn io_apics(&self) -> impl Iterator<Item = (u64, u32)> + use<'a> {
        self.sound().filter_map(|entry| match entry {
            Entry::IoApic {
                address,
                first_input,
                ..
            } => Some((address.into(), first_input)),
            _ => None,
        })
    }

    // [apic.3]
    /// Which input a line of the 8259s is: that of its own number, unless an entry knows
    /// better.
    pub fn line(&self, line: u8) -> Override {
        let better = self.sound().find_map(|entry| match entry {
            Entry::Override(it) if it.line == line => Some(it),
            _ => None,
        });
        better.unwrap_or(Override {
            line,
            input: line.into(),
            is_low: false,
            is_level: false,
        })
    }

    // [apic.3]
    /// At which pins of local APICs NMIs come.
    pub fn nmi_pins(&self) -> [bool; 2] {
        [0, 1].map(|pin| self.sound().any(|entry| entry == Entry::LocalNmi { pin }))
    }

    /// The physical address of the local APICs' registers, of which an entry may know
    /// more than the table's head.
    pub fn local_apic(&self) -> u64 {
        let better = self.sound().find_map(|entry| match entry {
            Entry::LocalApicAddress(address) => Some(address),
            _ => None,
        });
        better.unwrap_or(self.local_apic.into())
    }
}

impl Entry {
    fn of(entry: &[u8]) -> Result<Self, Error> {
        let kind = entry[0];
        Self::known(kind, Fields(entry)).ok_or(Error::TooShort)
    }

    /// Reads an entry of this kind; `None` where it ends too early.
    fn known(kind: u8, fields: Fields) -> Option<Self> {
        Some(match kind {
            0 => Self::Processor {
                id: fields.u8(3)?.into(),
                is_usable: is_usable(fields.u32(4)?),
            },
            1 => Self::IoApic {
                id: fields.u8(2)?,
                address: fields.u32(4)?,
                first_input: fields.u32(8)?,
            },
            2 => Self::Override(Override::of(fields)?),
            4 => Self::LocalNmi { pin: fields.u8(5)? },
            10 => Self::LocalNmi { pin: fields.u8(8)? },
            5 => Self::LocalApicAddress(fields.u64(4)?),
            9 => Self::Processor {
                id: fields.u32(4)?,
                is_usable: is_usable(fields.u32(8)?),
            },
            kind => Self::Other { kind },
        })
    }
}

/// Bit 0: it is there. Bit 1: it can be plugged in.
fn is_usable(flags: u32) -> bool {
    flags & 1 != 0
}

impl Override {
    /// The low bits of the flags are two pairs: the polarity, then the trigger mode. 1 and 3 are
    /// high and low, edge and level; 0 is what the ISA bus has: high and edge.
    fn of(fields: Fields) -> Option<Self> {
        let flags = fields.u16(8)?;
        Some(Self {
            line: fields.u8(3)?,
            input: fields.u32(4)?,
            is_low: flags & 3 == 3,
            is_level: flags >> 2 & 3 == 3,
        })
    }
}

/// Splits what begins with a kind and a length into entries. Where a length is shorter
/// than these two bytes, or longer than what is left, an error is the last item.
pub(super) fn split(mut rest: &[u8]) -> impl Iterator<Item = Result<&[u8], Error>> {
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let len = rest.get(1).map_or(0, |len| usize::from(*len));
        let whole = (len >= 2).then(|| rest.split_at_checked(len)).flatten();
        let (entry, others) = whole.unwrap_or_default();
        rest = others;
        Some(if entry.is_empty() {
            Err(Error::TooShort)
        } else {
            Ok(entry)
        })
    })
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Processor { id, is_usable } => {
                let state = if *is_usable { "" } else { ", not usable" };
                write!(out, "processor with local APIC {id}{state}")
            }
            Self::IoApic {
                id,
                address,
                first_input,
            } => write!(
                out,
                "I/O APIC {id} at {address:#x}, inputs from {first_input}"
            ),
            Self::Override(it) => {
                let polarity = if it.is_low { "low" } else { "high" };
                let mode = if it.is_level { "level" } else { "edge" };
                let Override { line, input, .. } = it;
                write!(out, "line {line:2} is input {input}, {polarity}, {mode}")
            }
            Self::LocalNmi { pin } => write!(out, "NMI at pin {pin} of local APICs"),
            Self::LocalApicAddress(address) => write!(out, "local APICs at {address:#x}"),
            Self::Other { kind } => write!(out, "entry of kind {kind}"),
        }
    }
}

impl fmt::Display for Madt<'_> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let also = if self.has_8259s { "also" } else { "no" };
        writeln!(out, "local APICs at {:#x}; {also} 8259s", self.local_apic)?;
        for entry in self.entries() {
            match entry {
                Ok(entry) => writeln!(out, "{entry}")?,
                Err(error) => writeln!(out, "unsound: {error}")?,
            }
        }
        Ok(())
    }
}

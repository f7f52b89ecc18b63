//! The cases of a test program: tests that run in a machine, each described by a record that is read without booting.
//!
//! The records lie side by side in the section `.cairn.cases`. One has 112 bytes, little-endian:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | version of the layout, 1 |
//! | 4 | 4 | flags: bit 0 says that the case runs only if it is asked for |
//! | 8 | 4 | the expected verdict, as [`Verdict`] numbers them |
//! | 12 | 4 | the time limit in milliseconds |
//! | 16 | 4 | the line in its file |
//! | 20 | 4 | reserved |
//! | 24 | 16 | its name: address and length, as for all that follow |
//! | 40 | 16 | its file |
//! | 56 | 16 | what it has to say on the serial line |
//! | 72 | 16 | more arguments for QEMU, with spaces between them |
//! | 88 | 16 | what the host does: address and number of actions |
//! | 104 | 8 | the address of its code, which is the kernel's business |
//!
//! An action has 24 bytes:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | kind: 1 sends the text, 2 presses the keys that the text names, 3 sends an NMI |
//! | 4 | 4 | how many times; 0 means once, as 1 does |
//! | 8 | 16 | the text: address and length |

use std::fs;
use std::path::Path;
use std::time::Duration;

use object::elf::FileHeader64;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, elf};

use crate::{Error, Outcome};

/// The section with the records.
const SECTION: &[u8] = b".cairn.cases";
/// The layout that we know.
const VERSION: u32 = 1;
/// Bytes of a record.
const RECORD: usize = 112;
/// Bytes of an action.
const ACTION: usize = 24;
/// At most so many bytes are sent by one action: they wait in our memory.
const SENT: usize = 16 * 1024 * 1024;
/// The flag of a case that runs only if it is asked for.
const IGNORED: u32 = 1 << 0;

/// A test that runs in a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its module and its function: `serial::absent_port`.
    pub name: String,
    /// The file in which it stands.
    pub file: String,
    /// Its line there.
    pub line: u32,
    /// How long it may take, from the kernel's first byte on the serial line.
    pub limit: Duration,
    /// How its machine has to end.
    pub expected: Verdict,
    /// What it has to say on the serial line; empty if that does not matter.
    pub says: String,
    /// More arguments for QEMU.
    pub machine: Vec<String>,
    /// What the host does once the kernel is ready.
    pub host: Vec<Action>,
    /// Whether it runs only if it is asked for.
    pub ignored: bool,
}

/// What the host does for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends text on the serial line, so many times.
    Send(String, u32),
    /// Presses keys, named as in QEMU's `sendkey`.
    Press(String),
    /// Sends a non-maskable interrupt to the processors whose local APIC takes it at LINT1. SeaBIOS has set that up, qboot
    /// has not.
    Nmi,
}

/// How the machine of a case has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The case returned without an error.
    Passed,
    /// The case returned an error.
    Failed,
    /// The kernel panicked.
    Panicked,
    /// The machine triple-faulted.
    TripleFaulted,
    /// The guest reset the machine.
    Reset,
    /// The time limit passed.
    Hung,
    /// The kernel switched the machine off.
    PoweredOff,
}

impl Verdict {
    /// All of them, in the order of their numbers in a record.
    const ALL: [Verdict; 7] = [
        Verdict::Passed,
        Verdict::Failed,
        Verdict::Panicked,
        Verdict::TripleFaulted,
        Verdict::Reset,
        Verdict::Hung,
        Verdict::PoweredOff,
    ];

    /// Whether a machine ended so.
    #[must_use]
    pub fn fits(self, outcome: &Outcome) -> bool {
        match self {
            Verdict::Passed => *outcome == Outcome::Succeeded,
            Verdict::Failed => *outcome == Outcome::Failed,
            Verdict::Panicked => *outcome == Outcome::Panicked,
            Verdict::TripleFaulted => *outcome == Outcome::TripleFaulted,
            Verdict::Reset => *outcome == Outcome::Reset,
            Verdict::Hung => matches!(outcome, Outcome::TimedOut { .. }),
            Verdict::PoweredOff => *outcome == Outcome::PoweredOff,
        }
    }

    /// Its name, as [`Outcome::verdict`] has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Panicked => "panicked",
            Verdict::TripleFaulted => "triple-faulted",
            Verdict::Reset => "reset",
            Verdict::Hung => "hung",
            Verdict::PoweredOff => "powered-off",
        }
    }
}

/// The cases of an ELF file, by name; none if it is no test program.
///
/// # Errors
/// [`Error::Elf`] when the file is no ELF file for x86_64, [`Error::Cases`] when its records make no sense.
pub fn read(path: &Path) -> Result<Vec<Case>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    let image = Image::parse(&bytes).map_err(|error| Error::Elf {
        path: path.into(),
        reason: error.to_string(),
    })?;
    let records = image.records.chunks(RECORD);
    let cases: Result<Vec<Case>, String> = records.map(|record| image.case(record)).collect();
    let mut cases = cases.map_err(|reason| Error::Cases {
        path: path.into(),
        reason,
    })?;
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

/// What a program has in memory when it starts.
struct Image<'data> {
    segments: Vec<(u64, &'data [u8])>,
    records: &'data [u8],
}

impl<'data> Image<'data> {
    fn parse(bytes: &'data [u8]) -> object::read::Result<Image<'data>> {
        let header = FileHeader64::<Endianness>::parse(bytes)?;
        let endian = header.endian()?;
        let mut segments = Vec::new();
        for segment in header.program_headers(endian, bytes)? {
            if segment.p_type(endian) == elf::PT_LOAD {
                // A segment that is cut off has no bytes; a record in it is refused below.
                let data = segment.data(endian, bytes).unwrap_or_default();
                segments.push((segment.p_vaddr(endian), data));
            }
        }
        let sections = header.sections(endian, bytes)?;
        let records = match sections.section_by_name(endian, SECTION) {
            Some((_, section)) => section.data(endian, bytes)?,
            None => &[],
        };
        Ok(Image { segments, records })
    }

    /// The bytes at an address.
    fn bytes(&self, address: u64, length: u64) -> Result<&'data [u8], String> {
        let within = |(start, data): &(u64, &'data [u8])| {
            let start = usize::try_from(address.checked_sub(*start)?).ok()?;
            data.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        };
        let found = self.segments.iter().find_map(within);
        found.ok_or_else(|| format!("a record points to {address:#x}, where the file has nothing"))
    }

    fn text(&self, address: u64, length: u64) -> Result<String, String> {
        if length == 0 {
            return Ok(String::new());
        }
        let bytes = self.bytes(address, length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| format!("the text at {address:#x} is not UTF-8"))
    }

    fn case(&self, record: &[u8]) -> Result<Case, String> {
        let mut fields = Fields(record);
        let version = fields.u32()?;
        if version != VERSION {
            return Err(format!(
                "their layout is version {version}, and this runner knows version {VERSION}"
            ));
        }
        let flags = fields.u32()?;
        let number = fields.u32()?;
        let expected = Verdict::ALL.get(number as usize).copied();
        let limit = Duration::from_millis(fields.u32()?.into());
        let (line, _reserved) = (fields.u32()?, fields.u32()?);
        let mut text = || self.text(fields.u64()?, fields.u64()?);
        let (name, file, says, machine) = (text()?, text()?, text()?, text()?);
        Ok(Case {
            expected: expected.ok_or_else(|| format!("{name} expects verdict {number}"))?,
            host: self.actions(fields.u64()?, fields.u64()?)?,
            machine: machine.split_whitespace().map(str::to_owned).collect(),
            ignored: flags & IGNORED != 0,
            name,
            file,
            line,
            limit,
            says,
        })
    }

    fn actions(&self, address: u64, count: u64) -> Result<Vec<Action>, String> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let bytes = self.bytes(address, count.saturating_mul(ACTION as u64))?;
        bytes
            .chunks(ACTION)
            .map(|bytes| self.action(bytes))
            .collect()
    }

    fn action(&self, bytes: &[u8]) -> Result<Action, String> {
        let mut fields = Fields(bytes);
        let (kind, count) = (fields.u32()?, fields.u32()?.max(1));
        let text = self.text(fields.u64()?, fields.u64()?)?;
        match kind {
            1 if text.len().saturating_mul(count as usize) > SENT => Err(format!(
                "the host sends at most {SENT} bytes, not {count} times {}",
                text.len()
            )),
            1 => Ok(Action::Send(text, count)),
            2 => Ok(Action::Press(text)),
            3 => Ok(Action::Nmi),
            other => Err(format!("the host has no action {other}")),
        }
    }
}

/// What is left of a record.
struct Fields<'data>(&'data [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let Some((field, rest)) = self.0.split_first_chunk() else {
            return Err("the last record is cut off".into());
        };
        self.0 = rest;
        Ok(*field)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.take().map(u64::from_le_bytes)
    }
}

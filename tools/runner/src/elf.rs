//! What the runner wants to know from a kernel's ELF file.

use std::fs;
use std::path::Path;

use object::elf::FileHeader64;
use object::read::elf::{FileHeader, NoteIterator, ProgramHeader, SectionHeader};
use object::{Endianness, elf};

use crate::Error;

/// The type of Xen's note with the 32-bit entry point (`XEN_ELFNOTE_PHYS32_ENTRY`), by which QEMU enters a kernel directly.
const PHYS32_ENTRY: u32 = 18;

/// The hash of the sources that the kernel was built from: its build id, in hexadecimal digits. `None` if the file cannot be
/// read, is no ELF file or has no build id.
#[must_use]
pub fn tree_hash(path: &Path) -> Option<String> {
    let notes = notes(path).ok()?;
    let id = notes
        .iter()
        .find(|note| note.kind == elf::NT_GNU_BUILD_ID.0 && note.owner == b"GNU")?;
    Some(
        id.contents
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}

/// Whether QEMU can enter the kernel directly.
///
/// # Errors
/// When the file cannot be read or is no ELF file for x86_64.
pub fn has_pvh_note(path: &Path) -> Result<bool, Error> {
    Ok(notes(path)?
        .iter()
        .any(|note| note.kind == PHYS32_ENTRY && note.owner == b"Xen"))
}

/// One note.
struct Note {
    owner: Vec<u8>,
    kind: u32,
    contents: Vec<u8>,
}

/// The notes of all segments and sections.
fn notes(path: &Path) -> Result<Vec<Note>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    parse(&bytes).map_err(|error| Error::Elf {
        path: path.into(),
        reason: error.to_string(),
    })
}

fn parse(bytes: &[u8]) -> object::read::Result<Vec<Note>> {
    let header = FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let mut found = Vec::new();
    for segment in header.program_headers(endian, bytes)? {
        collect(segment.notes(endian, bytes), endian, &mut found);
    }
    // The build id is in no note segment: that holds the PVH note alone.
    for section in header.section_headers(endian, bytes)? {
        collect(section.notes(endian, bytes), endian, &mut found);
    }
    Ok(found)
}

/// Takes what can be read: a segment that is no list of notes does not hide the others.
fn collect(
    notes: object::read::Result<Option<NoteIterator<FileHeader64<Endianness>>>>,
    endian: Endianness,
    found: &mut Vec<Note>,
) {
    let Ok(Some(mut notes)) = notes else { return };
    while let Ok(Some(note)) = notes.next() {
        found.push(Note {
            owner: note.name().to_vec(),
            kind: note.n_type(endian).0,
            contents: note.desc().to_vec(),
        });
    }
}

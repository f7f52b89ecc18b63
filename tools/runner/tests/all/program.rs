//! A test program made by hand: a guest in machine code, and a file that describes its cases.

use std::path::PathBuf;

use crate::common::{BASE, Folder, Guest};

/// Bytes of a record.
const RECORD: usize = 112;

/// The record of a case.
#[derive(Clone)]
pub struct Record {
    pub version: u32,
    pub ignored: bool,
    pub expected: u32,
    pub limit: u32,
    pub name: &'static str,
    pub says: &'static str,
    pub machine: &'static str,
    /// Kind, count and text of each action.
    pub host: Vec<(u32, u32, &'static str)>,
}

impl Record {
    pub fn new(name: &'static str) -> Record {
        Record {
            version: 1,
            ignored: false,
            expected: 0,
            limit: 20_000,
            name,
            says: "",
            machine: "",
            host: Vec::new(),
        }
    }
}

/// A test program whose cases all do what the guest does.
pub fn program(guest: &Guest, records: &[Record]) -> Vec<u8> {
    let mut file = File(guest.elf());
    let start = file.0.len();
    let size = records.len() * RECORD;
    file.0.resize(start + size, 0);
    for (index, record) in records.iter().enumerate() {
        let bytes = file.record(record);
        file.0[start + index * RECORD..][..RECORD].copy_from_slice(&bytes);
    }
    file.load_all();
    file.sections(start, size);
    file.0
}

/// The program as a file in the folder.
pub fn write(folder: &Folder, guest: &Guest, records: &[Record]) -> PathBuf {
    folder.write("kernel-0123", &program(guest, records))
}

/// An ELF file whose first segment is all of it, at `BASE`.
struct File(Vec<u8>);

impl File {
    /// The address and the length of bytes that are added.
    fn put(&mut self, bytes: &[u8]) -> u64 {
        let address = u64::from(BASE) + self.0.len() as u64;
        self.0.extend(bytes);
        address
    }

    fn text(&mut self, text: &str) -> [u8; 16] {
        pair(self.put(text.as_bytes()), text.len())
    }

    fn record(&mut self, record: &Record) -> Vec<u8> {
        let mut bytes = Vec::new();
        let flags = u32::from(record.ignored);
        for number in [record.version, flags, record.expected, record.limit, 7, 0] {
            bytes.extend(number.to_le_bytes());
        }
        for text in [record.name, "tests/x.rs", record.says, record.machine] {
            bytes.extend(self.text(text));
        }
        let mut actions = Vec::new();
        for (kind, count, text) in &record.host {
            actions.extend(kind.to_le_bytes());
            actions.extend(count.to_le_bytes());
            actions.extend(self.text(text));
        }
        bytes.extend(pair(self.put(&actions), record.host.len()));
        bytes.extend([0; 8]);
        bytes
    }

    /// The sizes of the segment, in the file and in memory, as they are now.
    fn load_all(&mut self) {
        let size = (self.0.len() as u64).to_le_bytes();
        for offset in [64 + 32, 64 + 40] {
            self.0[offset..offset + 8].copy_from_slice(&size);
        }
    }

    /// Three sections: none, the records, the names of sections.
    fn sections(&mut self, records: usize, size: usize) {
        let names = self.0.len();
        self.0.extend(b"\0.cairn.cases\0.shstrtab\0");
        let table = self.0.len() as u64;
        let address = u64::from(BASE) + records as u64;
        self.0.extend([0; 64]);
        self.section(1, 1, address, records, size);
        self.section(14, 3, 0, names, 24);
        self.0[40..48].copy_from_slice(&table.to_le_bytes());
        for (offset, number) in [(58, 64_u16), (60, 3), (62, 2)] {
            self.0[offset..offset + 2].copy_from_slice(&number.to_le_bytes());
        }
    }

    fn section(&mut self, name: u32, kind: u32, address: u64, offset: usize, size: usize) {
        self.0.extend(name.to_le_bytes());
        self.0.extend(kind.to_le_bytes());
        for word in [2, address, offset as u64, size as u64, 0, 8, 0] {
            self.0.extend(word.to_le_bytes());
        }
    }
}

fn pair(address: u64, count: usize) -> [u8; 16] {
    let mut pair = [0; 16];
    pair[..8].copy_from_slice(&address.to_le_bytes());
    pair[8..].copy_from_slice(&(count as u64).to_le_bytes());
    pair
}

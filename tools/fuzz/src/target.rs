//! The targets.

use cairn::acpi::aml::sleep_types;
use cairn::acpi::table::{HEADER, Table};

use crate::image;
use crate::memory::{Memory, seal};
use crate::mend::{SUM, mend};
use crate::tour::{tell, tour};

/// A target takes any bytes, and panics where something is wrong with the kernel.
pub type Target = fn(&[u8]);

/// All targets by name. Each has a folder of inputs.
pub const TARGETS: [(&str, Target); 3] = [("code", code), ("memory", memory), ("table", table)];

/// The target of this name. One more has a fault, by which one sees whether the fuzzer finds any.
pub fn target(name: &str) -> Option<Target> {
    let mut all = TARGETS.iter().chain(&[("faulty", faulty as Target)]);
    let found = all.find(|(other, _)| *other == name);
    found.map(|(_, target)| *target)
}

/// Nobody comes upon the fault by chance.
fn faulty(input: &[u8]) {
    let mut bytes = input.iter();
    let is_found = b"stone".iter().all(|byte| bytes.next() == Some(byte));
    assert!(!is_found, "the fault is found");
}

/// The code of a DSDT.
fn code(input: &[u8]) {
    if let Some(types) = sleep_types(input) {
        assert!(types.iter().all(|number| *number < 8));
        assert!(input.windows(4).any(|name| name == b"_S5_"));
    }
}

/// A whole memory, as an image: first as it is, then with all sums right, since no fuzzer guesses sums. The root
/// pointer is the first piece, or is looked for if that is a BIOS's data.
fn memory(input: &[u8]) {
    const DATA: u64 = 0x40e;
    let mut memory = image::read(input);
    let first = memory.pieces().first().map(|(address, _)| *address);
    let given = first.filter(|address| *address != DATA);
    tour(&memory, given);
    if let Some(root) = given {
        mend(&mut memory, root);
        tour(&memory, given);
    }
}

/// One table, whose length and sum are made right.
fn table(input: &[u8]) {
    const ADDRESS: u64 = 0x7ff_0000;
    if input.len() < HEADER {
        return;
    }
    let mut bytes = input.to_vec();
    bytes[4..8].copy_from_slice(&(input.len() as u32).to_le_bytes());
    seal(&mut bytes, SUM);
    let mut memory = Memory::default();
    memory.put(ADDRESS, bytes);
    let table = Table::read(&memory, ADDRESS).expect("it is sound");
    tell(&memory, ADDRESS, &table);
}

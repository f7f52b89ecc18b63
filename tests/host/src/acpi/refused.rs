//! A table that is unsound is refused, and why is said.

use cairn::acpi::fadt::Fadt;
use cairn::acpi::hpet::Hpet;
use cairn::acpi::madt::Madt;
use cairn::acpi::table::Table;
use cairn::acpi::tables::named;
use cairn::acpi::{Error, OutOfReach, Signature};
use proptest::prelude::*;

use super::build::{TABLES, table};
use super::config;
use super::memory::{Memory, seal};
use super::mend::SUM;
use super::scarce;

fn at(bytes: Vec<u8>) -> Memory {
    let mut memory = Memory::default();
    memory.put(TABLES, bytes);
    memory
}

pub fn read(bytes: Vec<u8>) -> Result<Table, Error> {
    Table::read(&at(bytes), TABLES)
}

/// A sound table that says of itself that it has so many bytes.
fn of_length(len: u32, bytes: usize) -> Vec<u8> {
    let mut table = table(b"WAET", 1, &[]);
    table.resize(bytes, 0);
    table[4..8].copy_from_slice(&len.to_le_bytes());
    seal(&mut table, SUM);
    table
}

#[test]
fn a_length_that_cannot_be_is_refused() {
    for len in [0, 1, 35, (4 << 20) + 1, u32::MAX] {
        assert_eq!(read(of_length(len, 36)), Err(Error::Length(len)));
    }
    for len in [36, 37, 4 << 20] {
        let table = read(of_length(len, len as usize));
        assert_eq!(table.map(|table| table.fields().0.len()), Ok(len as usize));
    }
}

#[test]
fn a_table_that_is_not_all_there_is_refused() {
    let (address, len) = (TABLES, 50);
    let refused = Err(OutOfReach { address, len }.into());
    assert_eq!(read(of_length(50, 49)), refused);
}

#[test]
fn another_table_is_refused() {
    let memory = at(table(b"S\x00\xffT", 1, &[]));
    let refused = named(&memory, TABLES, *b"DSDT").expect_err("it has another name");
    assert_eq!(refused, Error::Signature(Signature(*b"S\x00\xffT")));
    assert_eq!(refused.to_string(), "its signature is S\\x00\\xffT");
}

#[test]
fn without_memory_for_a_copy_it_is_refused() {
    let bytes = of_length(1 << 20, 1 << 20);
    let memory = at(bytes);
    let scarce = scarce::at_most(1 << 20, || Table::read(&memory, TABLES).map(drop));
    assert_eq!(scarce, Ok(()));
    let scarce = scarce::at_most((1 << 20) - 1, || Table::read(&memory, TABLES).map(drop));
    assert_eq!(scarce, Err(Error::OutOfMemory));
}

#[test]
fn where_a_table_ends_before_its_entries_it_is_refused() {
    for len in 0..80 {
        let short = |name| read(table(name, 1, &[1; 80][..len])).expect("it adds up");
        let too_short = |needed| (len < needed).then_some(Error::TooShort);
        assert_eq!(Fadt::of(&short(b"FACP")).err(), too_short(80));
        assert_eq!(Hpet::of(&short(b"HPET")).err(), too_short(17));
        assert_eq!(Madt::of(&short(b"APIC")).err(), too_short(8));
    }
    let whole = read(table(b"FACP", 1, &[1; 80])).expect("it adds up");
    assert!(Fadt::of(&whole).is_ok());
}

#[test]
fn each_error_says_what_is_wrong() {
    let (address, len) = (0x7ff_0000, 36);
    let said = [
        (Error::NoRoot, "there is no root pointer"),
        (
            OutOfReach { address, len }.into(),
            "there is no table of firmware's at 0x7ff0000",
        ),
        (Error::Length(7), "it cannot have 7 bytes"),
        (Error::Checksum(7), "its bytes add up to 0x07 instead of 0"),
        (Error::OutOfMemory, "there is no memory for it"),
        (Error::TooShort, "it ends too early"),
        (Error::NoRegister, "it names no register"),
    ];
    for (error, text) in said {
        assert_eq!(error.to_string(), text);
    }
}

proptest! {
    #![proptest_config(config())]

    /// Each bit counts. With another length it is another table, which may add up by chance.
    #[test]
    fn a_flipped_bit_is_refused(body in prop::collection::vec(any::<u8>(), 0..100), bit in any::<prop::sample::Index>()) {
        let mut bytes = table(b"WAET", 1, &body);
        let bit = bit.index(8 * bytes.len());
        prop_assume!(!(4..8).contains(&(bit / 8)));
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(matches!(read(bytes), Err(Error::Checksum(_))));
    }

    /// A length that is too great never makes a table longer than its memory.
    #[test]
    fn a_flipped_bit_of_the_length_does_no_harm(body in prop::collection::vec(any::<u8>(), 0..100), bit in 0..32_u32) {
        let mut bytes = table(b"WAET", 1, &body);
        let len = bytes.len() as u32 ^ 1 << bit;
        bytes[4..8].copy_from_slice(&len.to_le_bytes());
        match read(bytes.clone()) {
            Ok(table) => prop_assert_eq!(table.fields().0, &bytes[..len as usize]),
            Err(Error::Length(found)) => prop_assert!(found == len && !(36..=4 << 20).contains(&len)),
            Err(Error::OutOfReach(_)) => prop_assert!(len as usize > bytes.len()),
            Err(Error::Checksum(_)) => prop_assert!(len as usize <= bytes.len()),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

//! The list of tables, and how a table is found by its name.

use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::tables::{Listed, Tables};
use cairn::acpi::{Error, OutOfReach, Signature};
use proptest::prelude::*;

use super::build::{ROOT, RSDT, TABLES, XSDT, machine, naming, root, table, tables};
use super::config;
use super::memory::Memory;
use super::mend::SUM;
use super::scarce;

fn list(memory: &Memory) -> Result<Tables, Error> {
    Tables::list(memory, Rsdp::find(memory, Some(ROOT))?)
}

/// Makes the table at this address add up to 1 more.
fn spoil(memory: &mut Memory, address: u64) {
    let header = memory.get_mut(address, 36).expect("a table is there");
    header[SUM] = header[SUM].wrapping_add(1);
}

/// Which list it is, how many tables it has, and why it is not the other one.
fn told(memory: &Memory) -> Result<([u8; 4], usize, Option<Error>), Error> {
    let list = list(memory)?;
    Ok((list.list.signature.0, list.listed.len(), list.fallback))
}

#[test]
fn where_the_xsdt_is_unsound_the_rsdt_has_to_do() {
    let mut memory = machine(&[table(b"WAET", 1, &[0; 4])]);
    assert_eq!(told(&memory), Ok((*b"XSDT", 1, None)));
    spoil(&mut memory, XSDT);
    assert_eq!(told(&memory), Ok((*b"RSDT", 1, Some(Error::Checksum(1)))));
    spoil(&mut memory, RSDT.into());
    spoil(&mut memory, RSDT.into());
    assert_eq!(told(&memory), Err(Error::Checksum(1)));
}

#[test]
fn without_an_xsdt_it_is_the_rsdt() {
    let mut memory = Memory::default();
    memory.put(ROOT, root(RSDT, None));
    let (address, len) = (RSDT.into(), 36);
    assert_eq!(told(&memory), Err(OutOfReach { address, len }.into()));
    memory.put(RSDT.into(), table(b"RSDT", 1, &[]));
    assert_eq!(told(&memory), Ok((*b"RSDT", 0, None)));
}

#[test]
fn a_list_has_its_own_name() {
    let mut memory = Memory::default();
    memory.put(ROOT, root(RSDT, Some(XSDT)));
    memory.put(XSDT, table(b"RSDT", 1, &[0; 8]));
    assert_eq!(told(&memory), Err(Error::Signature(Signature(*b"RSDT"))));
    memory.put(RSDT.into(), table(b"RSDT", 1, &[]));
    let why = Error::Signature(Signature(*b"RSDT"));
    assert_eq!(told(&memory), Ok((*b"RSDT", 0, Some(why))));
}

#[test]
fn a_list_may_be_too_long() {
    let all = list(&naming(&[TABLES; 300])).expect("it is sound");
    assert_eq!((all.listed.len(), all.left_out), (256, 44));
    let all = list(&naming(&[TABLES; 256])).expect("it is sound");
    assert_eq!((all.listed.len(), all.left_out), (256, 0));
}

#[test]
fn without_memory_for_the_list_it_is_refused() {
    let memory = naming(&[TABLES; 256]);
    let refused = scarce::at_most(4096, || list(&memory).map(drop));
    assert_eq!(refused, Err(Error::OutOfMemory));
}

#[test]
fn half_an_address_at_the_end_is_left_out() {
    let mut memory = Memory::default();
    memory.put(ROOT, root(RSDT, None));
    memory.put(RSDT.into(), table(b"RSDT", 1, &[0; 4 + 3]));
    let all = list(&memory).expect("it is sound");
    assert_eq!((all.listed.len(), all.left_out), (1, 0));
}

#[test]
fn the_first_sound_table_of_a_name_is_found() {
    let ssdt = |byte| table(b"SSDT", 1, &[byte; 10]);
    let mut memory = machine(&[table(b"WAET", 1, &[]), ssdt(1), ssdt(2), ssdt(3)]);
    let find = |memory: &Memory, name| {
        let all = list(memory).expect("it is sound");
        let found = all.find(memory, name);
        found.map(|table| table.map(|table| table.body()[0]))
    };
    assert_eq!(find(&memory, *b"SSDT"), Ok(Some(1)));
    assert_eq!(find(&memory, *b"FACP"), Ok(None));
    spoil(&mut memory, TABLES + 36);
    assert_eq!(find(&memory, *b"SSDT"), Ok(Some(2)));
    for _ in 0..2 {
        spoil(&mut memory, TABLES + 36 + 46);
        spoil(&mut memory, TABLES + 36 + 46 + 46);
    }
    assert_eq!(find(&memory, *b"SSDT"), Err(Error::Checksum(1)));
}

proptest! {
    #![proptest_config(config())]

    /// Each table is listed in its order with what it begins with, and read whole.
    #[test]
    fn all_tables_are_there(tables in tables()) {
        let memory = machine(&tables);
        let all = list(&memory).expect("it is sound");
        let mut address = TABLES;
        prop_assert_eq!(all.listed.len(), tables.len());
        for (listed, table) in all.listed.iter().zip(&tables) {
            let header = listed.header.expect("it is sound");
            prop_assert_eq!((listed.address, header.len as usize), (address, table.len()));
            prop_assert_eq!(&header.signature.0, &table[..4]);
            prop_assert_eq!((header.revision, &header.oem), (table[8], b"CAIRN "));
            address += table.len() as u64;
        }
        for name in [*b"APIC", *b"SSDT"] {
            let named = all.named(&memory, name).map(|table| table.map(|table| table.fields().0.to_vec()));
            let expected = tables.iter().filter(|table| table.starts_with(&name)).cloned();
            prop_assert!(named.eq(expected.map(Ok)));
        }
    }

    /// Tables may be said to be anywhere.
    #[test]
    fn addresses_that_lead_nowhere_are_kept(addresses in prop::collection::vec(any::<u64>(), 0..20)) {
        let memory = naming(&addresses);
        let all = list(&memory).expect("it is sound");
        for (listed, address) in all.listed.iter().zip(&addresses) {
            let nowhere = OutOfReach { address: *address, len: 36 };
            prop_assert_eq!(*listed, Listed { address: *address, header: Err(nowhere.into()) });
        }
        prop_assert_eq!(all.listed.len(), addresses.len());
    }
}

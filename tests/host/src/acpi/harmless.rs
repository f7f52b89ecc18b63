//! Whatever lies in memory, reading it as tables does no harm.

use proptest::prelude::*;
use proptest::sample::Index;

use super::build::{ROOT, RSDT, TABLES, XSDT, machine, naming, table, tables};
use super::config;
use super::memory::Memory;
use super::mend::mend;
use super::refused::read;
use super::tour::{tell, tour};

/// Changes to a memory: which byte, and to what.
fn changes() -> impl Strategy<Value = Vec<(Index, u8)>> {
    prop::collection::vec((any::<Index>(), any::<u8>()), 0..12)
}

fn change(memory: &mut Memory, changes: &[(Index, u8)]) {
    let pieces = memory.pieces().iter();
    let places = pieces.flat_map(|(start, bytes)| *start..*start + bytes.len() as u64);
    let places: Vec<_> = places.collect();
    for (place, value) in changes {
        let place = memory.get_mut(places[place.index(places.len())], 1);
        place.expect("it is memory")[0] = *value;
    }
}

#[test]
fn lists_may_list_themselves() {
    let list = [ROOT, XSDT, RSDT.into(), XSDT, XSDT + 4, 0, u64::MAX];
    let said = tour(&naming(&list), Some(ROOT));
    let xsdt = format!("XSDT of revision 1: {} bytes\n", 36 + 8 * list.len());
    assert_eq!(said.matches(&xsdt).count(), 2, "{said}");
}

#[test]
fn what_was_changed_can_be_mended() {
    let mut memory = machine(&[table(b"WAET", 1, &[0; 4]), table(b"SSDT", 1, &[0; 9])]);
    let sound = tour(&memory, Some(ROOT));
    for address in [
        ROOT + 10,
        ROOT + 35,
        XSDT + 10,
        RSDT.into(),
        TABLES + 39,
        TABLES + 40 + 40,
    ] {
        memory.get_mut(address, 1).expect("it is memory")[0] ^= 1;
    }
    assert_ne!(tour(&memory, Some(ROOT)), sound);
    mend(&mut memory, ROOT);
    assert_eq!(tour(&memory, Some(ROOT)), sound);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..config() })]

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..2000), offset in 0..64_u64) {
        let mut memory = Memory::default();
        memory.put(ROOT, bytes);
        memory.put(0x40e, vec![0, 0xf0]);
        tour(&memory, Some(ROOT + offset));
        tour(&memory, None);
    }

    #[test]
    fn changed_tables_do_no_harm(tables in tables(), changes in changes()) {
        let mut memory = machine(&tables);
        change(&mut memory, &changes);
        tour(&memory, Some(ROOT));
        mend(&mut memory, ROOT);
        tour(&memory, Some(ROOT));
    }

    /// A table that adds up may say anything.
    #[test]
    fn any_table_that_adds_up_does_no_harm(body in prop::collection::vec(any::<u8>(), 0..600)) {
        for name in [b"FACP", b"APIC", b"HPET", b"MCFG", b"SRAT", b"DSDT"] {
            let bytes = table(name, 1, &body);
            let sound = read(bytes.clone()).expect("it adds up");
            let mut memory = Memory::default();
            memory.put(TABLES, bytes);
            tell(&memory, TABLES, &sound);
        }
    }
}

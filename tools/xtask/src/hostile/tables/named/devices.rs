//! HPET's tables, MCFGs, SRATs.

use super::super::devices::{ECAM, HPET_ADDRESS, hpet, mcfg, srat};
use super::super::fadt::{MEMORY, PORTS, address};
use super::super::madt::IO_APIC;
use super::super::place;
use super::super::set::Set;
use super::{BEYOND, NOWHERE, Named};

/// Sets that differ in the tables of devices.
pub const SETS: &[Named] = &[
    ("hpet-none", |set| set.remove(b"HPET")),
    ("hpet-checksum", |set| set.table(b"HPET").spoil()),
    ("hpet-length-0", |set| set.table(b"HPET").claim(0)),
    ("hpet-ends-in-the-address", |set| set.table(b"HPET").cut(46)),
    ("hpet-null", |set| at(set, 0)),
    ("hpet-nowhere", |set| at(set, NOWHERE.into())),
    ("hpet-beyond-4-tib", |set| at(set, BEYOND)),
    ("hpet-in-memory", |set| at(set, 0x40_0000)),
    ("hpet-not-aligned", |set| at(set, 0xfed0_0003)),
    ("hpet-in-ports", |set| {
        let table = set.table(b"HPET");
        table.put(HPET_ADDRESS, &address(PORTS, 64, 0x400));
    }),
    ("hpet-below-1-mib", |set| at(set, place::PLACE.into())),
    ("hpet-in-the-io-apic", |set| at(set, IO_APIC.into())),
    // Device 31, function 2: its command and status look like a period, and nothing counts.
    ("hpet-in-the-disk-controller", |set| {
        at(set, ECAM + 0xf_a000)
    }),
    // Device 1, which is not there: all ones.
    ("hpet-all-ones", |set| at(set, ECAM + 0x8000)),
    ("hpet-twice", |set| {
        let mut other = hpet();
        other.put(HPET_ADDRESS, &address(MEMORY, 64, NOWHERE.into()));
        set.list_too(other);
    }),
    ("mcfg-none", |set| set.remove(b"MCFG")),
    ("mcfg-checksum", |set| set.table(b"MCFG").spoil()),
    ("mcfg-empty", |set| set.list(mcfg(&[]))),
    ("mcfg-half", |set| set.table(b"MCFG").cut(44 + 7)),
    ("mcfg-backwards", |set| set.list(mcfg(&[(ECAM, 255, 0)]))),
    ("mcfg-nowhere", |set| set.list(mcfg(&[(u64::MAX, 0, 255)]))),
    ("mcfg-thousands", |set| {
        set.list(mcfg(&vec![(ECAM, 0, 255); 1000]));
    }),
    ("srat-right", |set| set.list(srat())),
    ("srat-entry-length-0", |set| {
        let mut table = srat();
        table.put(49, &[0]);
        set.list(table);
    }),
];

fn at(set: &mut Set, place: u64) {
    let table = set.table(b"HPET");
    table.put(HPET_ADDRESS, &address(MEMORY, 64, place));
}

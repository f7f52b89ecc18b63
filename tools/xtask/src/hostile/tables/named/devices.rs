//! HPET's tables, MCFGs, SRATs.

use super::super::devices::{ECAM, HPET_ADDRESS, hpet, mcfg, srat, still_hpet};
use super::super::fadt::{MEMORY, PORTS, address};
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
    ("hpet-stands-still", |set| fake(set, 10_000_000)),
    ("hpet-period-zero", |set| fake(set, 0)),
    ("hpet-period-one", |set| fake(set, 1)),
    ("hpet-period-all", |set| fake(set, u32::MAX)),
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

/// Memory in the place of registers. Nothing in it moves.
fn fake(set: &mut Set, period: u32) {
    set.more.push((FAKE, still_hpet(period)));
    at(set, place::address(FAKE).into());
}

/// Behind all tables.
const FAKE: usize = 0xb000;

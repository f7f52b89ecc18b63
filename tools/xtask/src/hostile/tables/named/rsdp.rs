//! Root pointers.

use super::super::root::Rsdp;
use super::super::set::Set;
use super::super::{devices, place};
use super::{BEYOND, NOWHERE, Named, REGISTERS};

/// Sets that differ in the root pointer.
pub const SETS: &[Named] = &[
    ("right", |_| {}),
    ("right-old", |set| *set = Set::new(0)),
    ("rsdp-none", |set| set.rsdp = None),
    ("rsdp-checksum", |set| set.rsdp().is_spoilt = true),
    ("rsdp-second-checksum", |set| {
        set.rsdp().is_spoilt_later = true;
    }),
    ("rsdp-revision", |set| set.rsdp().revision = 255),
    ("rsdp-length-zero", |set| set.rsdp().length = 0),
    ("rsdp-length-short", |set| set.rsdp().length = 20),
    ("rsdp-length-long", |set| set.rsdp().length = u32::MAX),
    ("rsdp-not-aligned", |set| {
        set.rsdp = Some((Rsdp::new(2), 8));
    }),
    ("rsdp-after-a-wrong-one", |set| {
        let mut wrong = Rsdp::new(2);
        wrong.is_spoilt = true;
        set.more.push((0, wrong.finished(NOWHERE)));
        set.rsdp = Some((Rsdp::new(2), 64));
    }),
    ("rsdp-to-null", |set| set.rsdp().xsdt = Some(0)),
    ("rsdp-to-nowhere", |set| {
        set.rsdp().xsdt = Some(NOWHERE.into());
    }),
    ("rsdp-to-nowhere-old", |set| {
        *set = Set::new(0);
        set.rsdp().rsdt = Some(NOWHERE);
    }),
    ("rsdp-beyond-4-tib", |set| set.rsdp().xsdt = Some(BEYOND)),
    ("rsdp-to-the-last-byte", |set| {
        set.rsdp().xsdt = Some(u64::MAX);
    }),
    ("rsdp-to-registers", |set| {
        set.rsdp().xsdt = Some(REGISTERS.into());
    }),
    ("rsdp-to-itself", |set| {
        set.rsdp().xsdt = Some(place::PLACE.into());
    }),
    ("rsdp-to-the-hpet-table", |set| {
        // The root is passed over: the pointer leads to another table, which is right.
        let table = devices::hpet().finished();
        set.more.push((HPET_AT, table));
        set.rsdp().xsdt = Some(place::address(HPET_AT).into());
    }),
];

/// Far behind all other tables.
const HPET_AT: usize = 0x8000;

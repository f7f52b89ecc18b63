//! Root tables.

use super::super::set::{Pointer, ROOT, Set};
use super::super::table::Table;
use super::super::{devices, place, root};
use super::{BEYOND, NOWHERE, Named, REGISTERS};

/// Sets that differ in the root table.
pub const SETS: &[Named] = &[
    ("root-checksum", |set| set.change_root = Table::spoil),
    ("root-signature", |set| {
        set.change_root = |root| root.put(0, b"XSDX");
    }),
    ("root-length-0", |set| {
        set.change_root = |root| root.claim(0);
    }),
    ("root-length-7", |set| {
        set.change_root = |root| root.claim(7);
    }),
    ("root-length-35", |set| {
        set.change_root = |root| root.claim(35);
    }),
    ("root-length-odd", |set| {
        set.change_root = |root| root.claim(36 + 8 + 3);
    }),
    ("root-length-beyond-memory", |set| {
        set.change_root = |root| root.claim(0x4000_0000);
    }),
    ("root-length-all", |set| {
        set.change_root = |root| root.claim(u32::MAX);
    }),
    ("root-empty", |set| set.entries.clear()),
    ("root-lists-itself", |set| lists(set, Pointer::Root)),
    ("root-lists-the-root-pointer", |set| {
        lists(set, Pointer::At(place::PLACE.into()));
    }),
    ("root-lists-null", |set| lists(set, Pointer::At(0))),
    ("root-lists-nowhere", |set| {
        lists(set, Pointer::At(NOWHERE.into()));
    }),
    ("root-lists-beyond-4-tib", |set| {
        lists(set, Pointer::At(BEYOND));
    }),
    ("root-lists-the-last-byte", |set| {
        lists(set, Pointer::At(u64::MAX));
    }),
    ("root-lists-registers", |set| {
        lists(set, Pointer::At(REGISTERS.into()));
    }),
    ("root-lists-memory-in-use", |set| {
        // Where direct boot has put the kernel.
        lists(set, Pointer::At(0x20_0000));
    }),
    ("root-in-a-circle", |set| {
        // A second root table, which lists the first.
        let first = place::address(ROOT);
        set.list_too(root::root_table(true, &[first.into()]));
    }),
    ("root-only-nowhere", |set| {
        set.entries = vec![Pointer::At(NOWHERE.into()); 8];
    }),
    ("root-thousands", |set| {
        set.list_too(Table::new(b"OEM1", 1, b"nothing of interest"));
        set.entries.extend(vec![Pointer::Last; 4000]);
    }),
    ("root-thousands-first", |set| {
        let rest = std::mem::take(&mut set.entries);
        set.list_too(Table::new(b"OEM1", 1, b"nothing of interest"));
        set.entries.extend(vec![Pointer::Last; 4000]);
        set.entries.extend(rest);
    }),
    ("root-thousands-nowhere", |set| {
        set.entries.extend(vec![Pointer::At(NOWHERE.into()); 4000]);
    }),
    ("root-all-twice", |set| {
        let again = set.entries.clone();
        set.entries.extend(again);
    }),
    ("root-thousands-of-hpets", |set| {
        set.list(devices::hpet());
        set.entries.extend(vec![Pointer::Last; 4000]);
    }),
];

/// First, and once more at the end, where the right ones have been seen.
fn lists(set: &mut Set, pointer: Pointer) {
    set.entries.insert(0, pointer.clone());
    set.entries.push(pointer);
}

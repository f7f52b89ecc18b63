//! MADTs.

use super::super::madt::{
    ADDRESS, FLAGS, IO_APIC, io_apic, local_apic_at, madt, overridden, processor, unknown, usual,
    x2apic,
};
use super::super::set::Set;
use super::{BEYOND, NOWHERE, Named};

/// Sets that differ in the MADT.
pub const SETS: &[Named] = &[
    ("madt-none", |set| set.remove(b"APIC")),
    ("madt-checksum", |set| set.table(b"APIC").spoil()),
    ("madt-length-0", |set| set.table(b"APIC").claim(0)),
    ("madt-length-7", |set| set.table(b"APIC").claim(7)),
    ("madt-length-35", |set| set.table(b"APIC").claim(35)),
    ("madt-length-43", |set| set.table(b"APIC").claim(43)),
    ("madt-length-in-an-entry", |set| {
        // In the middle of the I/O APIC.
        set.table(b"APIC").claim(44 + 8 + 5);
    }),
    ("madt-length-long", |set| set.table(b"APIC").claim(0x8000)),
    ("madt-length-all", |set| set.table(b"APIC").claim(u32::MAX)),
    ("madt-twice", |set| {
        let mut other = madt(&[processor(0), io_apic(0, NOWHERE, 0)]);
        other.put(ADDRESS, &NOWHERE.to_le_bytes());
        set.list_too(other);
    }),
    ("madt-empty", |set| set.list(madt(&[]))),
    ("madt-no-processor", |set| {
        with(set, |entries| {
            entries.remove(0);
        });
    }),
    ("madt-no-io-apic", |set| {
        with(set, |entries| {
            entries.remove(1);
        });
    }),
    ("madt-no-override", |set| {
        with(set, |entries| entries.retain(|entry| entry[0] != 2));
    }),
    ("madt-entry-length-0", |set| {
        with(set, |entries| entries.insert(1, vec![0, 0]));
    }),
    ("madt-entry-length-1", |set| {
        with(set, |entries| entries.insert(1, vec![1, 1]));
    }),
    ("madt-entry-half", |set| {
        // One byte of an entry, and then the end.
        with(set, |entries| entries.push(vec![0]));
    }),
    ("madt-entry-too-short", |set| {
        // An I/O APIC without its address.
        with(set, |entries| entries[1] = vec![1, 4, 0, 0]);
    }),
    ("madt-entry-too-long", |set| {
        with(set, |entries| entries.push(vec![1, 255, 0, 0]));
    }),
    ("madt-unknown-entries", |set| {
        with(set, |entries| {
            entries.insert(0, unknown(0x7f, 2));
            entries.insert(0, unknown(0xff, 255));
        });
    }),
    ("madt-local-apic-null", |set| {
        set.table(b"APIC").put(ADDRESS, &[0; 4]);
    }),
    ("madt-local-apic-nowhere", |set| {
        let address = NOWHERE.to_le_bytes();
        set.table(b"APIC").put(ADDRESS, &address);
    }),
    ("madt-local-apic-beyond-4-tib", |set| {
        with(set, |entries| entries.push(local_apic_at(BEYOND)));
    }),
    ("madt-local-apic-twice", |set| {
        with(set, |entries| {
            entries.push(local_apic_at(0xfee0_0000));
            entries.push(local_apic_at(NOWHERE.into()));
        });
    }),
    ("madt-no-8259s", |set| {
        set.table(b"APIC").put(FLAGS, &[0; 4])
    }),
    ("madt-thousands-of-processors", |set| {
        with(set, |entries| {
            entries.extend((0..4000).map(|id| processor(id as u8)));
        });
    }),
    ("madt-x2apics", |set| {
        with(set, |entries| entries.extend((0..1000).map(x2apic)));
    }),
    ("madt-processor-255", |set| {
        with(set, |entries| entries[0] = processor(255));
    }),
    ("madt-io-apic-null", |set| {
        set_io_apic(set, io_apic(0, 0, 0))
    }),
    ("madt-io-apic-nowhere", |set| {
        set_io_apic(set, io_apic(0, NOWHERE, 0));
    }),
    ("madt-io-apic-in-memory", |set| {
        set_io_apic(set, io_apic(0, 0x40_0000, 0));
    }),
    ("madt-io-apic-not-aligned", |set| {
        set_io_apic(set, io_apic(0, IO_APIC + 3, 0));
    }),
    ("madt-io-apic-last-line", |set| {
        set_io_apic(set, io_apic(0, IO_APIC, u32::MAX - 3));
    }),
    ("madt-io-apic-late", |set| {
        // It begins with line 24, and nobody has the lines before.
        set_io_apic(set, io_apic(0, IO_APIC, 24));
    }),
    ("madt-io-apics-overlap", |set| {
        with(set, |entries| entries.push(io_apic(1, IO_APIC, 8)));
    }),
    ("madt-io-apic-twice", |set| {
        with(set, |entries| entries.push(io_apic(0, IO_APIC, 0)));
    }),
    ("madt-io-apic-ghost", |set| {
        // A second one that does not answer.
        with(set, |entries| entries.push(io_apic(1, NOWHERE, 24)));
    }),
    ("madt-thousands-of-io-apics", |set| {
        with(set, |entries| {
            let ghost = |index| io_apic(index as u8, NOWHERE, 24 * (index + 1));
            entries.extend((0..2000_u32).map(ghost));
        });
    }),
    ("madt-override-twice", |set| {
        with(set, |entries| entries.push(overridden(0, 7, 0)));
    }),
    ("madt-override-nowhere", |set| {
        with(set, |entries| entries[2] = overridden(0, u32::MAX, 0));
    }),
    ("madt-override-of-line-200", |set| {
        with(set, |entries| entries.push(overridden(200, 3, 0)));
    }),
    ("madt-overrides-collide", |set| {
        // Keyboard and serial port come in where the timer does.
        with(set, |entries| {
            entries.push(overridden(1, 2, 0));
            entries.push(overridden(4, 2, 0));
        });
    }),
    ("madt-override-odd-flags", |set| {
        with(set, |entries| entries[2] = overridden(0, 2, 0xfffa));
    }),
    ("madt-thousands-of-overrides", |set| {
        with(set, |entries| {
            let other = |index| overridden(index as u8, index, 0);
            entries.extend((0..4000).map(other));
        });
    }),
];

/// A MADT of the usual entries, changed.
fn with(set: &mut Set, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut entries = usual();
    change(&mut entries);
    set.list(madt(&entries));
}

/// A MADT with this I/O APIC for the usual one.
fn set_io_apic(set: &mut Set, entry: Vec<u8>) {
    with(set, |entries| entries[1] = entry);
}

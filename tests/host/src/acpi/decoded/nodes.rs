//! The SRAT: which processors and which memory are near each other.

use cairn::acpi::Error;
use cairn::acpi::srat::Entry::{self, *};
use cairn::acpi::srat::Srat;

use super::*;

/// An entry, and how it is written, by its kind, node, flags, and two more numbers.
fn entries() -> impl Strategy<Value = (Entry, Vec<u8>)> {
    let numbers = any::<(u32, u32, u64, u64)>();
    (0..4_u8, numbers).prop_map(|(kind, (node, flags, one, two))| {
        let (bytes, id) = (node.to_le_bytes(), one as u32);
        let (read, written) = match kind {
            0 => {
                let fields: [&[u8]; 4] = [
                    &[bytes[0], one as u8],
                    &flags.to_le_bytes(),
                    &[7],
                    &bytes[1..],
                ];
                (
                    Processor {
                        id: id & 0xff,
                        node,
                    },
                    entry(0, &fields),
                )
            }
            1 => {
                let memory = one..one.saturating_add(two);
                let places = [one, two].map(u64::to_le_bytes);
                let fields: [&[u8]; 5] = [
                    &bytes,
                    &[7; 2],
                    places.as_flattened(),
                    &[7; 4],
                    &flags.to_le_bytes(),
                ];
                (Memory { memory, node }, entry(1, &fields))
            }
            2 => {
                let fields: [&[u8]; 4] = [&[7; 2], &bytes, &id.to_le_bytes(), &flags.to_le_bytes()];
                (Processor { id, node }, entry(2, &fields))
            }
            _ => (Other { kind }, entry(kind, &[&bytes])),
        };
        let is_used = flags % 2 == 1;
        (if is_used { read } else { Other { kind } }, written)
    })
}

fn srat(entries: &[u8]) -> Table {
    sound(b"SRAT", 3, &[&[0; 12], entries].concat())
}

#[test]
fn an_entry_may_be_too_short_for_its_kind() {
    for (kind, needed) in [(0, 12), (1, 32), (2, 16)] {
        for len in 2..needed {
            let table = srat(&entry(kind, &[&vec![0; len - 2]]));
            assert!(Srat::of(&table).entries().eq([Err(Error::TooShort)]));
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_srat_is_read_as_it_was_written(entries in prop::collection::vec(entries(), 0..12)) {
        let (read, written): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let table = srat(&written.concat());
        prop_assert!(Srat::of(&table).entries().eq(read.into_iter().map(Ok)));
    }
}

//! The MADT: processors and interrupt controllers.

use cairn::acpi::Error;
use cairn::acpi::madt::Entry::{self, *};
use cairn::acpi::madt::{Madt, Override as Line};

use super::*;

/// An entry, and how it is written. What nobody reads has any value.
pub fn entries() -> impl Strategy<Value = (Entry, Vec<u8>)> {
    let line = |(line, input, is_low, is_level)| Line {
        line,
        input,
        is_low,
        is_level,
    };
    let known = prop_oneof![
        any::<(u8, bool)>().prop_map(|(id, is_usable)| Processor {
            id: id.into(),
            is_usable
        }),
        any::<(u32, bool)>().prop_map(|(id, is_usable)| Processor { id, is_usable }),
        any::<(u8, u32, u32)>().prop_map(|(id, address, first_input)| IoApic {
            id,
            address,
            first_input
        }),
        any::<(u8, u32, bool, bool)>().prop_map(move |fields| Override(line(fields))),
        any::<u8>().prop_map(|pin| LocalNmi { pin }),
        any::<u64>().prop_map(LocalApicAddress),
        prop_oneof![Just(3), 6..9_u8, 11..=255_u8].prop_map(|kind| Other { kind }),
    ];
    (known, any::<[u8; 3]>()).prop_map(|(known, odd)| (known, written(known, odd)))
}

fn written(known: Entry, odd: [u8; 3]) -> Vec<u8> {
    let [some, other, _] = odd;
    match known {
        Processor { id, is_usable } => {
            let flags = [some & !1 | u8::from(is_usable), other, some, other];
            match u8::try_from(id) {
                Ok(id) => entry(0, &[&[some, id], &flags]),
                Err(_) => entry(9, &[&odd[..2], &id.to_le_bytes(), &flags, &[some; 4]]),
            }
        }
        IoApic {
            id,
            address,
            first_input,
        } => {
            let numbers = [address, first_input].map(u32::to_le_bytes);
            entry(1, &[&[id, some], numbers.as_flattened()])
        }
        Override(line) => entry(
            2,
            &[
                &[0, line.line],
                &line.input.to_le_bytes(),
                &flags(line, odd),
            ],
        ),
        // Processors are named by numbers of one byte, or of four.
        LocalNmi { pin } if some.is_multiple_of(2) => entry(4, &[&odd, &[pin]]),
        LocalNmi { pin } => entry(10, &[&odd, &odd, &[pin], &odd]),
        LocalApicAddress(address) => entry(5, &[&odd[..2], &address.to_le_bytes()]),
        Other { kind } => entry(kind, &[&vec![some; usize::from(other % 32)]]),
    }
}

/// The polarity and the trigger mode: 1, or 0 as the bus has it, and 3 for low and level.
fn flags(line: Line, [some, high, first]: [u8; 3]) -> [u8; 2] {
    let pair = |is_set, other: u8| if is_set { 3 } else { other % 3 };
    let (polarity, mode) = (pair(line.is_low, some), pair(line.is_level, high));
    [first & 0xf0 | mode << 2 | polarity, high]
}

fn madt(entries: &[u8]) -> Table {
    let head: &[u8] = &[0, 0, 0xe0, 0xfe, 1, 0, 0, 0];
    sound(b"APIC", 4, &[head, entries].concat())
}

fn all_of(entries: &[u8]) -> Vec<Result<Entry, Error>> {
    let table = madt(entries);
    Madt::of(&table).expect("it has a head").entries().collect()
}

#[test]
fn an_entry_may_be_too_short_for_its_kind() {
    for (kind, needed) in [(0, 8), (1, 12), (2, 10), (4, 6), (5, 12), (9, 12), (10, 9)] {
        for len in 2..needed {
            let entries = [&entry(kind, &[&vec![0; len - 2]])[..], &[4, 6, 0, 0, 0, 1]].concat();
            // The next one begins where this one says that it ends.
            let next = Ok(LocalNmi { pin: 1 });
            assert_eq!(all_of(&entries), [Err(Error::TooShort), next]);
        }
    }
}

#[test]
fn nobody_knows_what_follows_an_entry_without_a_sound_length() {
    let first = Ok(LocalNmi { pin: 1 });
    let ends: [&[u8]; 5] = [
        &[0, 0, 4, 6],
        &[0, 1, 4, 6],
        &[7],
        &[4, 6, 0, 0, 0],
        &[0, 255, 1],
    ];
    for end in ends {
        let entries = [&[4, 6, 0, 0, 0, 1], end].concat();
        assert_eq!(all_of(&entries), [first, Err(Error::TooShort)]);
    }
}

#[test]
fn an_entry_may_know_a_better_address() {
    let better = entry(5, &[&[0; 2], &0x1_2345_6000_u64.to_le_bytes()]);
    for (entries, address) in [(&[][..], 0xfee0_0000), (&better, 0x1_2345_6000)] {
        let table = madt(entries);
        let told = Madt::of(&table).expect("it has a head");
        assert_eq!((told.local_apic(), told.has_8259s), (address, true));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_madt_is_read_as_it_was_written(entries in prop::collection::vec(entries(), 0..12)) {
        let (read, written): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let table = madt(&written.concat());
        let told = Madt::of(&table).expect("it has a head");
        prop_assert!(told.sound().eq(read.clone()));
        prop_assert!(told.entries().eq(read.into_iter().map(Ok)));
    }
}

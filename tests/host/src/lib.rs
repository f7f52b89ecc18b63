// [tests.5]

//! Tests of what touches no hardware, on the machine on which we work.

#![cfg(test)]

mod acpi; // [acpi.5]
mod escape; // [monitor.5]
mod frames; // [frames.2]
mod heap; // [allocators.4]
mod line; // [monitor.5]
mod queue; // [sharing.4]
mod screen; // [screen.4]
mod time; // [time.5]

use std::fmt::Write;

use bootloader_api::info::{MemoryRegion, MemoryRegionKind};
use cairn::memory_map::{CAPACITY, MemoryMap};
use cairn::ring::Ring;
use proptest::prelude::*;

fn kept<const N: usize>(texts: &[String]) -> String {
    let mut ring = Ring::<N>::new();
    for text in texts {
        writeln!(ring, "{text}").expect("a ring takes every text");
    }
    ring.chunks().collect()
}

fn bytes(regions: &[MemoryRegion], kind: MemoryRegionKind) -> u64 {
    let of_kind = regions.iter().filter(|region| region.kind == kind);
    of_kind.map(|region| region.end - region.start).sum()
}

#[test]
fn a_map_that_is_full_leaves_out_the_rest() {
    let mut map = MemoryMap::new();
    for page in 0..1000 {
        map.push(page * 4096..(page + 1) * 4096, MemoryRegionKind::Usable);
    }
    assert_eq!(map.as_mut_slice().len(), CAPACITY);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is written, a ring that is large enough keeps all of it.
    #[test]
    fn a_large_ring_forgets_nothing(texts in prop::collection::vec("[^\n]{0,20}", 0..10)) {
        let all: String = texts.iter().map(|text| format!("{text}\n")).collect();
        prop_assert_eq!(kept::<4096>(&texts), all);
    }

    /// A small one keeps the end, from the beginning of a line on.
    #[test]
    fn a_small_ring_keeps_the_last_whole_lines(texts in prop::collection::vec("[a-z]{0,20}", 0..40)) {
        let all: String = texts.iter().map(|text| format!("{text}\n")).collect();
        let kept = kept::<64>(&texts);
        prop_assert!(all.ends_with(&kept));
        let cut = all.len() - kept.len();
        prop_assert!(cut == 0 || all[..cut].ends_with('\n'));
        prop_assert!(kept.len() <= 64);
        prop_assert!(all.len() <= 64 || kept.len() > 64 - 22);
    }

    /// No usable byte is taken, no byte is in two regions, and none is lost.
    #[test]
    fn what_is_taken_is_cut_out(start in 0..1000_u64, size in 0..1000_u64, from in 0..2000_u64, len in 0..1000_u64) {
        let (memory, taken) = (start..start + size, from..from + len);
        let mut map = MemoryMap::new();
        map.push_usable(memory.clone(), taken.clone());
        let regions = map.as_mut_slice();
        prop_assert!(regions.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let usable = |region: &&MemoryRegion| region.kind == MemoryRegionKind::Usable;
        for region in regions.iter().filter(usable) {
            prop_assert!(region.end <= taken.start || taken.end <= region.start || taken.is_empty());
        }
        let both = bytes(regions, MemoryRegionKind::Usable) + bytes(regions, MemoryRegionKind::Bootloader);
        prop_assert_eq!(both, size);
    }
}

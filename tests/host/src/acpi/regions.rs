//! Which memory is firmware's, and where no memory is, against a model that looks at each piece.

use std::ops::Range;

use bootloader_api::info::{MemoryRegion, MemoryRegionKind};
use cairn::memory::regions::Regions;
use proptest::prelude::*;

use super::config;

const MIB: u64 = 1 << 20;

/// Pieces of the model, in bytes.
const PIECE: u64 = 64;

fn region(start: u64, end: u64, kind: MemoryRegionKind) -> MemoryRegion {
    MemoryRegion { start, end, kind }
}

/// Regions around 1 MiB, and one that spans much.
fn regions() -> impl Strategy<Value = Vec<MemoryRegion>> {
    let edge = || prop_oneof![(0..40_u64).prop_map(|at| MIB - 640 + at * PIECE), Just(0)];
    let kinds = vec![
        MemoryRegionKind::Usable,
        MemoryRegionKind::Bootloader,
        MemoryRegionKind::UnknownBios(2),
        MemoryRegionKind::UnknownUefi(9),
    ];
    let one = (edge(), edge(), prop::sample::select(kinds));
    let one = one.prop_map(|(start, end, kind)| region(start, end, kind));
    prop::collection::vec(one, 0..8)
}

fn is_ours(kind: MemoryRegionKind) -> bool {
    matches!(
        kind,
        MemoryRegionKind::Usable | MemoryRegionKind::Bootloader
    )
}

fn has(list: &[MemoryRegion], at: u64, ours: bool) -> bool {
    let mut all = list.iter().filter(|region| is_ours(region.kind) == ours);
    all.any(|region| (region.start..region.end).contains(&at))
}

fn pieces(range: &Range<u64>) -> impl Iterator<Item = u64> + use<> {
    range.clone().step_by(PIECE as usize)
}

#[test]
fn memory_below_a_mebibyte_is_firmwares_whatever_lies_above() {
    let list = [region(0, 16 * MIB, MemoryRegionKind::Usable)];
    let all = Regions::new(&list, u64::MAX);
    assert!(all.is_firmwares(0x40e..0x410));
    assert!(all.is_firmwares(MIB - 1..MIB));
    assert!(!all.is_firmwares(MIB - 1..MIB + 1));
    assert!(!all.is_vacant(0x40e..0x410));
}

#[test]
fn the_end_of_all_addresses_is_an_end() {
    let list = [region(2 * MIB, u64::MAX, MemoryRegionKind::UnknownBios(2))];
    let all = Regions::new(&list, u64::MAX);
    assert!(all.is_firmwares(u64::MAX - 4096..u64::MAX));
    assert!(!all.is_firmwares(MIB..u64::MAX));
    assert!(all.is_vacant(u64::MAX - 1..u64::MAX));
    assert!(Regions::new(&[], 0).is_vacant(MIB..u64::MAX));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..config() })]

    #[test]
    fn each_piece_is_firmwares(list in regions(), start in 0..40_u64, len in 1..20_u64) {
        let start = MIB - 640 + start * PIECE;
        let range = start..start + len * PIECE;
        let is_firmwares = |at| at < MIB || has(&list, at, false) && !has(&list, at, true);
        let all = Regions::new(&list, u64::MAX);
        prop_assert_eq!(all.is_firmwares(range.clone()), pieces(&range).all(is_firmwares));
    }

    #[test]
    fn no_piece_is_ours_where_it_is_vacant(list in regions(), start in 0..40_u64, len in 1..20_u64) {
        let start = MIB - 640 + start * PIECE;
        let range = start..start + len * PIECE;
        let is_vacant = |at| at >= MIB && !has(&list, at, true);
        let all = Regions::new(&list, u64::MAX);
        prop_assert_eq!(all.is_vacant(range.clone()), pieces(&range).all(is_vacant));
    }
}

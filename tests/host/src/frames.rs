//! Which memory there is, and who has it, against models that look at each byte or frame.

use std::collections::BTreeSet;
use std::ops::Range;

use bootloader_api::info::{MemoryRegion, MemoryRegionKind};
use cairn::memory::frames::{FRAME, Frame, Frames, MOST, OutOfFrames, plan};
use cairn::memory::regions::Regions;
use cairn::memory::tree::Tree;
use proptest::prelude::*;

const MIB: u64 = 1 << 20;

fn region(start: u64, end: u64, is_usable: bool) -> MemoryRegion {
    let kind = match is_usable {
        true => MemoryRegionKind::Usable,
        false => MemoryRegionKind::UnknownBios(2),
    };
    MemoryRegion { start, end, kind }
}

fn usable(list: &[MemoryRegion], limit: u64, unit: u64) -> Vec<Range<u64>> {
    Regions::new(list, limit).usable(unit).collect()
}

#[test]
fn nothing_below_a_mebibyte_is_usable() {
    let list = [region(0, 2 * MIB, true)];
    let mut usable = usable(&list, u64::MAX, FRAME).into_iter();
    assert_eq!((usable.next(), usable.next()), (Some(MIB..2 * MIB), None));
}

#[test]
fn regions_may_be_absurd() {
    let list = [
        region(8 * MIB, 4 * MIB, true),
        region(u64::MAX, 0, false),
        region(5 * MIB, 5 * MIB, false),
        region(16 * MIB, u64::MAX, true),
        region(4 * MIB, 8 * MIB, true),
        region(1 << 40, u64::MAX, false),
    ];
    let expected = [4 * MIB..8 * MIB, 16 * MIB..1 << 36];
    assert_eq!(usable(&list, 1 << 36, FRAME), expected);
    assert_eq!(usable(&[], u64::MAX, FRAME), []);
}

#[test]
fn the_last_bytes_of_all_are_no_frame() {
    let list = [region(u64::MAX - 100, u64::MAX, true)];
    assert_eq!(usable(&list, u64::MAX, FRAME), []);
}

/// Regions in units of 512 bytes, from 1 MiB on and a little below.
fn regions() -> impl Strategy<Value = Vec<MemoryRegion>> {
    let edge = || (0..150_u64).prop_map(|at| MIB - 4096 + at * 512);
    let one = (edge(), edge(), any::<bool>());
    prop::collection::vec(one, 0..8).prop_map(|all| {
        let regions = all.into_iter();
        regions
            .map(|(start, end, is_usable)| region(start, end, is_usable))
            .collect()
    })
}

/// Frames that are usable as a whole, found by looking at each piece of 512 bytes.
fn model(list: &[MemoryRegion], limit: u64) -> Vec<u64> {
    let has = |at: u64, is_usable: bool| {
        let mut of_kind = list
            .iter()
            .filter(|region| (region.kind == MemoryRegionKind::Usable) == is_usable);
        of_kind.any(|region| (region.start..region.end).contains(&at))
    };
    let is_usable = |at| has(at, true) && !has(at, false) && at < limit;
    let frames = (MIB..2 * MIB).step_by(FRAME as usize);
    frames
        .filter(|start| (*start..start + FRAME).step_by(512).all(is_usable))
        .collect()
}

/// Words for an allocator, and more, with whatever is in them.
fn words(frames: u64) -> Vec<u64> {
    vec![0xdead_beef; Tree::words(frames) as usize + 3]
}

#[derive(Clone, Debug)]
enum Operation {
    Allocate,
    Free(prop::sample::Index),
    Run { count: u64, alignment: u32 },
    FreeRun(prop::sample::Index),
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => Just(Operation::Allocate),
        2 => any::<prop::sample::Index>().prop_map(Operation::Free),
        2 => (1..200_u64, 0..8_u32).prop_map(|(count, alignment)| Operation::Run { count, alignment }),
        2 => any::<prop::sample::Index>().prop_map(Operation::FreeRun),
    ]
}

/// The first run of a set of frames.
fn first_run(free: &BTreeSet<u64>, count: u64, alignment: u64) -> Option<u64> {
    let is_run = |start: &u64| (*start..start + count).all(|frame| free.contains(&frame));
    free.iter()
        .copied()
        .find(|start| start % alignment == 0 && is_run(start))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is usable is what the list allows and does not forbid, in whole frames.
    #[test]
    fn usable_memory_is_what_each_byte_allows(list in regions(), limit in prop_oneof![Just(u64::MAX), (0..140_u64).prop_map(|at| MIB + at * 512)]) {
        let ranges = usable(&list, limit, FRAME);
        prop_assert!(ranges.iter().all(|range| range.start < range.end));
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let frames: Vec<u64> = ranges.into_iter().flat_map(|range| range.step_by(FRAME as usize)).collect();
        prop_assert_eq!(frames, model(&list, limit));
    }

    /// The allocator says what a set of frames says, whatever is done.
    #[test]
    fn an_allocator_is_a_set_of_frames(
        parts in prop::collection::vec((0..9_000_u64, 0..3_000_u64), 1..4),
        removed in (0..9_000_u64, 0..100_u64),
        operations in prop::collection::vec(operation(), 0..100),
    ) {
        let mut words = words(9_000);
        let mut frames = Frames::new(9_000, &mut words);
        let mut free = BTreeSet::new();
        for (start, count) in parts {
            // What is no whole frame is left out.
            let memory = (start * FRAME).saturating_sub(1)..(start + count) * FRAME + 1;
            // SAFETY: nobody uses the frames.
            unsafe { frames.add(memory) };
            free.extend((start..start + count).filter(|frame| *frame < frames.end() / FRAME));
        }
        let removed = removed.0..removed.0 + removed.1;
        frames.remove(removed.start * FRAME + 1..(removed.end * FRAME).saturating_sub(1));
        free.retain(|frame| !removed.contains(frame));
        prop_assert_eq!(frames.total(), free.len() as u64);
        let (mut single, mut runs) = (Vec::new(), Vec::new());
        for operation in operations {
            match operation {
                Operation::Allocate => {
                    let got = frames.allocate();
                    let expected = free.pop_first();
                    prop_assert_eq!(got.as_ref().ok().map(Frame::start), expected.map(|frame| frame * FRAME));
                    single.extend(got);
                }
                Operation::Free(index) if !single.is_empty() => {
                    let frame: Frame = single.swap_remove(index.index(single.len()));
                    free.insert(frame.start() / FRAME);
                    frames.free(frame);
                }
                Operation::Run { count, alignment } => {
                    let got = frames.allocate_run(count, 1 << alignment);
                    let Some(first) = first_run(&free, count, 1 << alignment) else {
                        prop_assert_eq!(got, Err(OutOfFrames { asked: count, free: free.len() as u64 }));
                        continue;
                    };
                    let run = got.expect("the model has found one");
                    prop_assert_eq!(run.memory(), first * FRAME..(first + count) * FRAME);
                    free.retain(|frame| !(first..first + count).contains(frame));
                    runs.push(run);
                }
                Operation::FreeRun(index) if !runs.is_empty() => {
                    let run = runs.swap_remove(index.index(runs.len()));
                    free.extend(run.memory().step_by(FRAME as usize).map(|start| start / FRAME));
                    frames.free_run(run);
                }
                Operation::Free(_) | Operation::FreeRun(_) => {}
            }
            prop_assert_eq!(frames.free_count(), free.len() as u64);
        }
        for frame in 0..9_100 {
            prop_assert_eq!(frames.has(frame * FRAME), free.contains(&frame));
        }
    }

    /// The place for the tree is usable, within reach, and large enough.
    #[test]
    fn a_tree_has_a_place(list in regions(), reach in MIB..MIB + 80_000) {
        let regions = Regions::new(&list, u64::MAX);
        let whole = usable(&list, u64::MAX, FRAME);
        match plan(regions, reach) {
            Some((place, frames)) => {
                prop_assert!(place.end - place.start >= 8 * Tree::words(frames));
                prop_assert!(place.end <= reach);
                prop_assert!(whole.iter().any(|range| range.start <= place.start && place.end <= range.end));
                prop_assert!(whole.iter().any(|range| range.end == frames * FRAME));
            }
            None => prop_assert!(whole.iter().all(|range| range.start + 100 > reach)),
        }
    }
}

#[test]
fn high_memory_is_left_out_where_its_tree_has_no_room() {
    let list = [
        region(MIB, MIB + 2 * FRAME, true),
        region(1 << 40, (1 << 40) + FRAME, true),
    ];
    let (place, frames) =
        plan(Regions::new(&list, u64::MAX), 1 << 32).expect("two frames are enough for two");
    assert_eq!((place.start, frames), (MIB, (MIB + 2 * FRAME) / FRAME));
}

#[test]
fn a_tree_has_room_for_four_tebibytes() {
    assert_eq!(MOST, 4 << 40);
    let list = [region(MIB, 1 << 50, true)];
    let (_, frames) = plan(Regions::new(&list, u64::MAX), 1 << 32).expect("there is room");
    assert_eq!(frames, MOST / FRAME);
    // One bit a frame, and a 63rd of that for the tree above.
    assert!(Tree::words(frames) < frames / 64 + frames / 64 / 63 + 2);
}

#[test]
#[should_panic(expected = "frame 0x5000 is free")]
fn who_frees_what_is_free_is_caught() {
    let mut words = words(64);
    let mut frames = Frames::new(64, &mut words);
    // SAFETY: nobody uses the frame.
    unsafe { frames.add(0x5000..0x6000) };
    let frame = frames.allocate().expect("one is free");
    frames.free(frame);
    // SAFETY: none. That is the test.
    frames.free(unsafe { Frame::from_start(0x5000) });
}

#[test]
fn a_run_can_end_with_the_last_frame() {
    let mut words = words(128);
    let mut frames = Frames::new(128, &mut words);
    // SAFETY: nobody uses the frames.
    unsafe { frames.add(0..128 * FRAME) };
    let run = frames.allocate_run(128, 1).expect("all are free");
    assert_eq!(frames.allocate(), Err(OutOfFrames { asked: 1, free: 0 }));
    frames.free_run(run);
    assert!(frames.allocate_run(129, 1).is_err());
    assert_eq!(frames.free_count(), 128);
}

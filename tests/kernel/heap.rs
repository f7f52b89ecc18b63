//! The heap: objects of any size, and what happens when memory ends.

extern crate alloc;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::hint::black_box;
use core::mem;

use cairn::arch::{mapper, memory};
use cairn::heap::fallible::{NoMemory, try_box, try_push, try_string};
use cairn::heap::global::{self, Error, START};
use cairn::testing::Verdict;
use cairn::{case, println};

/// How many frames are free.
fn free_frames() -> u64 {
    memory::with(|memory| memory.frames.free_count()).expect("the memory has begun")
}

/// Bytes and objects that are given out.
fn used() -> (usize, usize) {
    let state = global::state();
    (state.used, state.objects)
}

case!(a_box_is_on_the_heap);
/// And gives its memory back.
fn a_box_is_on_the_heap() {
    let before = used();
    let number = Box::new(42);
    let address = &raw const *number as u64;
    let state = global::state();
    assert!((START..START + state.size as u64).contains(&address));
    assert_eq!((*number, state.objects), (42, before.1 + 1));
    drop(number);
    assert_eq!(used(), before);
}

case!(a_vector_grows, limit: 10_000);
/// Through many sizes, and keeps what it holds.
fn a_vector_grows() {
    let before = used();
    let numbers: Vec<u64> = (0..100_000).collect();
    assert_eq!(numbers.iter().sum::<u64>(), 100_000 * 99_999 / 2);
    assert!(global::state().size >= 800_000);
    drop(numbers);
    assert_eq!(used(), before);
}

case!(texts_are_put_together);
/// From pieces whose lengths nobody knew.
fn texts_are_put_together() {
    let words: Vec<String> = (1..=5).map(|number| format!("stone {number}")).collect();
    assert_eq!(
        words.join(", "),
        "stone 1, stone 2, stone 3, stone 4, stone 5"
    );
}

case!(what_is_shared_lives_as_long_as_its_owners);
/// And not longer.
fn what_is_shared_lives_as_long_as_its_owners() {
    let before = used();
    let first = Rc::new(String::from("granite"));
    let second = Rc::clone(&first);
    assert_eq!((Rc::strong_count(&first), used().1), (2, before.1 + 2));
    drop(first);
    assert_eq!(*second, "granite");
    drop(second);
    assert_eq!(used(), before);
}

case!(a_map_keeps_its_order, limit: 10_000);
/// Whatever the order in which its keys come, and go.
fn a_map_keeps_its_order() {
    let mut squares: BTreeMap<u64, u64> = (0..1000).map(|key| (key * 7 % 1000, key)).collect();
    squares.retain(|key, _| key % 3 == 0);
    assert!(squares.keys().copied().eq((0..1000).step_by(3)));
}

case!(alignment_is_kept);
/// Of a page, and of a mebibyte.
fn alignment_is_kept() {
    for align in [1, 16, 4096, 1 << 20] {
        let layout = Layout::from_size_align(24, align).expect("a power of two");
        // SAFETY: the layout is not empty, and what is given out goes back.
        unsafe {
            let memory = alloc::alloc::alloc(layout);
            assert!(!memory.is_null() && memory.addr().is_multiple_of(align));
            memory.write_bytes(0xa5, 24);
            alloc::alloc::dealloc(memory, layout);
        }
    }
}

case!(it_grows_by_what_is_needed);
/// It takes frames, and no more than twice what is asked for.
fn it_grows_by_what_is_needed() {
    let (size, frames) = (global::state().size, free_frames());
    let large = black_box(Vec::<u8>::with_capacity(8 << 20));
    let grown = global::state().size - size;
    assert!(((8 << 20)..(16 << 20)).contains(&grown), "{grown}");
    assert!(frames - free_frames() >= grown as u64 / 4096);
    drop(large);
}

case!(what_is_too_large_is_refused);
/// With the reason, and nothing has changed.
fn what_is_too_large_is_refused() {
    black_box(Box::new(1));
    let (state, frames) = (global::state(), free_frames());
    assert!(Vec::<u8>::new().try_reserve(1 << 30).is_err());
    let failure = global::state().failure;
    let Some(Error::Map(mapper::Error::OutOfFrames(error))) = failure else {
        panic!("{failure:?}");
    };
    assert_eq!((error.free, free_frames()), (frames, frames));
    assert_eq!(global::grow(1 << 41), Err(Error::TooLarge(1 << 41)));
    assert!(Vec::<u8>::new().try_reserve(isize::MAX as usize).is_err());
    assert_eq!(
        (global::state().size, global::state().used),
        (state.size, state.used)
    );
}

case!(memory_ends_and_comes_back, limit: 30_000, machine: "-m 24M");
/// Boxes of a kibibyte fill all frames; once they are gone, as many fit again.
fn memory_ends_and_comes_back() {
    let mut counts = [0, 0];
    for count in &mut counts {
        let mut boxes = Vec::new();
        loop {
            let more = try_box([0x5a_u8; 1000]);
            let Ok(more) = more else { break };
            if try_push(&mut boxes, more).is_err() {
                break;
            }
        }
        assert!(
            boxes
                .iter()
                .all(|bytes| bytes.iter().all(|byte| *byte == 0x5a))
        );
        *count = boxes.len();
    }
    println!("{counts:?}");
    assert!(counts[0] > 10_000);
    assert!(counts[1] >= counts[0] * 9 / 10);
}

case!(the_last_frames_are_used, machine: "-m 24M");
/// Though they are fewer than the heap would like.
fn the_last_frames_are_used() {
    memory::with(|memory| {
        while memory.frames.free_count() > 5 {
            let _lost = memory.frames.allocate();
        }
    });
    while let Ok(more) = try_box([0x5a_u8; 1000]) {
        mem::forget(black_box(more));
    }
    assert_eq!(free_frames(), 0);
}

case!(it_grows_by_pages);
/// It grows by whole pages, and by one at least.
fn it_grows_by_pages() {
    for bytes in [0, 1, 4095, 4096, 4097] {
        let size = global::state().size;
        assert_eq!(global::grow(bytes), Ok(()));
        let grown = global::state().size - size;
        assert_eq!(grown, bytes.max(1).next_multiple_of(4096));
    }
}

case!(who_has_the_memory_must_not_want_more, expect: Verdict::Panicked,
    says: "deadlock: the lock `memory` is never released");
/// The heap would have to map frames, and waits for the very lock that is held here.
fn who_has_the_memory_must_not_want_more() {
    memory::with(|_| black_box(Vec::<u8>::with_capacity(8 << 20)));
}

case!(behind_the_heap_is_nothing, expect: Verdict::Panicked,
    says: "exception 14, page fault: a read of 0xffffc0");
/// Up to its end all is mapped.
fn behind_the_heap_is_nothing() {
    black_box(Box::new(1));
    let end = START + global::state().size as u64;
    // SAFETY: up to the end it is the heap's memory; there, it ends the machine.
    let read = |address| unsafe { (address as *const u8).read_volatile() };
    (START..end)
        .step_by(4096)
        .for_each(|address| _ = read(address));
    println!("all is mapped");
    read(end);
}

case!(objects_cannot_be_executed, expect: Verdict::Panicked,
    says: "exception 14, page fault: an instruction fetch from 0xffffc0");
/// A box that holds a `ret`.
fn objects_cannot_be_executed() {
    let ret = black_box(Box::new(0xc3_u8));
    // SAFETY: it ends the machine, unless a protection is missing.
    let function: extern "C" fn() = unsafe { mem::transmute(&raw const *ret) };
    function();
}

case!(who_cannot_do_without_panics, expect: Verdict::Panicked,
    says: "memory allocation of 1099511627776 bytes failed");
/// That is what `alloc`'s other functions do.
fn who_cannot_do_without_panics() {
    black_box(Vec::<u8>::with_capacity(1 << 40));
}

const WORDS: &str = "a cairn is a pile of stones that marks a trail";

#[expect(clippy::vec_box, reason = "a box is one more allocation that can fail")]
/// Copies words into boxes in a list, and says where it has stopped.
fn keep<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    list: &mut Vec<Box<String>>,
) -> Result<(), &'a str> {
    for word in words {
        let copy = try_string(word).map_err(|_| word)?;
        let copy = try_box(copy).map_err(|NoMemory(_)| word)?;
        try_push(list, copy).map_err(|NoMemory(_)| word)?;
    }
    Ok(())
}

case!(nothing_is_lost_wherever_memory_ends, limit: 10_000);
/// Each allocation fails once, the first, the second, and so on. What was done before
/// stays, what failed is handed back, and in the end all memory is free.
fn nothing_is_lost_wherever_memory_ends() {
    let before = used();
    let mut failures = 0;
    for allocations in 0.. {
        let (mut list, mut words) = (Vec::new(), WORDS.split(' '));
        global::limit(Some(allocations));
        let kept = keep(&mut words, &mut list);
        global::limit(None);
        let is_done = kept.is_ok();
        if let Err(word) = kept {
            failures += 1;
            assert_eq!(global::state().failure, Some(Error::Denied));
            let kept: Vec<&str> = list.iter().map(|word| word.as_str()).collect();
            let rest: Vec<&str> = words.collect();
            assert_eq!(
                [kept.join(" "), word.into(), rest.join(" ")]
                    .join(" ")
                    .trim(),
                WORDS
            );
        }
        drop(list);
        assert_eq!(used(), before);
        if is_done {
            break;
        }
    }
    // Eleven texts, eleven boxes, and a list that grows to 4, 8 and 16.
    assert_eq!(failures, 25);
}

case!(a_value_that_finds_no_room_is_handed_back);
/// As it was.
fn a_value_that_finds_no_room_is_handed_back() {
    let text = String::from("granite");
    global::limit(Some(0));
    let boxed = try_box(text);
    let text = boxed.expect_err("there is no memory").0;
    let mut list = Vec::new();
    let pushed = try_push(&mut list, text);
    global::limit(None);
    assert_eq!(pushed, Err(NoMemory(String::from("granite"))));
    assert!(list.is_empty());
}

case!(nothing_needs_no_memory);
/// A box of nothing can always be had.
fn nothing_needs_no_memory() {
    global::limit(Some(0));
    let nothing = try_box(());
    global::limit(None);
    assert!(nothing.is_ok());
}

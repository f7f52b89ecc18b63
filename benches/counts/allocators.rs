//! The allocators, each with the same objects.

use alloc::alloc::alloc;
use alloc::format;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::NonNull;

use cairn::case;
use cairn::heap::Allocator;
use cairn::heap::bump::Bump;
use cairn::heap::linked_list::LinkedList;
use cairn::heap::size_classes::SizeClasses;
use cairn::testing::allocators::{Cost, Slot, churn, fill};
use x86_64::instructions::interrupts::without_interrupts;

use crate::{now, report};

/// Bytes that an allocator gets: enough for the largest number of objects.
const ARENA: usize = 24 << 20;

/// How many objects are live.
const LIVE: [usize; 3] = [100, 1_000, 10_000];

/// So many times an object goes and another one comes.
const TIMES: u64 = 2_000;

/// Gives an allocator memory from the heap, for ever.
fn furnished<A: Allocator>(mut allocator: A) -> A {
    let layout = Layout::from_size_align(ARENA, 4096).expect("a power of two");
    // SAFETY: the layout is not empty, and the memory is nobody else's.
    unsafe {
        let arena = NonNull::new(alloc(layout)).expect("there is room");
        allocator.extend(arena, ARENA);
    }
    allocator
}

fn slots(live: usize) -> Vec<Slot> {
    (0..live).map(|_| Slot::EMPTY).collect()
}

fn say(name: &str, live: usize, cost: Cost) {
    assert_eq!(cost.refused, 0);
    report(&format!("{name} {live}"), cost.average());
    report(&format!("{name} worst {live}"), cost.worst);
}

/// Counts an allocator for general use.
fn count<A: Allocator>(name: &str, make: fn() -> A) {
    let mut allocator = furnished(make());
    for live in LIVE {
        let mut slots = slots(live);
        let cost = without_interrupts(|| churn(&mut allocator, &mut slots, TIMES, now));
        say(name, live, cost);
        report(
            &format!("{name} percent of waste {live}"),
            cost.fragmentation() as u64,
        );
    }
}

case!(bump, machine: "-icount shift=0,sleep=off", limit: 60_000);
/// It has memory again only when nothing is left, so its objects come and go all at once.
fn bump() {
    let mut allocator = furnished(Bump::new());
    for live in LIVE {
        let mut slots = slots(live);
        let times = 10_000 / live as u64;
        let cost = without_interrupts(|| fill(&mut allocator, &mut slots, times, now));
        say("bump", live, cost);
    }
}

case!(linked_list, machine: "-icount shift=0,sleep=off", limit: 60_000);
/// Ours.
fn linked_list() {
    count("linked list", LinkedList::new);
}

case!(the_crate, machine: "-icount shift=0,sleep=off", limit: 60_000);
/// The one that others wrote.
fn the_crate() {
    count("linked_list_allocator", linked_list_allocator::Heap::empty);
}

case!(size_classes, machine: "-icount shift=0,sleep=off", limit: 60_000);
/// The kernel's own.
fn size_classes() {
    count("size classes", SizeClasses::new);
}

//! What operations cost, by a clock that is known.

use std::cell::Cell;

use cairn::heap::Usage;
use cairn::heap::linked_list::LinkedList;
use cairn::heap::size_classes::SizeClasses;
use cairn::testing::allocators::{Cost, Random, Slot, churn, fill};

use super::*;

/// An allocator that takes its time.
struct Slow<'a> {
    inner: Tried<LinkedList>,
    clock: &'a Cell<u64>,
    count: u64,
}

impl Slow<'_> {
    /// Each operation takes 10; the hundredth, 500.
    fn wait(&mut self) {
        self.count += 1;
        let time = if self.count == 100 { 500 } else { 10 };
        self.clock.set(self.clock.get() + time);
    }
}

// SAFETY: the inner one does all.
unsafe impl Allocator for Slow<'_> {
    const EMPTY: Self = panic!("it needs a clock");

    unsafe fn extend(&mut self, _: NonNull<u8>, _: usize) {}

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.wait();
        self.inner.allocate(layout)
    }

    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        self.wait();
        self.inner.free(start, layout);
    }

    fn usage(&self) -> Usage {
        self.inner.usage()
    }
}

/// Reading this clock takes 3.
fn read(clock: &Cell<u64>) -> u64 {
    clock.set(clock.get() + 3);
    clock.get()
}

fn cost(count: impl FnOnce(&mut Slow, &mut [Slot], &Cell<u64>) -> Cost, pages: usize) -> Cost {
    let clock = Cell::new(0);
    let mut slow = Slow {
        inner: Tried::new(LinkedList::new(), pages),
        clock: &clock,
        count: 0,
    };
    let mut slots = [Slot::EMPTY; 20];
    let cost = count(&mut slow, &mut slots, &clock);
    assert_eq!(slow.usage().used, 0, "all is freed again");
    cost
}

#[test]
fn a_churn_counts_what_comes_after_the_first_objects() {
    let cost = cost(
        |slow, slots, clock| churn(slow, slots, 50, || read(clock)),
        64,
    );
    assert_eq!((cost.operations, cost.refused), (100, 0));
    assert_eq!((cost.total, cost.worst, cost.average()), (1490, 500, 15));
    assert!(cost.live > 20 * 8 && cost.live < 20 * 4096);
    assert!(cost.needed >= cost.live && cost.needed < 64 * 4096);
}

#[test]
fn a_fill_counts_all() {
    let cost = cost(
        |slow, slots, clock| fill(slow, slots, 5, || read(clock)),
        64,
    );
    assert_eq!((cost.operations, cost.refused), (200, 0));
    assert_eq!((cost.total, cost.worst), (2490, 500));
}

#[test]
fn refused_objects_are_counted() {
    let cost = cost(
        |slow, slots, clock| churn(slow, slots, 50, || read(clock)),
        1,
    );
    assert!(cost.refused > 20);
    assert!(cost.needed <= 4096);
}

#[test]
fn fragmentation_is_what_is_needed_beyond_what_is_live() {
    let cost = Cost {
        live: 1000,
        needed: 1250,
        ..Cost::default()
    };
    assert_eq!(cost.fragmentation(), 25);
}

/// A heap for a thousand objects is larger than them by less than a quarter.
#[test]
#[cfg_attr(miri, ignore = "the others use the same pointers, in less time")]
fn size_classes_leave_little_unused() {
    let mut heap = Tried::new(SizeClasses::new(), 512);
    let cost = churn(&mut *heap, &mut [Slot::EMPTY; 1000], 50_000, || 0);
    assert_eq!(cost.refused, 0);
    assert!(cost.fragmentation() < 25, "{}", cost.fragmentation());
}

/// From 8 bytes up to 4096, each power of two has its share.
#[test]
#[cfg_attr(miri, ignore = "many numbers, and no pointers")]
fn layouts_are_of_all_sizes() {
    let mut random = Random::new(1);
    let mut counts = [0; 13];
    for _ in 0..9000 {
        let layout = random.layout();
        assert!(layout.align() <= 64);
        counts[layout.size().ilog2() as usize] += 1;
    }
    assert_eq!(counts[..3], [0; 3]);
    assert!(
        counts[3..12]
            .iter()
            .all(|count| (900..1100).contains(count)),
        "{counts:?}"
    );
    assert_eq!(counts[12], 0);
}

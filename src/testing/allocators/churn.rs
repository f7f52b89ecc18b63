//! What the operations of an allocator cost, and how much memory it needs for them.

use core::alloc::Layout;
use core::ops::Range;
use core::ptr::NonNull;

use super::Random;
use crate::heap::Allocator;

/// The random numbers are the same for each allocator.
const SEED: u64 = 13;

/// Where a live object is, if there is one.
#[derive(Debug, Default)]
pub struct Slot(Option<(NonNull<u8>, Layout)>);

// SAFETY: nothing is ever read or written through the pointer.
unsafe impl Send for Slot {}

impl Slot {
    /// No object.
    pub const EMPTY: Self = Self(None);
}

/// What operations cost, in what the clock counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// How many there were.
    pub operations: u64,
    /// All together.
    pub total: u64,
    /// The worst one.
    pub worst: u64,
    /// How many objects were refused.
    pub refused: u64,
    /// Bytes of all live objects together, when they were most.
    pub live: usize,
    /// Bytes from the first object that was ever given out to the end of the last:
    /// how large a heap must be.
    pub needed: usize,
}

impl Cost {
    /// The cost of one operation, rounded.
    pub fn average(&self) -> u64 {
        (self.total + self.operations / 2) / self.operations.max(1)
    }

    /// How much larger the heap must be than all that is in it, in percent.
    pub fn fragmentation(&self) -> usize {
        self.needed.saturating_sub(self.live) * 100 / self.live.max(1)
    }
}

/// Gives each slot an object; then frees a random one and allocates another instead, so
/// many times. Only the second part is counted; objects are as [`Random::layout`] says.
///
/// The allocator is new, and has its memory. All objects are freed again. What the clock
/// itself takes is left out. While it runs, no interrupt may come.
pub fn churn(
    allocator: &mut impl Allocator,
    slots: &mut [Slot],
    times: u64,
    clock: impl Fn() -> u64,
) -> Cost {
    let mut run = Run::new(allocator, clock);
    slots.iter_mut().for_each(|slot| run.allocate(slot));
    run.forget();
    for _ in 0..times {
        let number = run.random.below(slots.len());
        run.free(&mut slots[number]);
        run.allocate(&mut slots[number]);
    }
    let cost = run.cost;
    slots.iter_mut().for_each(|slot| run.free(slot));
    cost
}

/// Gives each slot an object, and then frees them all in the same order; so many times.
/// This can be counted even of an allocator that has memory again only when nothing is
/// left.
pub fn fill(
    allocator: &mut impl Allocator,
    slots: &mut [Slot],
    times: u64,
    clock: impl Fn() -> u64,
) -> Cost {
    let mut run = Run::new(allocator, clock);
    for _ in 0..times {
        slots.iter_mut().for_each(|slot| run.allocate(slot));
        slots.iter_mut().for_each(|slot| run.free(slot));
    }
    run.cost
}

struct Run<'a, A, C> {
    allocator: &'a mut A,
    clock: C,
    /// What the clock takes.
    own: u64,
    random: Random,
    live: usize,
    /// The addresses of all that was ever given out.
    touched: Option<Range<usize>>,
    cost: Cost,
}

impl<'a, A: Allocator, C: Fn() -> u64> Run<'a, A, C> {
    fn new(allocator: &'a mut A, clock: C) -> Self {
        let start = clock();
        Self {
            allocator,
            own: clock() - start,
            clock,
            random: Random::new(SEED),
            live: 0,
            touched: None,
            cost: Cost::default(),
        }
    }

    /// Forgets what it has counted so far.
    fn forget(&mut self) {
        self.cost = Cost {
            total: 0,
            worst: 0,
            operations: 0,
            ..self.cost
        };
    }

    fn count(&mut self, start: u64) {
        let cost = ((self.clock)() - start).saturating_sub(self.own);
        self.cost.operations += 1;
        self.cost.total += cost;
        self.cost.worst = self.cost.worst.max(cost);
    }

    fn allocate(&mut self, slot: &mut Slot) {
        let layout = self.random.layout();
        let start = (self.clock)();
        let object = self.allocator.allocate(layout);
        self.count(start);
        match object {
            Some(object) => self.note(object, layout),
            None => self.cost.refused += 1,
        }
        slot.0 = object.map(|object| (object, layout));
    }

    /// Notes where an object is.
    fn note(&mut self, object: NonNull<u8>, layout: Layout) {
        let start = object.addr().get();
        let end = start + layout.size();
        let before = self.touched.take().unwrap_or(start..end);
        let touched = before.start.min(start)..before.end.max(end);
        self.cost.needed = touched.len();
        self.touched = Some(touched);
        self.live += layout.size();
        self.cost.live = self.cost.live.max(self.live);
    }

    fn free(&mut self, slot: &mut Slot) {
        let Some((object, layout)) = slot.0.take() else {
            return;
        };
        let start = (self.clock)();
        // SAFETY: it was allocated for this layout, and is in its slot no more.
        unsafe { self.allocator.deallocate(object, layout) };
        self.count(start);
        self.live -= layout.size();
    }
}

//! Tests and counts of allocators, the same on a host and in a machine.

#![expect(
    unsafe_code,
    reason = "it is the user of an allocator, who owes it what its documentation asks for"
)]

mod churn;
mod object;
mod random;

use core::alloc::Layout;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::heap::{Allocator, Usage};
pub use churn::{Cost, Slot, churn, fill};
pub use object::Object;
pub use random::Random;

/// So many objects are live at most. Each is compared with each, which takes Miri long.
pub const LIVE: usize = if cfg!(miri) { 64 } else { 512 };

/// So many bytes of the memory come last, in one piece: an allocator may let a smaller
/// one wait until there is more.
const LAST: usize = 64;

/// What a user asks of an allocator.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    /// Memory for an object. It may be refused.
    Allocate(Layout),
    /// To take back the object of this number, counted round and round.
    Free(usize),
    /// To take so many more bytes of memory, or nearly all that is left.
    Extend(usize),
}

/// What an allocator did wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It gave out something that is not aligned.
    Misaligned(Object),
    /// It gave out something that is not in its memory.
    Outside(Object),
    /// It gave out something twice: first the one, then the other.
    Overlap(Object, Object),
    /// It changed an object, so many bytes from its start.
    Changed(Object, usize),
    /// It says that it is so full, with so many bytes live.
    Miscounted(Usage, usize),
    /// After all had been freed there was less room than before.
    Lost {
        /// How much there was: bytes of one object, or objects.
        before: usize,
        /// How much is left.
        after: usize,
    },
}

/// Uses an allocator, and looks at all that it does.
#[derive(Debug)]
pub struct Checker<'a, A> {
    allocator: A,
    /// Makes another one, without memory.
    make: fn() -> A,
    arena: NonNull<u8>,
    /// Bytes of the arena, and of the part that the allocator has.
    size: usize,
    given: usize,
    objects: heapless::Vec<Object, LIVE>,
    /// How many objects there have been.
    count: usize,
    borrowed: PhantomData<&'a mut [u8]>,
}

impl<'a, A: Allocator> Checker<'a, A> {
    /// Uses a new allocator, with the first bytes of the arena as its memory.
    pub fn new(make: fn() -> A, arena: &'a mut [u8], first: usize) -> Self {
        let mut checker = Self {
            allocator: make(),
            make,
            size: arena.len(),
            arena: NonNull::from(arena).cast(),
            given: 0,
            objects: heapless::Vec::new(),
            count: 0,
            borrowed: PhantomData,
        };
        checker.extend(first);
        checker
    }

    /// Does this, and looks whether it was done well.
    ///
    /// # Errors
    /// When it was not.
    pub fn act(&mut self, operation: Operation) -> Result<(), Fault> {
        match operation {
            Operation::Allocate(layout) => drop(self.allocate(layout)?),
            Operation::Free(number) => self.free(number)?,
            Operation::Extend(size) => {
                let left = self.size - self.given;
                self.extend(size.min(left.saturating_sub(LAST)));
            }
        }
        let usage = self.allocator.usage();
        let live = self.objects.iter().map(|object| object.layout.size()).sum();
        if live <= usage.used && usage.used <= usage.size && usage.size <= self.given {
            Ok(())
        } else {
            Err(Fault::Miscounted(usage, live))
        }
    }

    /// Allocates objects until one is refused or there are [`LIVE`], frees them, and does
    /// so again. How many there were.
    ///
    /// # Errors
    /// When there were not as many the second time, or another fault appears.
    pub fn exhaust(&mut self, layout: Layout) -> Result<usize, Fault> {
        self.free_all()?;
        let before = self.allocate_all(layout)?;
        self.free_all()?;
        let after = self.allocate_all(layout)?;
        self.free_all()?;
        same(before, after)
    }

    /// Gives the allocator the rest of the memory, and frees all objects. The largest one that can be had then is as large as with a
    /// new allocator.
    ///
    /// # Errors
    /// When it is not, or another fault appears.
    pub fn finish(mut self) -> Result<(), Fault> {
        self.free_all()?;
        self.extend(self.size);
        let after = self.largest();
        self.allocator = (self.make)();
        let given = core::mem::take(&mut self.given);
        self.extend(given);
        same(self.largest(), after).map(drop)
    }

    fn extend(&mut self, size: usize) {
        let size = size.min(self.size - self.given);
        // SAFETY: the arena is ours, and these bytes follow on the last ones.
        unsafe { self.allocator.extend(self.arena.add(self.given), size) };
        self.given += size;
    }

    /// Whether there was room for an object of this layout.
    fn allocate(&mut self, layout: Layout) -> Result<bool, Fault> {
        if self.objects.is_full() {
            return Ok(false);
        }
        let Some(start) = self.allocator.allocate(layout) else {
            return Ok(false);
        };
        self.count += 1;
        let mut object = Object {
            start,
            layout,
            number: self.count,
        };
        self.inspect(object)?;
        // SAFETY: it lies in the arena, and in no other object.
        unsafe { object.fill() };
        Ok(self.objects.push(object).is_ok())
    }

    fn inspect(&self, object: Object) -> Result<(), Fault> {
        let arena = self.arena.addr().get();
        let addresses = object.addresses();
        if !addresses.start.is_multiple_of(object.layout.align()) {
            return Err(Fault::Misaligned(object));
        }
        if addresses.start < arena || addresses.end > arena + self.given {
            return Err(Fault::Outside(object));
        }
        match self.objects.iter().find(|other| other.overlaps(object)) {
            Some(other) => Err(Fault::Overlap(*other, object)),
            None => Ok(()),
        }
    }

    fn free(&mut self, number: usize) -> Result<(), Fault> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let object = self.objects.swap_remove(number % self.objects.len());
        // SAFETY: it is live, and so it was filled.
        if let Some(offset) = unsafe { object.changed() } {
            return Err(Fault::Changed(object, offset));
        }
        // SAFETY: it is freed once, with its own layout.
        unsafe { self.allocator.deallocate(object.start, object.layout) };
        Ok(())
    }

    fn allocate_all(&mut self, layout: Layout) -> Result<usize, Fault> {
        let mut count = 0;
        while self.allocate(layout)? {
            count += 1;
        }
        Ok(count)
    }

    fn free_all(&mut self) -> Result<(), Fault> {
        while !self.objects.is_empty() {
            self.free(self.count)?;
        }
        // Who holds memory back gives it up when there is no other.
        self.fits(self.given + 1);
        Ok(())
    }

    /// The bytes of the largest object that can be had.
    fn largest(&mut self) -> usize {
        let (mut fits, mut too_large) = (0, self.given + 1);
        while too_large - fits > 1 {
            let middle = fits.midpoint(too_large);
            match self.fits(middle) {
                true => fits = middle,
                false => too_large = middle,
            }
        }
        fits
    }

    fn fits(&mut self, size: usize) -> bool {
        let Ok(layout) = Layout::from_size_align(size, 1) else {
            return false;
        };
        let start = self.allocator.allocate(layout);
        // SAFETY: it was just allocated.
        start
            .map(|start| unsafe { self.allocator.deallocate(start, layout) })
            .is_some()
    }
}

fn same(before: usize, after: usize) -> Result<usize, Fault> {
    if before == after {
        Ok(before)
    } else {
        Err(Fault::Lost { before, after })
    }
}

//! One object is put behind the other, and all memory comes back at once.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::{Allocator, Usage, align_up};

/// Gives out memory from the start to the end. When no object is left, it starts over.
///
/// Both operations take constant time, but an object that stays keeps the memory of all
/// that came before it and have gone.
#[derive(Debug, Default)]
pub struct Bump {
    start: Option<NonNull<u8>>,
    /// Bytes in all.
    size: usize,
    /// Bytes from the start to the end of the last object.
    used: usize,
    /// How many objects there are.
    live: usize,
}

// SAFETY: nobody else uses the memory to which it points.
unsafe impl Send for Bump {}

impl Bump {
    /// One without memory.
    pub const fn new() -> Self {
        Self {
            start: None,
            size: 0,
            used: 0,
            live: 0,
        }
    }
}

// SAFETY: an object starts where the last one ends or later, and ends where the memory
// does or before.
unsafe impl Allocator for Bump {
    const EMPTY: Self = Self::new();

    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        self.start.get_or_insert(start);
        self.size += size;
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let start = self.start?;
        let first = start.addr().get();
        let offset = align_up(first + self.used, layout.align())? - first;
        let end = offset.checked_add(layout.size())?;
        if end > self.size {
            return None;
        }
        self.used = end;
        self.live += 1;
        // SAFETY: the offset is at most the size.
        Some(unsafe { start.add(offset) })
    }

    /// Takes back the memory of the last object, or of all if this was the only one.
    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        let first = self.start.map_or(0, |first| first.addr().get());
        let offset = start.addr().get() - first;
        self.live -= 1;
        if self.live == 0 {
            self.used = 0;
        } else if offset + layout.size() == self.used {
            self.used = offset;
        }
    }

    fn usage(&self) -> Usage {
        Usage {
            size: self.size,
            used: self.used,
            largest_free: Some(self.size - self.used),
        }
    }
}

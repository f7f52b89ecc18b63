//! An allocator that others wrote: the crate `linked_list_allocator`.

use core::alloc::Layout;
use core::ptr::NonNull;

use linked_list_allocator::Heap;

use super::{Allocator, Usage};

// SAFETY: the crate promises it.
unsafe impl Allocator for Heap {
    const EMPTY: Self = Self::empty();

    /// # Panics
    /// The first piece needs room for a block's books, which is at most 24 bytes.
    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        // SAFETY: the caller vouches for the memory. It is only the first if there was none.
        unsafe {
            if self.bottom().is_null() {
                self.init(start.as_ptr(), size);
            } else {
                Heap::extend(self, size);
            }
        }
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.allocate_first_fit(layout).ok()
    }

    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        // An object's own pointer may be good for that object only, and the crate merges.
        if let Some(start) = NonNull::new(self.bottom().with_addr(start.addr().get())) {
            // SAFETY: the caller asserts what the crate asks for.
            unsafe { Heap::deallocate(self, start, layout) };
        }
    }

    fn usage(&self) -> Usage {
        Usage {
            size: self.size(),
            used: self.used(),
            largest_free: None,
        }
    }
}

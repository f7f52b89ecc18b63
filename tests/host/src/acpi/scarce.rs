//! Memory that somebody does not get: the tests' allocator refuses, on one thread, what has more
//! bytes than it may.

#![expect(unsafe_code, reason = "an allocator is for the whole program")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

thread_local! {
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
}

struct Scarce;

#[global_allocator]
static ALLOCATOR: Scarce = Scarce;

// SAFETY: it is the system's, but for what it refuses, as any allocator may.
unsafe impl GlobalAlloc for Scarce {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST.get() {
            return ptr::null_mut();
        }
        // SAFETY: the caller keeps to it.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: it came from there.
        unsafe { System.dealloc(start, layout) }
    }
}

/// Does something while there are at most so many bytes for one object.
pub fn at_most<T>(bytes: usize, act: impl FnOnce() -> T) -> T {
    MOST.set(bytes);
    let done = act();
    MOST.set(usize::MAX);
    done
}

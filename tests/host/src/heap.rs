//! The allocators: all have to pass the same tests, and each has some of its own.

#![expect(
    unsafe_code,
    reason = "it is the user of allocators, who owes them what their documentation asks for"
)]

mod bump;
mod checked;
mod checker;
mod churn;
mod linked_list;
mod properties;
mod size_classes;

use std::alloc::Layout;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use cairn::heap::Allocator;
use proptest::prelude::*;

/// Miri takes a thousand times as long.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        cases: if cfg!(miri) { 2 } else { 64 },
        max_shrink_iters: if cfg!(miri) { 0 } else { 1000 },
        ..ProptestConfig::default()
    }
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("the alignment is a power of two")
}

/// The alignment of each arena.
#[derive(Clone, Copy)]
#[repr(align(4096))]
struct Page(#[expect(dead_code, reason = "only its address counts")] [u8; 4096]);

/// An allocator with memory.
struct Tried<A> {
    allocator: A,
    arena: NonNull<u8>,
    /// Never used: `arena` is.
    _pages: Vec<Page>,
}

impl<A: Allocator> Tried<A> {
    /// With so many pages.
    fn new(mut allocator: A, pages: usize) -> Self {
        let mut memory = vec![Page([0; 4096]); pages];
        let arena = NonNull::new(memory.as_mut_ptr()).expect("vectors have an address");
        let arena = arena.cast();
        // SAFETY: the memory stays as long as the allocator does.
        unsafe { allocator.extend(arena, pages * 4096) };
        Self {
            allocator,
            arena,
            _pages: memory,
        }
    }

    /// Allocates what there has to be room for.
    fn get(&mut self, layout: Layout) -> NonNull<u8> {
        self.allocate(layout).expect("there is room")
    }

    /// Frees what is live.
    fn free(&mut self, object: NonNull<u8>, layout: Layout) {
        // SAFETY: the tests keep to it, but for those that expect a panic.
        unsafe { self.deallocate(object, layout) };
    }

    /// Where an object starts, in bytes from the start of the memory.
    fn offset(&self, object: NonNull<u8>) -> usize {
        object.addr().get() - self.arena.addr().get()
    }
}

impl<A> Deref for Tried<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.allocator
    }
}

impl<A> DerefMut for Tried<A> {
    fn deref_mut(&mut self) -> &mut A {
        &mut self.allocator
    }
}

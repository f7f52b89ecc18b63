//! The heap: memory for objects of any size, for as long as somebody needs them.
// [allocators..]
//!
//! An allocator keeps its books in the memory that it manages, for it has no other.
// [..allocators]

#![expect(
    unsafe_code,
    reason = "an allocator writes its books into memory that is free"
)]

mod blocks; // [allocators.3]
mod borrowed; // [allocators]
pub mod bump; // [allocators]
pub mod checked; // [allocators.4]
mod entry; // [allocators.4]
pub mod fallible; // [heap.5]
mod free_lists; // [allocators.3]
#[cfg(target_os = "none")]
pub mod global;
pub mod linked_list; // [allocators.2]
pub mod misuse; // [allocators.4]
pub mod size_classes; // [allocators.3]

// [allocators..]
use core::alloc::Layout;
use core::ptr::NonNull;

/// Gives out pieces of the memory that it was given before.
///
/// # Safety
/// What `allocate` returns has the layout's size and alignment, lies in memory from
/// `extend`, and overlaps nothing that is given out. The allocator leaves it alone
/// until it comes back.
pub unsafe trait Allocator: Sized {
    /// One without memory.
    const EMPTY: Self;

    /// Takes so many bytes of memory: the first, or those directly behind the last.
    ///
    /// # Safety
    /// As long as the allocator and what it gives out are in use, the memory is valid
    /// for reads and writes, and nobody else uses it. The first pointer may be used for
    /// all memory that comes later, too.
    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize);

    /// Gives out memory for an object of this layout; its content is arbitrary. `None`
    /// if there is no room for it: then nothing has changed.
    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>>;

    /// Takes back the memory of an object.
    ///
    /// # Safety
    /// `start` came from `allocate`, for this layout, and has not been given back since.
    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout);

    /// So many bytes behind the last ones are enough for an object of this layout, however
    /// full the rest is. `None` if no memory is.
    fn enough(layout: Layout) -> Option<usize> {
        layout.size().checked_add(layout.align() + BOOKS)
    }

    /// How full it is. It may take as long as there are free pieces to look at.
    fn usage(&self) -> Usage;
}

/// An allocator needs no more than so many bytes for its books on one object, besides
/// what alignment takes.
const BOOKS: usize = 64;

/// How full an allocator is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// All memory that it was given.
    pub size: usize,
    /// What is given out, with all that it is rounded up by.
    pub used: usize,
    /// The largest free piece, if the allocator knows it. An object may need a little
    /// more than its size.
    pub largest_free: Option<usize>,
}

/// The first multiple of `align`, a power of two, from `address` on.
fn align_up(address: usize, align: usize) -> Option<usize> {
    Some(address.checked_add(align - 1)? & !(align - 1))
}
// [..allocators]

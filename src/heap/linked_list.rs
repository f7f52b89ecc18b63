//! Free memory is a list of blocks, in the order of their addresses.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::{Allocator, Usage, align_up};

/// What a free block starts with. Blocks begin and end at multiples of its size: so
/// whatever is left of a block is a block.
#[repr(C, align(16))]
struct Block {
    /// In bytes, with these here.
    size: usize,
    next: Link,
}

type Link = Option<NonNull<Block>>;

const GRAIN: usize = size_of::<Block>();

/// Gives out memory from the first block that is large enough.
///
/// What comes back is merged with the free blocks before and behind it. Both operations
/// take the longer, the more free blocks there are. An object wastes less than 16 bytes.
#[derive(Debug, Default)]
pub struct LinkedList {
    first: Link,
    /// Where the memory starts. An object's own pointer may be good for that object only,
    /// so pointers to blocks come from this one.
    start: Option<NonNull<u8>>,
    /// The address at which the last block may end.
    end: usize,
    /// Bytes in all.
    size: usize,
    /// Bytes given out.
    used: usize,
}

// SAFETY: nobody else uses the memory to which it points.
unsafe impl Send for LinkedList {}

impl LinkedList {
    /// One without memory.
    pub const fn new() -> Self {
        Self {
            first: None,
            start: None,
            end: 0,
            size: 0,
            used: 0,
        }
    }

    /// Puts a block into the list, and merges it with its neighbours.
    ///
    /// # Safety
    /// Its bytes are the allocator's, and nobody uses them.
    unsafe fn insert(&mut self, block: NonNull<Block>, size: usize) {
        let (mut link, mut before) = (&mut self.first, None);
        while let Some(other) = link.filter(|other| *other < block) {
            before = Some(other);
            // SAFETY: what is in the list is a free block.
            link = unsafe { &mut (*other.as_ptr()).next };
        }
        let next = link.replace(block);
        // SAFETY: the caller vouches for these bytes; the blocks are in the list now.
        unsafe {
            block.write(Block { size, next });
            merge(block);
            before.into_iter().for_each(|before| merge(before));
        }
    }
}

/// Merges a block with the next one if there is nothing in between.
///
/// # Safety
/// It is in the list.
unsafe fn merge(block: NonNull<Block>) {
    // SAFETY: what is in the list is a free block.
    let Block { size, next } = unsafe { block.read() };
    if let Some(behind) = next.filter(|next| next.addr().get() == block.addr().get() + size) {
        // SAFETY: as above.
        let Block { size: more, next } = unsafe { behind.read() };
        let size = size + more;
        // SAFETY: as above.
        unsafe { block.write(Block { size, next }) };
    }
}

/// How far from the start of a block so many bytes could begin, if they fit.
///
/// # Safety
/// The block is in the list.
unsafe fn fit(block: NonNull<Block>, size: usize, align: usize) -> Option<usize> {
    let gap = align_up(block.addr().get(), align)? - block.addr().get();
    // SAFETY: what is in the list is a free block.
    let room = unsafe { block.read() }.size;
    (gap.checked_add(size)? <= room).then_some(gap)
}

/// Cuts so many bytes out of a block. The list goes on with what is left of it.
///
/// # Safety
/// The block is in the list, the bytes fit, and both numbers are multiples of [`GRAIN`].
unsafe fn cut(block: NonNull<Block>, gap: usize, size: usize) -> Link {
    // SAFETY: all that is read and written is in a free block.
    unsafe {
        let Block { size: room, next } = block.read();
        let rest = block.byte_add(gap + size);
        let next = match room - gap - size {
            0 => next,
            size => {
                rest.write(Block { size, next });
                Some(rest)
            }
        };
        if gap == 0 {
            return next;
        }
        block.write(Block { size: gap, next });
        Some(block)
    }
}

/// What a layout is rounded up to.
fn rounded(layout: Layout) -> Option<(usize, usize)> {
    let size = align_up(layout.size().max(1), GRAIN)?;
    Some((size, layout.align().max(GRAIN)))
}

// SAFETY: what is given out was in a block of the list, and is in none any more.
unsafe impl Allocator for LinkedList {
    const EMPTY: Self = Self::new();

    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        let first = *self.start.get_or_insert(start);
        let end = (start.addr().get() + size) & !(GRAIN - 1);
        let from = self.end.max(first.addr().get().next_multiple_of(GRAIN));
        self.size += size;
        if from < end {
            self.end = end;
            // SAFETY: the caller vouches for the memory, and it is in no block yet.
            unsafe {
                let block = first.byte_add(from - first.addr().get());
                self.insert(block.cast(), end - from);
            }
        }
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let (size, align) = rounded(layout)?;
        let mut link = &mut self.first;
        loop {
            let block = (*link)?;
            // SAFETY: the block is in the list, and `fit` says what fits.
            unsafe {
                if let Some(gap) = fit(block, size, align) {
                    *link = cut(block, gap, size);
                    self.used += size;
                    return Some(block.cast().byte_add(gap));
                }
                link = &mut (*block.as_ptr()).next;
            }
        }
    }

    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        let (Some(first), Some((size, _))) = (self.start, rounded(layout)) else {
            return;
        };
        self.used -= size;
        // SAFETY: the caller returns these bytes, of which there are so many.
        unsafe { self.insert(first.with_addr(start.addr()).cast(), size) };
    }

    fn usage(&self) -> Usage {
        let (mut link, mut largest) = (self.first, 0);
        while let Some(block) = link {
            // SAFETY: what is in the list is a free block.
            let Block { size, next } = unsafe { block.read() };
            (link, largest) = (next, largest.max(size));
        }
        Usage {
            size: self.size,
            used: self.used,
            largest_free: Some(largest),
        }
    }
}

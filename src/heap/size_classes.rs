//! For general use: constant time, however many objects there are.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::blocks::{Block, HEADER, LEAST};
use super::free_lists::FreeLists;
use super::{Allocator, Usage, align_up};

/// Gives out memory from a block of the smallest class of sizes that has a fitting one.
///
/// It looks for nothing: a bit says which lists of free blocks are empty, and a block
/// knows its neighbours when it is to be merged with them. (Two-level segregated fit:
/// M. Masmano, I. Ripoll, A. Crespo and J. Real, Euromicro Conference on Real-Time
/// Systems, 2004. Neighbours: D. Knuth, The Art of Computer Programming, volume 1,
/// section 2.5.)
///
/// An object wastes 16 to 47 bytes, whatever its size: its header, what it is rounded up
/// by, and what is too small for a block. It refuses none that fits anywhere: only before
/// it does does it look through lists, of blocks that may be large enough.
#[derive(Debug)]
pub struct SizeClasses {
    free: FreeLists,
    /// Where the memory starts. An object's own pointer may be good for that object only,
    /// so pointers to blocks come from this one.
    start: Option<NonNull<u8>>,
    /// The header of no bytes behind the last block.
    end: Option<Block>,
    /// Bytes in all.
    size: usize,
    /// Bytes of the blocks that are given out.
    used: usize,
}

// SAFETY: nobody else uses the memory to which it points.
unsafe impl Send for SizeClasses {}

impl SizeClasses {
    /// One without memory.
    pub const fn new() -> Self {
        Self {
            free: FreeLists::new(),
            start: None,
            end: None,
            size: 0,
            used: 0,
        }
    }

    /// Makes a block free, as one with its neighbours.
    ///
    /// # Safety
    /// Nobody uses what is behind its header.
    unsafe fn release(&mut self, mut block: Block) {
        // SAFETY: what is free is in the lists.
        unsafe {
            if let Some(behind) = block.behind().filter(|behind| behind.is_free()) {
                self.free.remove(behind);
                block.merge(behind);
            }
            if let Some(before) = block.before().filter(|before| before.is_free()) {
                self.free.remove(before);
                before.merge(block);
                block = before;
            }
            self.free.insert(block);
        }
    }

    /// Cuts a block of this size and alignment out of one that is large enough.
    ///
    /// # Safety
    /// Nobody uses what is behind its header.
    unsafe fn cut(&mut self, mut block: Block, size: usize, align: usize) -> Block {
        let gap = gap(block, align);
        // SAFETY: each part has room for a block, and the parts that become free have
        // no free neighbours, for the whole had none.
        unsafe {
            if gap > 0 {
                let front = block;
                block = front.split(gap);
                self.free.insert(front);
            }
            if block.size() - size >= LEAST {
                let rest = block.split(size);
                self.free.insert(rest);
            }
        }
        block
    }
}

impl Default for SizeClasses {
    fn default() -> Self {
        Self::new()
    }
}

/// So many bytes are before the first object of this alignment: none, or enough for a
/// block.
fn gap(block: Block, align: usize) -> usize {
    let object = block.address() + HEADER;
    let gap = object.wrapping_neg() & (align - 1);
    if gap == 0 || gap >= LEAST {
        gap
    } else {
        gap + align
    }
}

/// The size of an object's block, and the size with the largest gap before it.
fn sizes(layout: Layout) -> Option<(usize, usize)> {
    let size = align_up(layout.size(), HEADER)?.max(LEAST - HEADER);
    let size = size.checked_add(HEADER)?;
    let align = layout.align();
    let gap = if align <= HEADER { 0 } else { align + HEADER };
    Some((size, size.checked_add(gap)?))
}

// SAFETY: what is given out is in a block that is not free, and no two blocks overlap.
unsafe impl Allocator for SizeClasses {
    const EMPTY: Self = Self::new();

    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        let first = *self.start.get_or_insert(start);
        self.size += size;
        let base = first.addr().get();
        let from = self
            .end
            .map_or(base.next_multiple_of(HEADER), Block::address);
        let end = (start.addr().get() + size) & !(HEADER - 1);
        if end < from + LEAST + HEADER {
            // It waits until there is more.
            return;
        }
        let before = self.end.and_then(Block::before);
        // SAFETY: the caller vouches for the memory. The last end was just before it.
        unsafe {
            let block = Block::write(first.add(from - base), end - HEADER - from, before);
            self.end = Some(Block::write(first.add(end - HEADER - base), 0, Some(block)));
            self.release(block);
        }
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let (size, enough) = sizes(layout)?;
        let fits = |block| gap(block, layout.align()) + size <= block.size();
        let block = self.free.find(size, enough, fits)?;
        // SAFETY: the block was in the lists.
        let block = unsafe {
            self.free.remove(block);
            self.cut(block, size, layout.align())
        };
        self.used += block.size();
        Some(block.object())
    }

    unsafe fn deallocate(&mut self, start: NonNull<u8>, _: Layout) {
        let Some(first) = self.start else { return };
        // SAFETY: the caller returns what is behind the header.
        unsafe {
            let block = Block::of(first.with_addr(start.addr()));
            self.used -= block.size();
            self.release(block);
        }
    }

    fn usage(&self) -> Usage {
        Usage {
            size: self.size,
            used: self.used,
            largest_free: Some(self.free.largest()),
        }
    }
}

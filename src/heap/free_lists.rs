//! Lists of free blocks: one for each class of sizes.

use core::iter;

use super::blocks::{Block, Links};

/// How many classes there are: one for each bit of [`FreeLists::filled`].
const CLASSES: usize = 128;

/// The class of blocks of this size, which is 16 bytes or more.
///
/// From one power of two to the next there are four: those of 1024 to 1279 bytes, from
/// 1280, from 1536, from 1792. The last one has all blocks from 56 GiB on.
fn class(size: usize) -> usize {
    let log = size.ilog2() as usize;
    let step = size >> (log - 2) & 3;
    ((log - 4) * 4 + step).min(CLASSES - 1)
}

/// Free blocks, by class.
#[derive(Debug)]
pub struct FreeLists {
    /// The first block of each class.
    first: [Option<Block>; CLASSES],
    /// Bit n says whether class n has any.
    filled: u128,
}

impl FreeLists {
    pub const fn new() -> Self {
        Self {
            first: [None; CLASSES],
            filled: 0,
        }
    }

    /// Puts a block in front of the others of its class.
    ///
    /// # Safety
    /// Nobody uses what is behind its header, nor will as long as it is here.
    pub unsafe fn insert(&mut self, block: Block) {
        let class = class(block.size());
        let next = self.first[class].replace(block);
        let previous = None;
        self.filled |= 1 << class;
        // SAFETY: the caller vouches for this block, and did so for the other.
        unsafe {
            block.links().write(Links { next, previous });
            if let Some(next) = next {
                (*next.links().as_ptr()).previous = Some(block);
            }
        }
        block.set_free(true);
    }

    /// Takes out a block.
    ///
    /// # Safety
    /// It is here, and has the size that it had when it came.
    pub unsafe fn remove(&mut self, block: Block) {
        block.set_free(false);
        // SAFETY: all these blocks are here.
        unsafe {
            let Links { next, previous } = block.links().read();
            if let Some(next) = next {
                (*next.links().as_ptr()).previous = previous;
            }
            match previous {
                Some(previous) => (*previous.links().as_ptr()).next = next,
                None => self.set_first(class(block.size()), next),
            }
        }
    }

    fn set_first(&mut self, class: usize, first: Option<Block>) {
        self.first[class] = first;
        if first.is_none() {
            self.filled &= !(1 << class);
        }
    }

    /// A block that fits: one of this size may, and one that has `enough` does for certain.
    ///
    /// It is the first of the size's class, if that one fits, or else the first of a class
    /// whose blocks all have enough. Only if there is none does it look through what is
    /// in between, which takes the longer, the more there are.
    pub fn find(&self, size: usize, enough: usize, fits: impl Fn(Block) -> bool) -> Option<Block> {
        let (least, most) = (class(size), class(enough));
        if let Some(first) = self.first[least]
            && fits(first)
        {
            return Some(first);
        }
        let larger = self.filled & (!1 << most);
        match self.first.get(larger.trailing_zeros() as usize) {
            Some(first) => *first,
            None => (least..=most)
                .flat_map(|class| self.list(class))
                .find(|block| fits(*block)),
        }
    }

    /// The size of the largest block. It looks at all of the largest class.
    pub fn largest(&self) -> usize {
        let class = self.filled.checked_ilog2().unwrap_or(0);
        let sizes = self.list(class as usize).map(Block::size);
        sizes.max().unwrap_or(0)
    }

    /// The blocks of a class.
    fn list(&self, class: usize) -> impl Iterator<Item = Block> {
        iter::successors(self.first[class], |block| {
            // SAFETY: the block is in a list.
            unsafe { block.links().read() }.next
        })
    }
}

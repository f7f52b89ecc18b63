//! Numbers that look random, and are the same each time.

use core::alloc::Layout;

use super::Operation;

/// A generator: splitmix64. (G. Steele, D. Lea and C. Flood, Fast Splittable Pseudorandom
/// Number Generators, OOPSLA 2014.)
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers that begin with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number of 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// A number below another one.
    ///
    /// # Panics
    /// When there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// The layout of an object in general use: of 8 to 4095 bytes, as many from one power
    /// of two to the next as to the one after, aligned to 1, 2, 4 and so on to 64.
    pub fn layout(&mut self) -> Layout {
        let least = 8 << self.below(9);
        let size = least + self.below(least);
        Layout::from_size_align(size, 1 << self.below(7)).unwrap_or(Layout::new::<u8>())
    }

    /// Something to do with an allocator: mostly, an object comes or goes.
    pub fn operation(&mut self) -> Operation {
        match self.below(64) {
            0 => Operation::Extend(self.below(32 * 1024)),
            1..36 => Operation::Allocate(self.layout()),
            _ => Operation::Free(self.below(usize::MAX)),
        }
    }
}

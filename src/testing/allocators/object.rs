//! An object whose bytes nobody else would write.

use core::alloc::Layout;
use core::ops::Range;
use core::ptr::NonNull;
use core::slice;

/// An object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Where it starts.
    pub start: NonNull<u8>,
    /// What was asked for.
    pub layout: Layout,
    /// No other has this number.
    pub number: usize,
}

impl Object {
    /// Its addresses.
    pub fn addresses(self) -> Range<usize> {
        let start = self.start.addr().get();
        start..start + self.layout.size()
    }

    /// Whether a byte is in both.
    pub fn overlaps(self, other: Self) -> bool {
        let (one, other) = (self.addresses(), other.addresses());
        one.start.max(other.start) < one.end.min(other.end)
    }

    /// What its byte at this offset is: a hash of both numbers, since a pattern that
    /// counted on would fit the neighbour, too.
    fn byte(self, offset: usize) -> u8 {
        (self.number.wrapping_mul(0x9e37_79b1) ^ offset.wrapping_mul(0x85eb_ca6b)).to_le_bytes()[2]
    }

    /// Writes all its bytes. The pointer is good for them alone then, as that of a `Box`.
    ///
    /// # Safety
    /// Its memory is there, and nobody else uses it.
    pub unsafe fn fill(&mut self) {
        // SAFETY: the caller vouches for it.
        unsafe { self.start.write_bytes(0, self.layout.size()) };
        // SAFETY: these bytes are written now.
        let bytes = unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.layout.size()) };
        for (offset, byte) in bytes.iter_mut().enumerate() {
            *byte = self.byte(offset);
        }
        self.start = NonNull::from(bytes).cast();
    }

    /// Where its first byte is that is not as `fill` has left it.
    ///
    /// # Safety
    /// It was filled.
    pub unsafe fn changed(self) -> Option<usize> {
        // SAFETY: the caller vouches for it.
        let bytes = unsafe { slice::from_raw_parts(self.start.as_ptr(), self.layout.size()) };
        let mut bytes = bytes.iter().enumerate();
        bytes.position(|(offset, byte)| *byte != self.byte(offset))
    }
}

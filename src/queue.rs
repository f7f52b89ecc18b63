//! A queue of bytes from an interrupt handler to the rest of the kernel. Neither side
//! ever waits, so none can wait for the other in vain.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// There is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// At most `N` bytes, first in, first out; `N` is a power of two. One side pushes
/// and one pops: with more on a side, bytes may be lost or come twice.
pub struct Queue<const N: usize> {
    bytes: [AtomicU8; N],
    /// How many bytes were ever pushed. Only who pushes changes it.
    pushed: AtomicUsize,
    /// How many bytes were ever popped. Only who pops changes it.
    popped: AtomicUsize,
}

impl<const N: usize> Queue<N> {
    /// An empty queue.
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two()) };
        Self {
            bytes: [const { AtomicU8::new(0) }; N],
            pushed: AtomicUsize::new(0),
            popped: AtomicUsize::new(0),
        }
    }

    /// How many more bytes fit. For who pushes, it can only become more; for who
    /// pops, only less.
    pub fn room(&self) -> usize {
        let pushed = self.pushed.load(Ordering::Acquire);
        let popped = self.popped.load(Ordering::Acquire);
        N - pushed.wrapping_sub(popped)
    }

    /// Whether there is nothing to pop.
    pub fn is_empty(&self) -> bool {
        self.room() == N
    }

    /// Puts a byte behind all others.
    ///
    /// # Errors
    /// When there is no room. The byte is not in the queue then.
    pub fn push(&self, byte: u8) -> Result<(), Full> {
        if self.room() == 0 {
            return Err(Full);
        }
        let pushed = self.pushed.load(Ordering::Relaxed);
        self.bytes[pushed % N].store(byte, Ordering::Relaxed);
        // Who sees the new number sees the byte as well.
        self.pushed.store(pushed.wrapping_add(1), Ordering::Release);
        Ok(())
    }

    /// Takes the byte that has waited longest.
    pub fn pop(&self) -> Option<u8> {
        if self.is_empty() {
            return None;
        }
        let popped = self.popped.load(Ordering::Relaxed);
        let byte = self.bytes[popped % N].load(Ordering::Relaxed);
        // Who sees the new number may overwrite the byte.
        self.popped.store(popped.wrapping_add(1), Ordering::Release);
        Some(byte)
    }
}

impl<const N: usize> Default for Queue<N> {
    fn default() -> Self {
        Self::new()
    }
}

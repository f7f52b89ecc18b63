//! Memory-mapped I/O: registers and memory of devices at addresses of their own.

use core::ptr;

/// A device's memory, as so many values of type `T` side by side.
#[derive(Debug)]
pub struct Window<T> {
    start: *mut T,
    /// Values, not bytes.
    len: usize,
}

// SAFETY: the window is the only way to the device's memory, as `new` demands.
// Whoever owns it may take it to another processor.
unsafe impl<T: Send> Send for Window<T> {}

impl<T: Copy> Window<T> {
    /// A window of `len` values from this virtual address on.
    ///
    /// # Safety
    /// 1. The address is mapped there for `len` values, as long as this value lives,
    ///    and aligned for a `T`.
    /// 2. Whatever is read there is a `T`; reading and writing breaks no memory safety.
    /// 3. Nobody else drives the device behind it as long as this value lives.
    pub const unsafe fn new(address: u64, len: usize) -> Self {
        let start = ptr::with_exposed_provenance_mut(address as usize);
        Self { start, len }
    }

    /// The value at this index; `None` outside the window.
    pub fn read(&self, index: usize) -> Option<T> {
        // SAFETY: the index is within the window, for which whoever made it vouched.
        // The compiler may not leave out a volatile access, nor double it.
        (index < self.len).then(|| unsafe { self.start.add(index).read_volatile() })
    }

    /// Writes the value at this index. Nothing happens outside the window.
    pub fn write(&mut self, index: usize, value: T) {
        if index < self.len {
            // SAFETY: as for `read`.
            unsafe { self.start.add(index).write_volatile(value) };
        }
    }
}

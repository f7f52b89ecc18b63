//! I/O ports: the processor's second address space, of 65,536 bytes, reached
//! only by the instructions `in` and `out` (SDM, volume 1, chapter 19).

use core::arch::asm;

/// One port that takes values of type `T`.
#[derive(Debug)]
pub struct Port<T: Width> {
    number: u16,
    width: core::marker::PhantomData<T>,
}

/// What one `in` or `out` moves: so many bytes as the type has.
pub trait Width: Copy {
    /// `out`.
    ///
    /// # Safety
    /// The device at the port does nothing with the value that breaks memory safety.
    unsafe fn write(port: u16, value: Self);
    /// `in`.
    ///
    /// # Safety
    /// Reading makes the device at the port do nothing that breaks memory safety.
    unsafe fn read(port: u16) -> Self;
}

impl Width for u8 {
    unsafe fn write(port: u16, value: Self) {
        // SAFETY: the caller vouches for the device. `nomem` stays out, since
        // a device may read memory that was written before.
        unsafe {
            asm!("out dx, al", in("dx") port, in("al") value, options(nostack, preserves_flags))
        };
    }

    unsafe fn read(port: u16) -> Self {
        let value;
        // SAFETY: as for `write`.
        unsafe {
            asm!("in al, dx", in("dx") port, out("al") value, options(nostack, preserves_flags))
        };
        value
    }
}

// [tests]
impl Width for u16 {
    unsafe fn write(port: u16, value: Self) {
        // SAFETY: as for a byte.
        unsafe {
            asm!("out dx, ax", in("dx") port, in("ax") value, options(nostack, preserves_flags))
        };
    }

    unsafe fn read(port: u16) -> Self {
        let value;
        // SAFETY: as for a byte.
        unsafe {
            asm!("in ax, dx", in("dx") port, out("ax") value, options(nostack, preserves_flags))
        };
        value
    }
}

impl Width for u32 {
    unsafe fn write(port: u16, value: Self) {
        // SAFETY: as for a byte.
        unsafe {
            asm!("out dx, eax", in("dx") port, in("eax") value, options(nostack, preserves_flags))
        };
    }

    unsafe fn read(port: u16) -> Self {
        let value;
        // SAFETY: as for a byte.
        unsafe {
            asm!("in eax, dx", in("dx") port, out("eax") value, options(nostack, preserves_flags))
        };
        value
    }
}

impl<T: Width> Port<T> {
    /// The port of this number.
    ///
    /// # Safety
    /// 1. Whatever is written to the port, or read from it, breaks no memory safety.
    /// 2. Nobody else drives the device behind it as long as this value lives.
    pub const unsafe fn new(number: u16) -> Self {
        Self {
            number,
            width: core::marker::PhantomData,
        }
    }

    /// Writes to the device. Nobody answers where there is none.
    pub fn write(&mut self, value: T) {
        // SAFETY: whoever made this port vouched for the device.
        unsafe { T::write(self.number, value) }
    }

    /// Reads from the device; all bits are ones where there is none.
    pub fn read(&mut self) -> T {
        // SAFETY: as above.
        unsafe { T::read(self.number) }
    }
}

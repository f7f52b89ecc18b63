//! The end of the machine, through QEMU's device `isa-debug-exit`.

use core::arch::asm;

/// The I/O port at which the runner puts the device.
const EXIT_PORT: u16 = 0xf4;

/// How the kernel ends. QEMU's own exit status is twice the number plus one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// All went well: QEMU exits with 33.
    Success = 0x10,
    /// The kernel panicked: QEMU exits with 35.
    Failure = 0x11,
    // [boot.4]
    /// The kernel cannot use this machine: QEMU exits with 37.
    Unusable = 0x12,
}

/// Powers off. Where the device is missing, as on a real machine, the
/// processor halts for good.
pub fn exit(status: Status) -> ! {
    // SAFETY: only the exit device listens at this port, and what it does is
    // what we want. Without it nobody answers. No memory is changed.
    unsafe {
        asm!("out dx, eax", in("dx") EXIT_PORT, in("eax") status as u32, options(nomem, nostack, preserves_flags));
    }
    loop {
        // SAFETY: interrupts are off, so the processor rests for ever, which
        // changes nothing.
        unsafe { asm!("cli; hlt", options(nomem, nostack)) };
    }
}

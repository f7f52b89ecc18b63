//! The end of the machine, through QEMU's device `isa-debug-exit`.

use core::arch::asm;

use super::port::Port;

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
    /// The kernel cannot use this machine: QEMU exits with 37.
    Unusable = 0x12,
    // [tests.2]
    /// A case reported an error: QEMU exits with 39.
    Failed = 0x13,
}

/// Powers off. Where the device is missing, as on a real machine, the
/// processor halts for good.
pub fn exit(status: Status) -> ! {
    // SAFETY: the device only ends QEMU. Nobody else uses it.
    let mut port = unsafe { Port::new(EXIT_PORT) };
    port.write(status as u32);
    loop {
        // SAFETY: interrupts are off, so the processor rests for ever, which
        // changes nothing.
        unsafe { asm!("cli; hlt", options(nomem, nostack)) };
    }
}

//! The serial console: the first serial port, COM1.

use core::arch::asm;
use core::fmt::{self, Write};

/// The I/O port of COM1's transmit register.
const COM1: u16 = 0x3f8;

/// Writes each byte to COM1, as fast as it can: QEMU's port is always ready.
pub struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(send);
        Ok(())
    }
}

fn send(byte: u8) {
    // SAFETY: a byte written to COM1's transmit register leaves by the serial
    // line. It changes no memory; nobody answers where there is no port.
    unsafe {
        asm!("out dx, al", in("dx") COM1, in("al") byte, options(nomem, nostack, preserves_flags));
    }
}

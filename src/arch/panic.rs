//! What happens when the kernel finds a bug in itself: the message gets out,
//! whatever else is broken, and the machine ends.

use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use x86_64::instructions::interrupts; // [interrupts]

use super::exit::{Status, exit};
use super::serial::SerialPort;
use super::{backtrace, screen};
use crate::screen::{Colour, Colours};

/// How often the kernel has panicked.
static PANICS: AtomicU32 = AtomicU32::new(0);

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    die(|out| {
        writeln!(out, "\n{info}")?;
        backtrace::write(out)
    })
}

/// Writes the report to all consoles, whoever holds their locks, and ends. If the
/// report itself panics, what is left of it is lost.
pub(super) fn die(report: impl Fn(&mut dyn Write) -> fmt::Result) -> ! {
    interrupts::disable(); // [interrupts]
    // SAFETY: whoever held COM1's lock never runs again. It may have been in the
    // middle of a line, which matters no more.
    let mut port = unsafe { SerialPort::com1() };
    // A console takes every text.
    let _ = match PANICS.fetch_add(1, Ordering::Relaxed) {
        0 => report(&mut port).and_then(|()| {
            // SAFETY: whoever used the terminal never goes on. It is safe Rust
            // that was interrupted, so all indices are still checked.
            let terminal = unsafe { screen::seize() };
            terminal.set_colours(Colours::new(Colour::LightRed, Colour::Black));
            report(terminal)
        }),
        // Formatting the message has panicked. A fixed text cannot.
        1 => port.write_str("\nThe panic message panicked.\n"),
        _ => Ok(()),
    };
    exit(Status::Failure)
}

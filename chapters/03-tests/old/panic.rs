//! What happens when the kernel finds a bug in itself: the message gets out,
//! whatever else is broken, and the machine ends.

use core::fmt::Write;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use super::backtrace;
use super::exit::{Status, exit};
use super::serial::SerialPort;

/// How often the kernel has panicked.
static PANICS: AtomicU32 = AtomicU32::new(0);

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    // SAFETY: whoever held COM1's lock never runs again. It may have been in the
    // middle of a line, which matters no more.
    let mut port = unsafe { SerialPort::com1() };
    // A serial port takes every text.
    let _ = match PANICS.fetch_add(1, Ordering::Relaxed) {
        0 => {
            let _ = writeln!(port, "\n{info}");
            backtrace::write(&mut port)
        }
        // Formatting the message has panicked. A fixed text cannot.
        1 => port.write_str("\nThe panic message panicked.\n"),
        _ => Ok(()),
    };
    exit(Status::Failure)
}

//! What happens when the kernel finds a bug in itself.

use core::fmt::Write;
use core::panic::PanicInfo;

use super::exit::{Status, exit};
use super::serial::SerialPort;

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    // SAFETY: whoever drove COM1 never runs again. It may have been in the
    // middle of a line, which matters no more.
    let mut port = unsafe { SerialPort::com1() };
    let _ = writeln!(port, "\n{info}");
    exit(Status::Failure)
}

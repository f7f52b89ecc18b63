//! What happens when the kernel finds a bug in itself.

use core::fmt::Write;
use core::panic::PanicInfo;

use super::console::Console;
use super::exit::{Status, exit};

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    // The console takes every text. If it did not, there would be nobody to tell.
    let _ = writeln!(Console, "{info}");
    exit(Status::Failure)
}

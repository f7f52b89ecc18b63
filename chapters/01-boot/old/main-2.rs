//! The kernel as a program.

#![no_std]
#![no_main]

use core::panic::PanicInfo;

use cairn as _;

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

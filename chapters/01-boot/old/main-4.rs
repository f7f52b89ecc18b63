//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::console::Console;
use cairn::arch::exit::{Status, exit};
use cairn::boot; // [boot.5]
use cairn::hello;

// [boot.4..boot.5] entry_point!(kernel_main);
entry_point!(kernel_main, config = &boot::CONFIG); // [boot.5]

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    hello::write(&mut Console, boot_info).expect("the console takes every text");
    exit(Status::Success)
}

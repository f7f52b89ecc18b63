//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::pit;
use cairn::kernel::Kernel;
use cairn::println;
use x86_64::instructions::{hlt, interrupts};

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

/// So long the kernel listens, in ticks: two seconds.
const PATIENCE: u64 = 200;

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    // XON, the byte 0x11, tells the other side of the serial line that it may send.
    // What comes then waits until the console is free again.
    interrupts::without_interrupts(|| println!("Type something: \u{11}"));
    let end = pit::ticks() + PATIENCE;
    while pit::ticks() < end {
        hlt();
    }
    println!();
    exit(Status::Success)
}

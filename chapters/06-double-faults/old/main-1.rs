//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::hint::black_box;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::kernel::Kernel;
use log::info;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    info!("Counting, the hard way.");
    let number = count_to(100);
    info!("That was {number}.");
    exit(Status::Success)
}

/// Counts by calling itself, and keeps 3 KiB of notes on the stack for each number.
fn count_to(number: u64) -> u64 {
    let notes = [number; 384];
    black_box(&notes);
    if number == 0 {
        return 0;
    }
    let before = black_box(count_to(number - 1));
    before + 1
}

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
    info!("Counting to a million, the hard way.");
    let million = count_to(1_000_000);
    info!("That was {million}.");
    exit(Status::Success)
}

/// Counts by calling itself, and keeps each number on the stack.
fn count_to(number: u64) -> u64 {
    if number == 0 {
        return 0;
    }
    let before = black_box(count_to(number - 1));
    before + 1
}

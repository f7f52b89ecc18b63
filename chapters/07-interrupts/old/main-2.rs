//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::pit;
use cairn::kernel::Kernel;
use log::info;
use x86_64::instructions::hlt;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    for second in 1..=2 {
        while pit::ticks() < second * 100 {
            hlt();
        }
        info!("{second} seconds have passed.");
    }
    exit(Status::Success)
}

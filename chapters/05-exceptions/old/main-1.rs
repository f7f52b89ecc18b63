//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::arch::asm;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::kernel::Kernel;
use log::info;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    // SAFETY: the handler returns.
    unsafe { asm!("int3") };
    info!("The kernel goes on.");
    exit(Status::Success)
}

//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::arch::asm;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::irq;
use cairn::kernel::Kernel;
use log::info;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    // SAFETY: the handlers return.
    unsafe { asm!("int 39", "int 47") };
    info!("Served on line 7: {}.", irq::count(7));
    info!("Served on line 15: {}.", irq::count(15));
    info!("Spurious: {}.", irq::spurious());
    exit(Status::Success)
}

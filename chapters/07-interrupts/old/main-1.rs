//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::arch::x86_64::_rdtsc;
use core::hint::spin_loop;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::irq;
use cairn::kernel::Kernel;
use log::info;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

/// So long we wait at most: half a second or so, counted by the time-stamp counter.
const PATIENCE: u64 = 1_000_000_000;

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    let start = time_stamp();
    while irq::count(irq::TIMER) < 5 && time_stamp() - start < PATIENCE {
        spin_loop();
    }
    info!("The timer has knocked {} times.", irq::count(irq::TIMER));
    exit(Status::Success)
}

fn time_stamp() -> u64 {
    // SAFETY: every x86_64 has this counter.
    unsafe { _rdtsc() }
}

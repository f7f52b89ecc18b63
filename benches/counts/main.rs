// [allocators.5]

//! How many instructions the kernel's paths take.
//!
//! Under `-icount shift=0` QEMU's time-stamp counter counts the guest's instructions
//! one by one, so each number is the same on every machine.

#![no_std]
#![no_main]

extern crate alloc;

mod allocators;
mod boot;
mod interrupts;
mod locks;
mod memory;
mod text;

use core::arch::x86_64::_rdtsc;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::cases;
use cairn::arch::exit::{Status, exit};
use cairn::arch::fw_cfg::{self, Error};
use cairn::kernel::Kernel;
use cairn::println;
use cairn::testing::{self, Failed};
use x86_64::instructions::interrupts::without_interrupts;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    boot::arrive(now());
    match run(Kernel::init(boot_info)) {
        Ok(()) => exit(Status::Success),
        Err(Failed) => exit(Status::Failed),
    }
}

/// Runs the case that the runner has named.
fn run(kernel: Kernel) -> Result<(), Failed> {
    let mut buffer = [0; 256];
    let name = match fw_cfg::read("opt/cairn/case", &mut buffer) {
        Ok(name) => Some(name),
        Err(Error::NoDevice | Error::NoFile) => None,
        Err(error) => return testing::refuse(format_args!("{error:?}")),
    };
    testing::run(cases::all(), name, kernel.boot_info)
}

/// The instructions since the machine was reset.
fn now() -> u64 {
    // SAFETY: every x86_64 has a time-stamp counter.
    unsafe { _rdtsc() }
}

/// The instructions that a path takes, without what it takes to count them. No interrupt
/// comes between.
fn instructions(path: impl FnOnce()) -> u64 {
    without_interrupts(|| {
        let start = now();
        let nothing = now() - start;
        let start = now();
        path();
        now() - start - nothing
    })
}

/// Says what a path costs.
fn report(name: &str, instructions: u64) {
    println!("count {name}: {instructions}");
}

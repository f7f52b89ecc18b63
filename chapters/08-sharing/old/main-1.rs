//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::fmt::{self, Display, Formatter};
use core::hint::black_box;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::pit;
use cairn::kernel::Kernel;
use cairn::println;
use log::warn;
use x86_64::instructions::hlt;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

/// A number that takes its time to be shown.
struct Slow(u32);

impl Display for Slow {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let sum = (0..100_000_000).fold(self.0, |sum, _| black_box(sum));
        write!(out, "{sum}")
    }
}

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    if let Err(error) = pit::start(1000) {
        warn!("{error}");
    }
    for number in 1..=5 {
        println!("This is line {}.", Slow(number));
    }
    println!("Ticks so far: {}.", pit::ticks());
    while pit::ticks() < 500 {
        hlt();
    }
    println!();
    exit(Status::Success)
}

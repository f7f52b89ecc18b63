//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::{keyboard, pit, serial};
use cairn::kernel::Kernel;
use cairn::{print, println};
use pc_keyboard::DecodedKey;
use x86_64::instructions::hlt;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

/// So long the kernel listens, in ticks: two seconds.
const PATIENCE: u64 = 200;

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    println!("Type something:");
    serial::resume();
    let end = pit::ticks() + PATIENCE;
    while pit::ticks() < end {
        hlt();
        while let Some(byte) = serial::read() {
            print!("{}", char::from(byte));
        }
        while let Some(key) = keyboard::read() {
            if let DecodedKey::Unicode(character) = key {
                print!("{character}");
            }
        }
    }
    println!();
    exit(Status::Success)
}

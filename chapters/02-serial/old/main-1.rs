//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::serial::SerialPort;
use cairn::{boot, hello};

entry_point!(kernel_main, config = &boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    // Without a serial port there is nobody to greet, and the kernel goes on.
    if let Ok(mut port) = SerialPort::open() {
        hello::write(&mut port, boot_info).expect("a serial port takes every text");
    }
    exit(Status::Success)
}

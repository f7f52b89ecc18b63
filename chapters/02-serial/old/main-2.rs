//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
// [tests.1..tests.2] use cairn::arch::fw_cfg;
use cairn::arch::serial;
// [serial.2..serial.5] use cairn::{boot, console, hello};
use cairn::{boot, console, hello, logger}; // [serial.5]
// [tests.1..tests.2] use log::{info, warn};
// [serial.5..tests.1] use log::warn;
use log::warn; // [tests.2]

entry_point!(kernel_main, config = &boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    logger::init(); // [serial.5]
    // [serial.2..serial.5] if serial::init().is_ok() {
    // [serial.2..serial.5]     console::attach(serial::write);
    // [serial.2..serial.5] }
    // [serial.5]
    match serial::init() {
        Ok(()) => console::attach(serial::write),
        Err(error) => warn!("no serial console: {error}"),
    }
    // [serial.2..serial.5] hello::print(boot_info);
    hello::log(boot_info); // [serial.5]
    // [tests.1..tests.2] let mut word = [0; 80];
    // [tests.1..tests.2] info!("QEMU was told: {:?}", fw_cfg::read("opt/cairn/word", &mut word));
    exit(Status::Success)
}

//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::input::Input;
use cairn::arch::serial;
use cairn::kernel::Kernel;
use cairn::line::Key;
use cairn::println;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    println!("Press some keys, and Enter at the end.");
    serial::resume();
    let mut input = Input::new();
    loop {
        while let Some(key) = input.key() {
            println!("{key:?}");
            if key == Key::Enter {
                exit(Status::Success);
            }
        }
        input.wait();
    }
}

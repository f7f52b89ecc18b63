//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::{screen, serial};
use cairn::screen::{Colour, Colours};
use cairn::{boot, console, hello, logger};
use log::{info, warn};

entry_point!(kernel_main, config = &boot::CONFIG);

/// All of them.
const COLOURS: [Colour; 16] = [
    Colour::Black,
    Colour::Blue,
    Colour::Green,
    Colour::Cyan,
    Colour::Red,
    Colour::Magenta,
    Colour::Brown,
    Colour::LightGray,
    Colour::DarkGray,
    Colour::LightBlue,
    Colour::LightGreen,
    Colour::LightCyan,
    Colour::LightRed,
    Colour::Pink,
    Colour::Yellow,
    Colour::White,
];

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    logger::init();
    match serial::init() {
        Ok(()) => console::attach(serial::write),
        Err(error) => warn!("no serial console: {error}"),
    }
    hello::log(boot_info);
    match screen::init(boot_info) {
        Ok(size) => info!("Screen: {} columns, {} rows.", size.columns, size.rows),
        Err(error) => info!("No screen: {error}."),
    }
    for background in &COLOURS[..8] {
        for character in COLOURS {
            let colours = Colours::new(character, *background);
            screen::with(|terminal| terminal.set_colours(colours));
            screen::write(" Cairn");
        }
        screen::write("\n");
    }
    exit(Status::Success)
}

//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::serial;
use cairn::arch::vga::Vga;
use cairn::screen::{Cell, Colour, Colours, Display, Position};
use cairn::{boot, console, hello, logger};
use log::{info, warn};

entry_point!(kernel_main, config = &boot::CONFIG);

/// The colours in which the kernel introduces itself.
const RAINBOW: [Colour; 5] = [
    Colour::LightRed,
    Colour::Yellow,
    Colour::LightGreen,
    Colour::LightCyan,
    Colour::Pink,
];

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    logger::init();
    match serial::init() {
        Ok(()) => console::attach(serial::write),
        Err(error) => warn!("no serial console: {error}"),
    }
    hello::log(boot_info);
    let physical_memory = boot_info.physical_memory_offset.into_option();
    // SAFETY: the boot loader has mapped physical memory there, and nobody else
    // looks for a screen.
    match physical_memory.and_then(|start| unsafe { Vga::find(start) }) {
        Some(mut vga) => {
            draw(&mut vga);
            info!("There is a screen in text mode.");
        }
        None => info!("There is no screen in text mode."),
    }
    exit(Status::Success)
}

/// Writes a name into the middle of the screen, each letter in its own colour.
fn draw(vga: &mut Vga) {
    for (index, character) in "Cairn".chars().enumerate() {
        let at = Position {
            column: 38 + index,
            row: 12,
        };
        let colours = Colours::new(RAINBOW[index], Colour::Black);
        vga.draw(at, Cell { character, colours });
    }
}

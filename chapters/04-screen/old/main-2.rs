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

/// More lines than a screen in text mode has.
const LINES: &[&str] = &[
    "Stones on a trail:\n",
    "granite\tgrey\t\tcommon\n",
    "gneiss\tbanded\t\told\n",
    "marble\twhite\t\tsoft\n",
    "A long line goes on below, where the row of the screen ends, without anybody asking it to.\n",
    "Dolomite, chaîne des Écrins, Übelhorn: 30 °C · ½ ≤ π\n",
];

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    logger::init();
    match serial::init() {
        Ok(()) => console::attach(serial::write),
        Err(error) => warn!("no serial console: {error}"),
    }
    hello::log(boot_info);
    match screen::init(boot_info) {
        Some(size) => info!("Screen: {} columns, {} rows.", size.columns, size.rows),
        None => info!("There is no screen in text mode."),
    }
    for number in 0..40 {
        screen::write(LINES[number % LINES.len()]);
    }
    screen::with(|terminal| terminal.set_colours(Colours::new(Colour::Yellow, Colour::Blue)));
    screen::write("And this is the last line.");
    exit(Status::Success)
}

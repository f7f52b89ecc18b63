//! The machine's screen.

use core::fmt::Write;

use bootloader_api::BootInfo;

use super::vga::Vga;
use crate::lock::Lock;
use crate::reserved::Reserved;
use crate::screen::terminal::Terminal;
use crate::screen::{Cell, Size};

/// So many cells of the screen are used: enough for 1920 by 1080 pixels.
const CELLS: usize = 20 * 1024;

static SCREEN: Lock<Terminal<Vga>> = Lock::new("screen", Terminal::new());

/// What the terminal remembers.
static SHOWN: Reserved<[Cell; CELLS]> = Reserved::new([Cell::NOTHING; CELLS]);

/// Looks for a screen, and clears it. Returns how much text it holds, or `None`
/// if there is none. What is written then goes nowhere.
pub fn init(boot_info: &mut BootInfo) -> Option<Size> {
    let screen = text_mode(boot_info)?;
    Some(SCREEN.lock().attach(screen, SHOWN.take()))
}

fn text_mode(boot_info: &BootInfo) -> Option<Vga> {
    let physical_memory = boot_info.physical_memory_offset.into_option()?;
    // SAFETY:
    // 1. The boot loader has mapped all of physical memory there.
    // 2. The kernel looks for the screen once.
    unsafe { Vga::find(physical_memory) }
}

/// Writes to the screen if there is one.
pub fn write(text: &str) {
    with(|terminal| {
        // A terminal takes every text.
        let _ = terminal.write_str(text);
    });
}

/// Does something with the screen's terminal.
pub fn with<R>(act: impl FnOnce(&mut Terminal<Vga>) -> R) -> R {
    act(&mut SCREEN.lock())
}

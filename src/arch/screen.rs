//! The machine's screen, whichever it has.

use core::fmt::{self, Write};

use bootloader_api::BootInfo;

use super::vga::Vga;
use crate::lock::Lock;
use crate::reserved::Reserved;
use crate::screen::framebuffer::{self, Framebuffer, Paintings};
use crate::screen::terminal::Terminal;
use crate::screen::{Cell, Display, Position, Size};

/// The kinds of screens.
pub enum Screen {
    /// VGA text mode.
    Text(Vga),
    /// A framebuffer.
    Pixels(Framebuffer),
}

/// Why there is no text on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no framebuffer, and VGA is missing or not in text mode.
    NoScreen,
    /// The boot loader's framebuffer is of no use.
    Framebuffer(framebuffer::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoScreen => out.write_str("there is no framebuffer, and no VGA in text mode"),
            Self::Framebuffer(error) => write!(out, "the framebuffer is of no use: {error}"),
        }
    }
}

/// So many cells of the screen are used: enough for 1920 by 1080 pixels.
const CELLS: usize = 20 * 1024;

static SCREEN: Lock<Terminal<Screen>> = Lock::new("screen", Terminal::new());

/// What the terminal remembers.
static SHOWN: Reserved<[Cell; CELLS]> = Reserved::new([Cell::NOTHING; CELLS]);

/// What a framebuffer remembers.
static PAINTINGS: Reserved<Paintings> = Reserved::new(Paintings::new());

/// Looks for a screen, and clears it. Returns how much text it holds.
///
/// # Errors
/// When there is none. What is written then goes nowhere.
pub fn init(boot_info: &mut BootInfo) -> Result<Size, Error> {
    let screen = match boot_info.framebuffer.take() {
        Some(framebuffer) => {
            let info = framebuffer.info();
            let memory = framebuffer.into_buffer();
            let screen = Framebuffer::new(memory, info, PAINTINGS.take());
            Screen::Pixels(screen.map_err(Error::Framebuffer)?)
        }
        None => Screen::Text(text_mode(boot_info).ok_or(Error::NoScreen)?),
    };
    Ok(SCREEN.lock().attach(screen, SHOWN.take()))
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
pub fn with<R>(act: impl FnOnce(&mut Terminal<Screen>) -> R) -> R {
    act(&mut SCREEN.lock())
}

// [screen.4]
/// The screen's terminal, whoever uses it.
///
/// # Safety
/// Whoever uses it never goes on.
pub unsafe fn seize() -> &'static mut Terminal<Screen> {
    // SAFETY: the caller vouches that this is the only reference in use.
    unsafe { &mut *SCREEN.as_ptr() }
}

impl Display for Screen {
    fn size(&self) -> Size {
        match self {
            Self::Text(vga) => vga.size(),
            Self::Pixels(framebuffer) => framebuffer.size(),
        }
    }

    fn draw(&mut self, at: Position, cell: Cell) {
        match self {
            Self::Text(vga) => vga.draw(at, cell),
            Self::Pixels(framebuffer) => framebuffer.draw(at, cell),
        }
    }

    fn shows(&self, at: Position, cell: Cell) -> bool {
        match self {
            Self::Text(vga) => vga.shows(at, cell),
            Self::Pixels(framebuffer) => framebuffer.shows(at, cell),
        }
    }

    fn show_cursor(&mut self, at: Position, cell: Cell) {
        match self {
            Self::Text(vga) => vga.show_cursor(at, cell),
            Self::Pixels(framebuffer) => framebuffer.show_cursor(at, cell),
        }
    }

    fn hide_cursor(&mut self, at: Position, cell: Cell) {
        match self {
            Self::Text(vga) => vga.hide_cursor(at, cell),
            Self::Pixels(framebuffer) => framebuffer.hide_cursor(at, cell),
        }
    }
}

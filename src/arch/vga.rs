//! VGA text mode: the screen is a memory of cells of two bytes, a character of code
//! page 437 and its colours.
//!
//! Source: IBM, "PS/2 Hardware Interface Technical Reference", video subsystem.

use super::mmio::Window;
use super::port::Port;
use crate::screen::code_page;
use crate::screen::{Cell, Display, Position, Size};

/// The physical address of the cells.
const MEMORY: u64 = 0xb8000;

/// Text mode 3, in which firmware leaves the screen.
const SIZE: Size = Size {
    columns: 80,
    rows: 25,
};

/// The graphics controller's register 6: bit 0 is set in graphics modes, bits 2
/// and 3 say where the memory is, with 3 for [`MEMORY`].
const MISCELLANEOUS: u8 = 0x06;

// [screen.2..]
/// The registers of the CRT controller that hold the cursor's place.
const CURSOR_HIGH: u8 = 0x0e;
const CURSOR_LOW: u8 = 0x0f;
// [..screen.2]

/// A group of registers behind two ports: one takes a register's number, the
/// other its value.
struct Registers {
    number: Port<u8>,
    value: Port<u8>,
}

impl Registers {
    /// # Safety
    /// As for [`Port::new`]; the second port is the next one.
    unsafe fn new(port: u16) -> Self {
        // SAFETY: the caller vouches for both ports.
        let (number, value) = unsafe { (Port::new(port), Port::new(port + 1)) };
        Self { number, value }
    }

    fn read(&mut self, number: u8) -> u8 {
        self.number.write(number);
        self.value.read()
    }

    // [screen.2]
    fn write(&mut self, number: u8, value: u8) {
        self.number.write(number);
        self.value.write(value);
    }
}

/// A screen in VGA text mode.
pub struct Vga {
    cells: Window<u16>,
    crt_controller: Registers, // [screen.2]
}

impl Vga {
    /// The screen, if there is one in text mode. `physical_memory` is the virtual
    /// address at which physical memory is mapped.
    ///
    /// # Safety
    /// 1. It is mapped there, at least the first mebibyte.
    /// 2. Nobody else drives the screen.
    pub unsafe fn find(physical_memory: u64) -> Option<Self> {
        // SAFETY: the registers have no power over memory. The caller vouches for the rest.
        let mut graphics_controller = unsafe { Registers::new(0x3ce) };
        // Where there is no VGA, all bits are read as ones.
        let is_text = graphics_controller.read(MISCELLANEOUS) & 0b1101 == 0b1100;
        // SAFETY:
        // 1. The caller vouches for the mapping; the address is even.
        // 2. Any two bytes are a number, and the memory holds nothing but cells.
        let cells = unsafe { Window::new(physical_memory + MEMORY, SIZE.columns * SIZE.rows) };
        is_text.then_some(Self {
            cells,
            // [screen.2..]
            // SAFETY: as for the other registers.
            crt_controller: unsafe { Registers::new(0x3d4) },
            // [..screen.2]
        })
    }

    fn index(at: Position) -> Option<usize> {
        let is_inside = at.column < SIZE.columns && at.row < SIZE.rows;
        is_inside.then_some(at.row * SIZE.columns + at.column)
    }
}

/// The two bytes of a cell.
fn encode(cell: Cell) -> u16 {
    u16::from_le_bytes([code_page::encode(cell.character), cell.colours.bits()])
}

impl Display for Vga {
    fn size(&self) -> Size {
        SIZE
    }

    fn draw(&mut self, at: Position, cell: Cell) {
        if let Some(index) = Self::index(at) {
            self.cells.write(index, encode(cell));
        }
    }

    fn shows(&self, at: Position, cell: Cell) -> bool {
        Self::index(at).and_then(|index| self.cells.read(index)) == Some(encode(cell))
    }

    // [screen.2..]
    /// The hardware draws it.
    fn show_cursor(&mut self, at: Position, _: Cell) {
        if let Some(index) = Self::index(at) {
            let [low, high] = (index as u16).to_le_bytes();
            self.crt_controller.write(CURSOR_HIGH, high);
            self.crt_controller.write(CURSOR_LOW, low);
        }
    }

    fn hide_cursor(&mut self, _: Position, _: Cell) {}
    // [..screen.2]
}

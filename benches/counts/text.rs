//! What a byte of text costs.

use core::fmt::Write;

use bootloader_api::info::{FrameBufferInfo, PixelFormat};
use cairn::arch::{screen, serial};
use cairn::reserved::Reserved;
use cairn::screen::Cell;
use cairn::screen::framebuffer::{Framebuffer, Paintings};
use cairn::screen::terminal::Terminal;
use cairn::{case, println};

use crate::{instructions, report};

/// A byte of a line costs a tenth of what ten bytes more cost, when all have come before.
fn byte(mut write: impl FnMut(&str)) -> u64 {
    let text = "the quick brown fox jumps over the lazy dog, and over the cairn.";
    let (short, long) = (&text[..24], &text[..64]);
    write(long);
    let mut cost = |text| instructions(|| write(text));
    (cost(long) - cost(short)) / 40
}

case!(on_serial, machine: "-icount shift=0,sleep=off");
/// There is no screen, so a line goes to the serial port only.
fn on_serial() {
    report(
        "println to serial per byte",
        byte(|text| println!("{text}")),
    );
    let cost = byte(|text| {
        serial::write(text);
        serial::write("\n");
    });
    report("serial port alone per byte", cost);
}

case!(on_vga, machine: "-icount shift=0,sleep=off -bios bios-256k.bin -vga std");
/// The text goes to VGA's memory, in lines that have room there.
fn on_vga() {
    screen::write("\x1b[2J\x1b[H");
    report(
        "VGA text mode per byte",
        byte(|text| {
            screen::write("\n");
            screen::write(text);
        }),
    );
}

case!(on_a_framebuffer, machine: "-icount shift=0,sleep=off");
/// A framebuffer is memory: to count, any memory will do.
fn on_a_framebuffer() {
    static MEMORY: Reserved<[u8; 640 * 480 * 4]> = Reserved::new([0; 640 * 480 * 4]);
    static PAINTINGS: Reserved<Paintings> = Reserved::new(Paintings::new());
    static TERMINAL: Reserved<Terminal<Framebuffer>> = Reserved::new(Terminal::new());
    static CELLS: Reserved<[Cell; 9000]> = Reserved::new([Cell::NOTHING; 9000]);
    let info = FrameBufferInfo {
        byte_len: 640 * 480 * 4,
        width: 640,
        height: 480,
        pixel_format: PixelFormat::Bgr,
        bytes_per_pixel: 4,
        stride: 640,
    };
    let framebuffer = Framebuffer::new(MEMORY.take(), info, PAINTINGS.take());
    let terminal = TERMINAL.take();
    terminal.attach(framebuffer.expect("the layout makes sense"), CELLS.take());
    let write = |text: &str| {
        // A terminal takes every text.
        let _ = terminal
            .write_str("\n")
            .and_then(|()| terminal.write_str(text));
    };
    report("framebuffer per byte", byte(write));
}

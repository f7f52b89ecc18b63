//! The screen: what was written is what its memory holds.

use core::arch::x86_64::_rdtsc;
use core::fmt::Write;

use bootloader_api::info::{FrameBufferInfo, PixelFormat};
use cairn::arch::port::Port;
use cairn::arch::screen::{self, Screen};
use cairn::reserved::Reserved;
use cairn::screen::framebuffer::{Framebuffer, Paintings};
use cairn::screen::terminal::Terminal;
use cairn::screen::{Cell, Colours, Display, Position};
use cairn::testing::Verdict;
use cairn::{case, println};

/// A machine whose firmware leaves VGA in text mode.
const TEXT_MODE: &str = "-bios bios-256k.bin -vga std";

/// Whether the screen shows this text, from that place on.
fn shows(at: Position, text: &str) -> bool {
    screen::with(|terminal| {
        let display = terminal.display().expect("this machine has a screen");
        text.chars().enumerate().all(|(index, character)| {
            let column = at.column + index;
            let colours = Colours::DEFAULT;
            display.shows(Position { column, ..at }, Cell { character, colours })
        })
    })
}

fn cursor() -> Position {
    screen::with(|terminal| terminal.cursor())
}

case!(text_appears_on_both_consoles, machine: TEXT_MODE, says: "seen and heard: ½ é ☃\r\n");
/// Where the cursor was. The snowman is in no font that we have.
fn text_appears_on_both_consoles() {
    let at = cursor();
    println!("seen and heard: ½ é ☃");
    assert!(shows(at, "seen and heard: ½ é "));
    assert!(!shows(at, "seen and heard: ½ e "));
}

case!(the_screen_scrolls, machine: TEXT_MODE);
/// The last lines are there, in order, and the row of the cursor is empty.
fn the_screen_scrolls() {
    let rows = screen::with(|terminal| terminal.display().map(|display| display.size().rows));
    let rows = rows.expect("this machine has a screen");
    for number in 100..300 {
        println!("{number}");
    }
    let row = |row| Position { column: 0, row };
    assert!(shows(row(rows - 2), "299 "));
    assert!(shows(row(rows - 3), "298 "));
    assert!(shows(
        Position {
            column: 1,
            row: rows - 1
        },
        "    "
    ));
    assert_eq!(cursor(), row(rows - 1));
}

case!(the_cursor_is_where_text_goes_on, machine: TEXT_MODE);
/// VGA's hardware draws it; a framebuffer has a line there.
fn the_cursor_is_where_text_goes_on() {
    screen::write("\n\n12345");
    let at = cursor();
    assert_eq!(at.column, 5);
    let is_text = screen::with(|terminal| matches!(terminal.display(), Some(Screen::Text(_))));
    if is_text {
        assert_eq!(hardware_cursor(), at.row * 80 + at.column);
    }
    assert_eq!(shows(at, " "), is_text);
}

/// The cursor's place as the CRT controller holds it, counted in cells.
fn hardware_cursor() -> usize {
    // SAFETY: the registers have no power over memory, and the screen's driver rests.
    let (mut number, mut value) = unsafe { (Port::<u8>::new(0x3d4), Port::<u8>::new(0x3d5)) };
    let place = [0x0f, 0x0e].map(|register| {
        number.write(register);
        value.read()
    });
    usize::from(u16::from_le_bytes(place))
}

case!(a_panic_is_heard_while_the_screen_is_locked,
    machine: TEXT_MODE, expect: Verdict::Panicked, says: "the painter panicked");
/// Whoever holds the lock of the screen never lets it go.
fn a_panic_is_heard_while_the_screen_is_locked() {
    screen::with(|_| panic!("the painter panicked"));
}

/// Instructions that it may cost to scroll a framebuffer of 1280 by 720 pixels: at
/// this price a processor with a billion of them a second shows 200 lines.
const PRICE: u64 = 5_000_000;

/// Its ends, written one below the other, have almost no character in common.
const LINE: &str = "the quick brown fox jumps over the lazy dog: 0123456789 times";

case!(a_large_framebuffer_scrolls_fast, machine: "-icount shift=0,sleep=off", limit: 20_000);
/// With `-icount shift=0` the time-stamp counter counts instructions.
fn a_large_framebuffer_scrolls_fast() -> core::fmt::Result {
    static MEMORY: Reserved<[u8; 1280 * 720 * 4]> = Reserved::new([0; 1280 * 720 * 4]);
    static PAINTINGS: Reserved<Paintings> = Reserved::new(Paintings::new());
    static CELLS: Reserved<[Cell; 9000]> = Reserved::new([Cell::NOTHING; 9000]);
    let info = FrameBufferInfo {
        byte_len: 1280 * 720 * 4,
        width: 1280,
        height: 720,
        pixel_format: PixelFormat::Bgr,
        bytes_per_pixel: 4,
        stride: 1280,
    };
    let framebuffer = Framebuffer::new(MEMORY.take(), info, PAINTINGS.take());
    let mut terminal = Terminal::new();
    terminal.attach(framebuffer.expect("the layout makes sense"), CELLS.take());
    for number in 0..45 {
        writeln!(terminal, "INFO  {}", &LINE[number % 16..])?;
    }
    // SAFETY: every x86_64 has this counter.
    let start = unsafe { _rdtsc() };
    for number in 45..65 {
        writeln!(terminal, "INFO  {}", &LINE[number % 16..])?;
    }
    // SAFETY: as above.
    let cost = (unsafe { _rdtsc() } - start) / 20;
    println!("{cost} instructions a line");
    assert!(cost < PRICE, "{cost} instructions a line");
    Ok(())
}

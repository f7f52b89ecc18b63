//! What the monitor is made of: keys from both sides. The monitor itself is tested by
//! its contract, on the serial line, the keyboard and the screen.

use cairn::arch::input::Input;
use cairn::arch::{screen, serial};
use cairn::line::Key;
use cairn::screen::{Cell, Colours, Display, Position};
use cairn::testing::Action;
use cairn::{case, print};

/// Waits for these keys, and no others.
fn expect(keys: &[Key]) {
    let mut input = Input::new();
    serial::resume();
    for expected in keys {
        let key = loop {
            match input.key() {
                Some(key) => break key,
                None => input.wait(),
            }
        };
        assert_eq!(key, *expected);
    }
}

case!(bytes_of_a_terminal_are_keys, host: &[Action::send("a\u{1b}[A\u{7f}ü\u{1b}[1;5D\r\n☃\t")]);
/// Characters, escape sequences and control bytes.
fn bytes_of_a_terminal_are_keys() {
    expect(&[
        Key::Character('a'),
        Key::Up,
        Key::Backspace,
        Key::Character('ü'),
        Key::WordLeft,
        Key::Enter,
        Key::Character('☃'),
        Key::Tab,
    ]);
}

case!(scan_codes_are_keys, host: &[
    Action::press("a"), Action::press("shift-a"), Action::press("up"), Action::press("home"),
    Action::press("delete"), Action::press("backspace"), Action::press("ctrl-w"), Action::press("tab"),
    Action::press("esc"), Action::press("f1"), Action::press("ret"),
]);
/// Those of keys that mean nothing here are left out.
fn scan_codes_are_keys() {
    expect(&[
        Key::Character('a'),
        Key::Character('A'),
        Key::Up,
        Key::Home,
        Key::Delete,
        Key::Backspace,
        Key::DeleteWord,
        Key::Tab,
        Key::Enter,
    ]);
}

case!(the_screen_obeys_escape_sequences, machine: "-bios bios-256k.bin -vga std");
/// As a terminal on the serial line does.
fn the_screen_obeys_escape_sequences() {
    print!("\u{1b}[H\u{1b}[2Jabcdef\u{1b}[3DX\u{1b}[K\r\u{1b}[1CY");
    let (row, colours) = (0, Colours::DEFAULT);
    for (column, character) in "aYcX   ".chars().enumerate() {
        let (at, cell) = (Position { column, row }, Cell { character, colours });
        let is_shown = screen::with(|terminal| {
            let display = terminal.display().expect("this machine has a screen");
            display.shows(at, cell)
        });
        assert!(is_shown, "{character} in column {column}");
    }
}

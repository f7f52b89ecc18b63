//! What people press, on the serial line's other side or on the keyboard.

// [time.3..]
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

// [..time.3]
use pc_keyboard::{DecodedKey, KeyCode};
use x86_64::instructions::interrupts;

use super::alarm; // [time.3]
use super::{controllers, irq}; // [apic.4]
use super::{keyboard, serial};
use crate::line::{Decoder, Key};

/// The keys of both, as they come.
pub struct Input {
    /// Bytes of the serial line become keys.
    serial: Decoder,
    /// So do control characters of the keyboard.
    keyboard: Decoder,
    /// One byte may complete two keys; the second one waits here.
    pending: Option<Key>,
}

impl Input {
    /// Nothing has come yet.
    pub const fn new() -> Self {
        Self {
            serial: Decoder::new(),
            keyboard: Decoder::new(),
            pending: None,
        }
    }

    /// The next key, if one has come.
    pub fn key(&mut self) -> Option<Key> {
        self.pending
            .take()
            .or_else(|| self.serial_key())
            .or_else(|| self.keyboard_key())
    }

    fn serial_key(&mut self) -> Option<Key> {
        while let Some(byte) = serial::read() {
            let mut keys = self.serial.feed(byte);
            if let Some(key) = keys.next() {
                self.pending = keys.next();
                return Some(key);
            }
        }
        None
    }

    fn keyboard_key(&mut self) -> Option<Key> {
        while let Some(pressed) = keyboard::read() {
            let key = match pressed {
                DecodedKey::RawKey(code) => named(code),
                DecodedKey::Unicode('\n' | '\r') => Some(Key::Enter),
                // What a terminal sends for Backspace.
                DecodedKey::Unicode('\u{7f}') => Some(Key::Delete),
                // This begins a terminal's sequences, and nobody's here.
                DecodedKey::Unicode('\u{1b}') => None,
                DecodedKey::Unicode(character @ '\0'..' ') => self.control(character),
                DecodedKey::Unicode(character) => Some(Key::Character(character)),
            };
            if key.is_some() {
                return key;
            }
        }
        None
    }

    fn control(&mut self, character: char) -> Option<Key> {
        let mut keys = self.keyboard.feed(character as u8);
        keys.next()
    }

    /// Rests until something comes.
    pub fn wait(&self) {
        // [apic.4..]
        if !controllers::are_there() {
            return irq::poll();
        }
        // [..apic.4]
        watch(); // [time.3]
        // No interrupt may come between the look and the rest: the next one might be
        // long in coming. The processor lets them in only when it rests already.
        interrupts::disable();
        if serial::is_ready() || keyboard::is_ready() {
            interrupts::enable();
        } else {
            interrupts::enable_and_hlt();
        }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self::new()
    }
}

// [time.3..]
/// So often we look for what no interrupt has told: firmware may name the wrong input.
const PERIOD: Duration = Duration::from_millis(20);

/// Whether an alarm will end the rest.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// Has an alarm end the rest, unless one does so already. Without a clock, only interrupts
/// end it.
fn watch() {
    let set = || alarm::set(PERIOD, look, 0).is_ok();
    if !IS_WATCHED.swap(true, Ordering::Relaxed) && !set() {
        IS_WATCHED.store(false, Ordering::Relaxed);
    }
}

fn look(_: u64) {
    IS_WATCHED.store(false, Ordering::Relaxed);
    irq::take_forgotten();
}
// [..time.3]

/// The keys that are no characters.
fn named(code: KeyCode) -> Option<Key> {
    match code {
        KeyCode::ArrowLeft => Some(Key::Left),
        KeyCode::ArrowRight => Some(Key::Right),
        KeyCode::ArrowUp => Some(Key::Up),
        KeyCode::ArrowDown => Some(Key::Down),
        KeyCode::Home => Some(Key::Home),
        KeyCode::End => Some(Key::End),
        _ => None,
    }
}

//! The decoder: a terminal sends a stream of bytes, in which characters are UTF-8
//! and other keys are control bytes or escape sequences.
//!
//! Sources: the Unicode Standard, section 3.9 (UTF-8); ECMA-48, section 5.4
//! (control sequences); "XTerm Control Sequences", section "PC-Style Function Keys".

use core::mem;

use heapless::Vec;

use super::Key;

/// An escape sequence with more bytes than these is none. Those of keys have six.
const LONGEST: usize = 16;

const DELETE: u8 = 0x7f;

/// What stands for bytes that are no character.
const INVALID: Key = Key::Character(char::REPLACEMENT_CHARACTER);

/// Turns bytes into keys.
pub struct Decoder {
    state: State,
    /// What has come of a character or of an escape sequence.
    bytes: Vec<u8, LONGEST>,
}

/// What the bytes of before began.
enum State {
    /// Nothing.
    Text,
    /// A line's end, which a line feed may follow.
    Return,
    /// A character of `len` bytes.
    Character { len: usize },
    /// An escape sequence, or another key that was pressed with Alt.
    Escape,
    /// A control sequence, or what follows a single shift three.
    Sequence,
}

impl Decoder {
    /// A decoder that has seen nothing yet.
    pub const fn new() -> Self {
        Self {
            state: State::Text,
            bytes: Vec::new(),
        }
    }

    /// Takes the next byte, and gives the keys that are complete now: two where a
    /// key cuts a character off. A sequence that is no UTF-8 gives one U+FFFD.
    pub fn feed(&mut self, byte: u8) -> impl Iterator<Item = Key> + use<> {
        let keys = match mem::replace(&mut self.state, State::Text) {
            State::Character { len } => match byte {
                0x80..=0xbf => [self.character(byte, len), None],
                _ => [Some(INVALID), self.text(byte)],
            },
            State::Return if byte == b'\n' => [None, None],
            State::Text | State::Return => [self.text(byte), None],
            State::Escape => [self.escape(byte), None],
            State::Sequence => [self.sequence(byte), None],
        };
        keys.into_iter().flatten()
    }

    /// A byte that begins something. The first byte of a character says how many
    /// it has.
    fn text(&mut self, byte: u8) -> Option<Key> {
        self.bytes.clear();
        match byte {
            0x20..=0x7e => Some(Key::Character(byte.into())),
            0xc0..=0xdf => self.character(byte, 2),
            0xe0..=0xef => self.character(byte, 3),
            0xf0..=0xf7 => self.character(byte, 4),
            0x80..=0xbf | 0xf8..=0xff => Some(INVALID),
            0x00..=0x1f | DELETE => self.control(byte),
        }
    }

    /// A byte of a character that has `len` of them.
    fn character(&mut self, byte: u8, len: usize) -> Option<Key> {
        // There is room: a character has four bytes at most.
        let _ = self.bytes.push(byte);
        if self.bytes.len() < len {
            self.state = State::Character { len };
            return None;
        }
        match str::from_utf8(&self.bytes).map(|text| text.chars().next()) {
            // Control characters beyond ASCII are no keys.
            Ok(character) => character.filter(|it| !it.is_control()).map(Key::Character),
            Err(_) => Some(INVALID),
        }
    }

    /// A control byte is its letter with bit 6 flipped: ^A is 1.
    fn control(&mut self, byte: u8) -> Option<Key> {
        match byte ^ 0x40 {
            b'A' => Some(Key::Home),
            b'B' => Some(Key::Left),
            b'C' => Some(Key::Cancel),
            b'D' => Some(Key::Delete),
            b'E' => Some(Key::End),
            b'F' => Some(Key::Right),
            b'H' | b'?' => Some(Key::Backspace),
            b'I' => Some(Key::Tab),
            b'J' => Some(Key::Enter),
            b'K' => Some(Key::DeleteToEnd),
            b'L' => Some(Key::Redraw),
            b'M' => {
                self.state = State::Return;
                Some(Key::Enter)
            }
            b'N' => Some(Key::Down),
            b'P' => Some(Key::Up),
            b'U' => Some(Key::DeleteToStart),
            b'W' => Some(Key::DeleteWord),
            b'[' => self.begin(State::Escape),
            _ => None,
        }
    }

    fn begin(&mut self, state: State) -> Option<Key> {
        self.state = state;
        None
    }

    /// What comes after ESC. Two letters begin a longer sequence; any other key
    /// was pressed with Alt.
    fn escape(&mut self, byte: u8) -> Option<Key> {
        match byte {
            b'[' | b'O' => self.begin(State::Sequence),
            b'b' => Some(Key::WordLeft),
            b'f' => Some(Key::WordRight),
            b'\x08' | DELETE => Some(Key::DeleteWord),
            0x20..=0x7e => None,
            _ => self.text(byte),
        }
    }

    /// What comes after ESC [ or ESC O: parameters, then a letter or a tilde. A byte
    /// that cannot belong to it cuts it off, so that no line's end is lost.
    fn sequence(&mut self, byte: u8) -> Option<Key> {
        match byte {
            // Linux's own console sends ESC [ [ A for F1.
            0x20..=0x3f | b'[' => {
                self.bytes.push(byte).ok()?;
                self.begin(State::Sequence)
            }
            0x40..=0x7e => function_key(&self.bytes, byte),
            _ => self.text(byte),
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Which key sends these parameters and this last byte. As parameters, a modifier
/// follows the 1: 3 is Alt, and 5 is Control.
fn function_key(parameters: &[u8], last: u8) -> Option<Key> {
    match (parameters, last) {
        (b"", b'A') => Some(Key::Up),
        (b"", b'B') => Some(Key::Down),
        (b"", b'C') => Some(Key::Right),
        (b"", b'D') => Some(Key::Left),
        (b"1;3" | b"1;5", b'C') => Some(Key::WordRight),
        (b"1;3" | b"1;5", b'D') => Some(Key::WordLeft),
        (b"", b'H') | (b"1" | b"7", b'~') => Some(Key::Home),
        (b"", b'F') | (b"4" | b"8", b'~') => Some(Key::End),
        (b"3", b'~') => Some(Key::Delete),
        _ => None,
    }
}

//! The line editor: bytes and keys come in, a line of text comes out, and one row
//! of a terminal shows it meanwhile.
//!
//! It touches no hardware. A [`Decoder`] makes keys from a terminal's bytes, an
//! [`Editor`] makes a line from keys, and a [`View`] shows it. The [`History`]
//! keeps earlier lines, and [`complete()`] knows how a command's name goes on.

mod complete;
mod decoder;
mod editor;
mod history;
mod view;

pub use complete::{Completion, candidates, complete};
pub use decoder::Decoder;
pub use editor::{Editor, Full, Outcome};
pub use history::{History, LINES};
pub use view::{View, WIDTH};

/// So many bytes of UTF-8 fit into a line.
pub const CAPACITY: usize = 256;

/// The text of a line.
pub type Text = heapless::String<CAPACITY>;

/// What somebody pressed, wherever the keyboard stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character to insert at the cursor.
    Character(char),
    /// The line is finished.
    Enter,
    /// Delete the character before the cursor.
    Backspace,
    /// Delete the character after the cursor.
    Delete,
    /// Go one character to the left.
    Left,
    /// Go one character to the right.
    Right,
    /// Go left, to the beginning of a word.
    WordLeft,
    /// Go right, to the end of a word.
    WordRight,
    /// Go to the beginning of the line.
    Home,
    /// Go to the end of the line.
    End,
    /// Take the line that was entered before.
    Up,
    /// Take the line that was entered after.
    Down,
    /// Complete the word before the cursor.
    Tab,
    /// Delete to the left, to the beginning of a word.
    DeleteWord,
    /// Delete all that is before the cursor.
    DeleteToStart,
    /// Delete all that is after the cursor.
    DeleteToEnd,
    /// Give the line up.
    Cancel,
    /// Clear the screen, and show the line on it anew.
    Redraw,
}

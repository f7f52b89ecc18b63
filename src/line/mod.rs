//! The line editor: bytes and keys come in, a line of text comes out, and one row
//! of a terminal shows it meanwhile.
//!
//! It touches no hardware. The decoder makes keys from a terminal's bytes, the
//! editor makes a line from keys, and the view shows it. The history keeps earlier
//! lines, and completion knows how a command's name goes on.

mod complete; // [monitor.4]
mod decoder;
mod editor; // [monitor.2]
mod history; // [monitor.4]
mod view; // [monitor.2]

pub use complete::{Completion, candidates, complete}; // [monitor.4]
pub use decoder::Decoder;
pub use editor::{Editor, Full, Outcome}; // [monitor.2]
pub use history::{History, LINES}; // [monitor.4]
pub use view::{View, WIDTH}; // [monitor.2]

// [monitor.2]
/// So many bytes of UTF-8 fit into a line.
pub const CAPACITY: usize = 256;

// [monitor.2]
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

// [monitor.2]
/// What both texts begin with.
fn common_beginning<'a>(one: &'a str, other: &str) -> &'a str {
    let pairs = one.chars().zip(other.chars());
    let same = pairs.take_while(|(one, other)| one == other);
    let bytes: usize = same.map(|(character, _)| character.len_utf8()).sum();
    &one[..bytes]
}

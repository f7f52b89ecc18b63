//! The editor: a line of text, and a cursor in it where the next key acts.

use core::ops::Range;

use super::{Key, Text};

/// There is no room for this text. The line stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What a key did, or what it asks others to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Nothing: there was nothing to delete, or nowhere to go.
    Nothing,
    /// The text or the cursor changed.
    Changed,
    /// The line is finished. It stays until somebody clears it.
    Finished,
    /// The line was given up, and is empty.
    Cancelled,
    /// The character does not fit, or is none to see: sound the bell.
    Bell,
    /// Complete what is before the cursor.
    Complete,
    /// Put the line of before in the place of this one.
    Older,
    /// Put the line that came after in the place of this one.
    Newer,
    /// Clear the screen.
    Redraw,
}

/// A line and its cursor.
pub struct Editor {
    text: Text,
    /// How many bytes are before it. It never splits a character.
    cursor: usize,
}

impl Editor {
    /// An empty line.
    pub const fn new() -> Self {
        Self {
            text: Text::new(),
            cursor: 0,
        }
    }

    /// The line.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The part before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// The part after the cursor.
    pub fn after(&self) -> &str {
        &self.text[self.cursor..]
    }

    /// Empties the line.
    pub fn clear(&mut self) {
        self.set(&Text::new());
    }

    /// Takes another line. The cursor goes to its end.
    pub fn set(&mut self, text: &Text) {
        self.text.clone_from(text);
        self.cursor = text.len();
    }

    /// Inserts text at the cursor, without control characters.
    ///
    /// # Errors
    /// When there is no room for all of it.
    pub fn insert(&mut self, text: &str) -> Result<(), Full> {
        let inserted = self.text.insert_str(self.cursor, text);
        inserted.map_err(|_| Full)?;
        self.cursor += text.len();
        Ok(())
    }

    /// Does what a key asks for.
    pub fn press(&mut self, key: Key) -> Outcome {
        match key {
            Key::Character(character) => self.character(character),
            Key::Enter => Outcome::Finished,
            Key::Backspace => self.delete(self.left()..self.cursor),
            Key::Delete => self.delete(self.cursor..self.right()),
            Key::Left => self.go_to(self.left()),
            Key::Right => self.go_to(self.right()),
            Key::WordLeft => self.go_to(self.word_left()),
            Key::WordRight => self.go_to(self.word_right()),
            Key::Home => self.go_to(0),
            Key::End => self.go_to(self.text.len()),
            Key::Up => Outcome::Older,
            Key::Down => Outcome::Newer,
            Key::Tab => Outcome::Complete,
            Key::DeleteWord => self.delete(self.word_left()..self.cursor),
            Key::DeleteToStart => self.delete(0..self.cursor),
            Key::DeleteToEnd => self.delete(self.cursor..self.text.len()),
            Key::Cancel => {
                self.clear();
                Outcome::Cancelled
            }
            Key::Redraw => Outcome::Redraw,
        }
    }

    fn character(&mut self, character: char) -> Outcome {
        // A terminal obeys control characters, and shows none.
        if character.is_control() {
            return Outcome::Bell;
        }
        match self.insert(character.encode_utf8(&mut [0; 4])) {
            Ok(()) => Outcome::Changed,
            Err(Full) => Outcome::Bell,
        }
    }

    fn go_to(&mut self, cursor: usize) -> Outcome {
        if cursor == self.cursor {
            return Outcome::Nothing;
        }
        self.cursor = cursor;
        Outcome::Changed
    }

    fn delete(&mut self, bytes: Range<usize>) -> Outcome {
        if bytes.is_empty() {
            return Outcome::Nothing;
        }
        self.cursor = bytes.start;
        self.text.drain(bytes);
        Outcome::Changed
    }

    fn left(&self) -> usize {
        let before = self.cursor.saturating_sub(1);
        self.text.floor_char_boundary(before)
    }

    fn right(&self) -> usize {
        self.text.ceil_char_boundary(self.cursor + 1)
    }

    /// Where the word begins that is before the cursor. A word is a run of letters
    /// and digits.
    fn word_left(&self) -> usize {
        let word = self.before().trim_end_matches(is_between_words);
        word.trim_end_matches(char::is_alphanumeric).len()
    }

    /// Where the word ends that is after the cursor.
    fn word_right(&self) -> usize {
        let word = self.after().trim_start_matches(is_between_words);
        let rest = word.trim_start_matches(char::is_alphanumeric);
        self.text.len() - rest.len()
    }
}

fn is_between_words(character: char) -> bool {
    !character.is_alphanumeric()
}

impl Default for Editor {
    fn default() -> Self {
        Self::new()
    }
}

//! Keys become a line.

use cairn::line::{CAPACITY, Editor, Full, Key, Outcome};
use proptest::prelude::*;

use super::{config, keys, text};

/// The same, of characters and with indices of characters.
#[derive(Default)]
struct Model {
    line: Vec<char>,
    cursor: usize,
}

impl Model {
    fn press(&mut self, key: Key) -> Outcome {
        let (len, at) = (self.line.len(), self.cursor);
        match key {
            Key::Character(character) => self.insert(character),
            Key::Enter => Outcome::Finished,
            Key::Backspace => self.delete(at.saturating_sub(1), at),
            Key::Delete => self.delete(at, len.min(at + 1)),
            Key::Left => self.go_to(at.saturating_sub(1)),
            Key::Right => self.go_to(len.min(at + 1)),
            Key::WordLeft => self.go_to(self.word_left()),
            Key::WordRight => self.go_to(self.word_right()),
            Key::Home => self.go_to(0),
            Key::End => self.go_to(len),
            Key::Up => Outcome::Older,
            Key::Down => Outcome::Newer,
            Key::Tab => Outcome::Complete,
            Key::DeleteWord => self.delete(self.word_left(), at),
            Key::DeleteToStart => self.delete(0, at),
            Key::DeleteToEnd => self.delete(at, len),
            Key::Cancel => {
                *self = Self::default();
                Outcome::Cancelled
            }
            Key::Redraw => Outcome::Redraw,
        }
    }

    fn insert(&mut self, character: char) -> Outcome {
        let bytes: usize = self.line.iter().map(|it| it.len_utf8()).sum();
        if character.is_control() || bytes + character.len_utf8() > CAPACITY {
            return Outcome::Bell;
        }
        self.line.insert(self.cursor, character);
        self.cursor += 1;
        Outcome::Changed
    }

    fn go_to(&mut self, to: usize) -> Outcome {
        let from = std::mem::replace(&mut self.cursor, to);
        if from == to {
            Outcome::Nothing
        } else {
            Outcome::Changed
        }
    }

    fn delete(&mut self, from: usize, to: usize) -> Outcome {
        self.line.drain(from..to);
        self.cursor = from;
        if from == to {
            Outcome::Nothing
        } else {
            Outcome::Changed
        }
    }

    fn in_word(&self, index: usize) -> bool {
        self.line.get(index).is_some_and(|it| it.is_alphanumeric())
    }

    fn word_left(&self) -> usize {
        let begins = |at: &usize| self.in_word(*at) && (*at == 0 || !self.in_word(at - 1));
        (0..self.cursor).rev().find(begins).unwrap_or(0)
    }

    fn word_right(&self) -> usize {
        let ends = |at: &usize| self.in_word(at - 1) && !self.in_word(*at);
        (self.cursor + 1..=self.line.len())
            .find(ends)
            .unwrap_or(self.line.len())
    }
}

#[test]
fn a_full_line_refuses_more_and_stays() {
    let mut editor = Editor::new();
    assert_eq!(editor.insert(&"a".repeat(CAPACITY - 1)), Ok(()));
    assert_eq!(editor.press(Key::Character('é')), Outcome::Bell);
    assert_eq!(editor.press(Key::Character('b')), Outcome::Changed);
    assert_eq!(editor.press(Key::Home), Outcome::Changed);
    assert_eq!(editor.insert("c"), Err(Full));
    assert_eq!(editor.before(), "");
    assert_eq!(editor.after(), "a".repeat(CAPACITY - 1) + "b");
}

#[test]
fn another_line_takes_the_place_of_this_one() {
    let mut editor = Editor::new();
    editor.set(&text("fault page"));
    assert_eq!(editor.press(Key::DeleteWord), Outcome::Changed);
    assert_eq!(editor.before(), "fault ");
    editor.set(&text("é"));
    assert_eq!((editor.before(), editor.after()), ("é", ""));
    editor.clear();
    assert_eq!((editor.before(), editor.after()), ("", ""));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_line_is_as_the_model_says(keys in prop::collection::vec(keys(), 0..200)) {
        let (mut editor, mut model) = (Editor::new(), Model::default());
        for key in keys {
            prop_assert_eq!(editor.press(key), model.press(key), "{:?}", key);
            let (before, after) = model.line.split_at(model.cursor);
            prop_assert_eq!(editor.before(), String::from_iter(before), "{:?}", key);
            prop_assert_eq!(editor.after(), String::from_iter(after), "{:?}", key);
        }
    }

    /// The same where a line is always nearly full.
    #[test]
    fn a_long_line_is_as_the_model_says(keys in prop::collection::vec(keys(), 0..100)) {
        let line = "ab cd字".repeat(31);
        let (mut editor, mut model) = (Editor::new(), Model::default());
        editor.set(&text(&line));
        line.chars().for_each(|it| assert_eq!(model.press(Key::Character(it)), Outcome::Changed));
        for key in keys {
            prop_assert_eq!(editor.press(key), model.press(key), "{:?}", key);
            prop_assert_eq!(editor.text().as_str(), String::from_iter(&model.line));
        }
    }
}

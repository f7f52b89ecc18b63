//! The terminal shows the line.

use cairn::line::{Editor, Key, View, WIDTH};
use proptest::prelude::*;

use super::terminal::{COLUMNS, Terminal};
use super::{config, keys, text};

/// A terminal and what is shown on it.
struct Shown {
    terminal: Terminal,
    view: View,
    editor: Editor,
    prompt: String,
    /// The first of the line's characters that was in the window.
    first: usize,
}

impl Shown {
    fn new(prompt: &str) -> Self {
        Self {
            terminal: Terminal::new(),
            view: View::new(),
            editor: Editor::new(),
            prompt: prompt.to_owned(),
            first: 0,
        }
    }

    /// What is written to show the line.
    fn show(&mut self) -> String {
        let mut out = String::new();
        let shown = self.view.show(&self.prompt, &self.editor, &mut out);
        shown.expect("a string takes every text");
        self.terminal.show(&out);
        out
    }

    fn press(&mut self, key: Key) -> String {
        let _ = self.editor.press(key);
        self.show()
    }

    /// The row is the prompt and a part of the line with the cursor in it.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let prompt: Vec<char> = self.prompt.chars().take(WIDTH / 2).collect();
        let line: Vec<char> = self.editor.text().chars().collect();
        let cursor = self.editor.before().chars().count();
        let width = WIDTH - prompt.len();
        prop_assert!((prompt.len()..WIDTH).contains(&self.terminal.column));
        let first = (prompt.len() + cursor).checked_sub(self.terminal.column);
        prop_assert!(first.is_some());
        let first = first.unwrap_or_default();
        let window = line.iter().skip(first).take(width);
        let row: Vec<char> = prompt.iter().chain(window).copied().collect();
        prop_assert_eq!(&self.terminal.row[..row.len()], &row[..]);
        prop_assert!(
            self.terminal.row[row.len()..]
                .iter()
                .all(|cell| *cell == ' ')
        );
        self.check_scroll(first, cursor, line.len(), width)
    }

    /// The window is where it was, unless the cursor left it or all is to be seen.
    fn check_scroll(
        &mut self,
        first: usize,
        cursor: usize,
        len: usize,
        width: usize,
    ) -> Result<(), TestCaseError> {
        let stays = (self.first + 1..self.first + width).contains(&cursor);
        match (len < width, stays) {
            (true, _) => prop_assert_eq!(first, 0),
            (false, true) => prop_assert_eq!(first, self.first),
            (false, false) => prop_assert_eq!(first, cursor.saturating_sub(width / 2)),
        }
        self.first = first;
        Ok(())
    }
}

#[test]
fn typing_writes_what_is_typed() {
    let mut shown = Shown::new("> ");
    assert_eq!(shown.show(), "> ");
    for character in "help écho".chars() {
        assert_eq!(
            shown.press(Key::Character(character)),
            character.to_string()
        );
    }
    assert_eq!(shown.show(), "");
}

#[test]
fn what_stays_is_not_written_again() {
    let mut shown = Shown::new("> ");
    shown.editor.set(&text("abcdef"));
    assert_eq!(shown.show(), "> abcdef");
    assert_eq!(shown.press(Key::Backspace), "\x08\x1b[K");
    assert_eq!(shown.press(Key::Home), "\x1b[5D");
    assert_eq!(shown.press(Key::Right), "\x1b[1C");
    assert_eq!(shown.press(Key::Character('X')), "Xbcde\x1b[4D");
    assert_eq!(shown.press(Key::Delete), "cde\x1b[K\x1b[3D");
    assert_eq!(shown.press(Key::End), "\x1b[3C");
    shown.editor.set(&text("aXcats"));
    assert_eq!(shown.show(), "\x1b[2Dats");
}

#[test]
fn a_line_that_fills_the_window_scrolls() {
    let mut shown = Shown::new("> ");
    shown.editor.set(&text(&"0123456789".repeat(8)[..76]));
    shown.show();
    assert_eq!(shown.terminal.column, 78);
    shown.press(Key::Character('x'));
    assert_eq!(
        shown.terminal.text(),
        "> 9012345678901234567890123456789012345x"
    );
    shown.press(Key::Home);
    assert_eq!(shown.terminal.text().len(), WIDTH);
    assert!(shown.terminal.text().ends_with("12345x"));
}

#[test]
fn what_is_before_the_cursor_stays_in_sight() {
    let mut shown = Shown::new("> ");
    shown.editor.set(&text(&"a".repeat(200)));
    shown.show();
    while !shown.editor.before().is_empty() {
        assert!(shown.terminal.column > 2);
        shown.press(Key::Left);
    }
    assert_eq!(shown.terminal.column, 2);
}

#[test]
fn after_other_output_all_is_written_anew() {
    let mut shown = Shown::new("> ");
    shown.editor.set(&text("ab"));
    shown.show();
    shown.view.forget();
    assert_eq!(shown.show(), "> ab");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_row_is_a_window_on_the_line(
        prompt in "[a-z>é ]{0,50}",
        length in 0..200_usize,
        keys in prop::collection::vec(prop::option::weighted(0.95, keys()), 0..120),
    ) {
        let mut shown = Shown::new(&prompt);
        shown.editor.set(&text(&"one two "[..].repeat(25)[..length]));
        for key in keys {
            match key {
                Some(key) => {
                    shown.press(key);
                }
                None => {
                    shown.view.forget();
                    shown.terminal = Terminal::new();
                    shown.first = 0;
                    shown.show();
                }
            }
            shown.check()?;
            prop_assert_eq!(shown.terminal.row[COLUMNS - 1], ' ');
            prop_assert_eq!(shown.show(), "");
        }
    }

    /// Keys may come faster than they are shown.
    #[test]
    fn a_row_may_be_shown_now_and_then(bursts in prop::collection::vec(prop::collection::vec(keys(), 0..40), 0..12)) {
        let mut shown = Shown::new("cairn> ");
        for burst in bursts {
            for key in burst {
                let _ = shown.editor.press(key);
            }
            shown.show();
            shown.check()?;
        }
    }
}

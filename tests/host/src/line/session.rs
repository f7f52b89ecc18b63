//! All parts together, as a monitor joins them.

use cairn::line::{Completion, Decoder, Editor, History, Outcome, View, complete};
use proptest::prelude::*;

use super::config;
use super::terminal::Terminal;

const NAMES: [&str; 4] = ["echo", "fault", "help", "shutdown"];

#[derive(Default)]
struct Session {
    decoder: Decoder,
    editor: Editor,
    history: History,
    view: View,
    out: String,
    entered: Vec<String>,
}

impl Session {
    fn of(bytes: &[u8]) -> Self {
        let mut session = Self::default();
        session.show();
        for byte in bytes {
            for key in session.decoder.feed(*byte) {
                let outcome = session.editor.press(key);
                session.follow(outcome);
                session.show();
            }
        }
        session
    }

    fn show(&mut self) {
        let shown = self.view.show("> ", &self.editor, &mut self.out);
        shown.expect("a string takes every text");
    }

    fn follow(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Nothing | Outcome::Changed => {}
            Outcome::Finished => self.enter(),
            Outcome::Cancelled => {
                self.history.leave();
                // The row may be full, without room for a word more.
                self.write("\n");
            }
            Outcome::Bell => self.out.push('\x07'),
            Outcome::Complete => self.complete(),
            Outcome::Older => {
                if let Some(line) = self.history.older(self.editor.text()) {
                    self.editor.set(line);
                }
            }
            Outcome::Newer => {
                if let Some(line) = self.history.newer() {
                    self.editor.set(line);
                }
            }
            Outcome::Redraw => self.write("\x1b[H\x1b[2J"),
        }
    }

    fn enter(&mut self) {
        self.history.push(self.editor.text());
        self.entered.push(self.editor.text().to_string());
        self.editor.clear();
        self.write("\n");
    }

    fn complete(&mut self) {
        let inserted = match complete(self.editor.before(), NAMES) {
            Completion::Nothing | Completion::Several => return self.out.push('\x07'),
            Completion::One(rest) => self.editor.insert(&format!("{rest} ")),
            Completion::Common(rest) => self.editor.insert(rest),
        };
        if inserted.is_err() {
            self.out.push('\x07');
        }
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.view.forget();
    }
}

#[test]
fn a_piped_session_reads_like_plain_text() {
    let session = Session::of("help\necho é\r\nshutdown\n".as_bytes());
    assert_eq!(session.out, "> help\n> echo é\n> shutdown\n> ");
    assert_eq!(session.entered, ["help", "echo é", "shutdown"]);
}

#[test]
fn keys_of_a_terminal_edit_the_line() {
    let session =
        Session::of(b"hlp\x1b[D\x1b[De\rf\tpage\r\x1b[A\x1b[A\x1b[B\x17stack\r\x03\x10\r");
    assert_eq!(
        session.entered,
        ["help", "fault page", "fault stack", "fault stack"]
    );
}

proptest! {
    #![proptest_config(config())]

    /// Whatever comes, what is shown is the line, and a clean line follows.
    #[test]
    fn no_bytes_do_harm(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x20..0x7f_u8, prop::sample::select(&b"\x1b[ABCDHF13~;5\r\t"[..])], 0..300),
    ) {
        let bytes = [&bytes[..], b"\r\x03help\r"].concat();
        let session = Session::of(&bytes);
        let mut terminal = Terminal::new();
        terminal.show(&session.out);
        prop_assert_eq!(terminal.text(), ">");
        prop_assert_eq!(terminal.column, 2);
        prop_assert_eq!(session.entered.last().map(String::as_str), Some("help"));
    }
}

//! Escape sequences: commands to the terminal within the text (ECMA-48, section 5.4).
//!
//! A control sequence is ESC, `[`, numbers with semicolons between them, and a letter that
//! says what to do.

/// What the text tells a terminal to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show this character, or obey it.
    Character(char),
    /// Move the cursor so many columns to the right.
    Right(usize),
    /// Move the cursor so many columns to the left.
    Left(usize),
    /// Move the cursor to the first column of the first row.
    Home,
    /// Empty the row from the cursor on.
    EraseToEnd,
    /// Empty the screen.
    EraseAll,
}

/// Finds the commands in text that comes in pieces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parser(State);

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// Within a control sequence: its first number, and whether a second one began.
    Sequence { first: usize, is_over: bool },
}

impl Parser {
    /// A parser at the beginning of a text.
    pub const fn new() -> Self {
        Self(State::Text)
    }

    /// Takes the next character, and returns the command that is complete with it.
    /// Sequences that are not known are left out.
    pub fn feed(&mut self, character: char) -> Option<Command> {
        let (state, command) = match (self.0, character) {
            (_, '\u{1b}') => (State::Escape, None),
            (State::Text, other) => (State::Text, Some(Command::Character(other))),
            (State::Escape, '[') => (
                State::Sequence {
                    first: 0,
                    is_over: false,
                },
                None,
            ),
            (State::Escape, _) => (State::Text, None),
            (State::Sequence { first, is_over }, other) => sequence(first, is_over, other),
        };
        self.0 = state;
        command
    }
}

/// Goes on with a control sequence.
fn sequence(first: usize, is_over: bool, character: char) -> (State, Option<Command>) {
    match character {
        '0'..='9' if !is_over => {
            let digit = character as usize - '0' as usize;
            let first = first.saturating_mul(10).saturating_add(digit);
            (State::Sequence { first, is_over }, None)
        }
        // Parameters and what may stand before the letter.
        '\u{20}'..='\u{3f}' => (
            State::Sequence {
                first,
                is_over: true,
            },
            None,
        ),
        letter => (State::Text, command(letter, first)),
    }
}

fn command(letter: char, number: usize) -> Option<Command> {
    match letter {
        'C' => Some(Command::Right(number.max(1))),
        'D' => Some(Command::Left(number.max(1))),
        'H' => Some(Command::Home),
        'K' => Some(Command::EraseToEnd),
        'J' if number == 2 => Some(Command::EraseAll),
        _ => None,
    }
}

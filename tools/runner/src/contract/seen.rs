//! What a machine has shown of what was expected.

use std::ops::Range;

use crate::Ending;

/// A machine that kept its contract.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The lines of the serial line and of the screen in which the patterns matched, in the order of the dialogue.
    pub lines: Vec<String>,
    /// How it ended.
    pub ending: Ending,
}

/// Where a pattern matched.
pub(super) enum Match {
    /// These bytes of all that came on the serial line, not counting carriage returns.
    Serial(Range<usize>),
    /// These rows of the screen.
    Screen(String),
}

/// The lines of the matches. A line is complete only once the machine has ended.
pub(super) fn lines(matches: &[Match], serial: &[u8]) -> Vec<String> {
    let mut text = serial.to_vec();
    text.retain(|byte| *byte != b'\r');
    let line = |found: &Match| match found {
        Match::Serial(bytes) => String::from_utf8_lossy(around(&text, bytes)).into_owned(),
        Match::Screen(rows) => rows.clone(),
    };
    matches.iter().map(line).collect()
}

/// The text's lines that these bytes are part of, without the last one's end.
fn around<'a>(text: &'a [u8], bytes: &Range<usize>) -> &'a [u8] {
    // More is forgotten of a guest that writes without end than of others.
    let (before, rest) = text.split_at(bytes.start.min(text.len()));
    let first = before.iter().rposition(|byte| *byte == b'\n');
    let start = first.map_or(0, |end| end + 1);
    let inside = bytes.len().saturating_sub(1).min(rest.len());
    let end = rest[inside..].iter().position(|byte| *byte == b'\n');
    &text[start..end.map_or(text.len(), |end| before.len() + inside + end)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn seen(bytes: Range<usize>, expected: &str) {
        let text = b"one\r\ntwo words\r\n> last";
        assert_eq!(lines(&[Match::Serial(bytes)], text), [expected]);
    }

    #[test]
    fn a_match_is_shown_with_the_whole_line() {
        seen(0..1, "one");
        seen(0..3, "one");
        seen(0..4, "one"); // with its end
        seen(4..4, "two words");
        seen(6..9, "two words");
        seen(2..5, "one\ntwo words");
        seen(14..16, "> last");
        seen(16..20, "> last");
        seen(99..100, "> last");
    }
}

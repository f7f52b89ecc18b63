//! The recorded file: a TOML header between two `---` lines, then the text as it came.

use serde::{Deserialize, Serialize};
use std::fmt;

const FENCE: &str = "---\n";

/// Where a recording comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The command that was run, as [`Declared::typed`](crate::Declared::typed) has it.
    pub command: String,
    /// The stopping point that was booted, such as `boot.3`.
    pub point: String,
    /// Hash of the woven tree that was booted, 40 hexadecimal digits.
    pub tree: String,
    /// QEMU's version.
    pub qemu: String,
    /// The firmware and its version.
    pub firmware: String,
}

/// A recorded transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Where it comes from.
    pub header: Header,
    /// What the serial line said, with `\n` as line end and one at the end.
    pub text: String,
}

/// Why a recorded file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The two `---` lines are missing.
    #[error(
        "the file must open with a TOML header between two lines `---`; record it anew with `cargo xtask book --update`"
    )]
    NoHeader,
    /// The header is not what [`Header`] says.
    #[error("its header cannot be read: {0}; record it anew with `cargo xtask book --update`")]
    Header(String),
}

/// What makes a recorded text unfit for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is nothing in it.
    #[error("the text is empty")]
    Empty,
    /// The last line has no end.
    #[error("the last line has no line end")]
    NoLineEnd,
    /// A character that no page can show.
    #[error("line {line}: control character U+{character:04X}; the recorder has to drop it")]
    Control {
        /// Line of the text, from 1.
        line: usize,
        /// The character's number.
        character: u32,
    },
}

impl Header {
    /// Reads a header that stands alone, as beside a screenshot.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        toml::from_str(text).map_err(|error| RecordingError::Header(error.message().to_owned()))
    }
}

impl Recording {
    /// Reads a recorded file. A checkout with `\r\n` line ends is read as well.
    pub fn parse(file: &str) -> Result<Self, RecordingError> {
        let file = file.replace("\r\n", "\n");
        let rest = file.strip_prefix(FENCE).ok_or(RecordingError::NoHeader)?;
        let (header, text) = rest.split_once("\n---\n").ok_or(RecordingError::NoHeader)?;
        Ok(Self {
            header: Header::parse(header)?,
            text: text.to_owned(),
        })
    }

    /// Everything that makes the text unfit for a page.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.text.trim().is_empty() {
            problems.push(Problem::Empty);
        } else if !self.text.ends_with('\n') {
            problems.push(Problem::NoLineEnd);
        }
        for (index, line) in self.text.lines().enumerate() {
            if let Some(character) = line.chars().find(|c| c.is_control() && *c != '\t') {
                problems.push(Problem::Control {
                    line: index + 1,
                    character: character.into(),
                });
            }
        }
        problems
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&toml::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Display for Recording {
    /// The file's content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FENCE}{}{FENCE}{}", self.header, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(text: &str) -> Recording {
        let header = Header {
            command: "cargo run".into(),
            point: "boot.3".into(),
            tree: "0".repeat(40),
            qemu: "7.2.0".into(),
            firmware: "SeaBIOS 1.16.2".into(),
        };
        Recording {
            header,
            text: text.into(),
        }
    }

    #[test]
    fn written_and_read_again() {
        let recording = recording("Cairn\n---\nhalts\n");
        assert_eq!(Recording::parse(&recording.to_string()).unwrap(), recording);
        assert_eq!(
            Recording::parse(&recording.to_string().replace('\n', "\r\n")).unwrap(),
            recording
        );
    }

    #[test]
    fn unfit_texts() {
        assert!(recording("fine\n\ttoo\n").problems().is_empty());
        assert_eq!(recording("").problems(), [Problem::Empty]);
        assert_eq!(recording("cut off").problems(), [Problem::NoLineEnd]);
        assert_eq!(
            recording("a\nb\u{1b}[0m\n").problems(),
            [Problem::Control {
                line: 2,
                character: 0x1b
            }]
        );
    }

    #[test]
    fn unreadable_files() {
        assert!(matches!(
            Recording::parse("Cairn\n"),
            Err(RecordingError::NoHeader)
        ));
        assert!(matches!(
            Recording::parse("---\ncommand = 1\n---\n"),
            Err(RecordingError::Header(_))
        ));
    }
}

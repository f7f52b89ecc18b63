//! Backtraces, made readable as they pass.
//!
//! After a panic a kernel writes a line such as `  at 0xffffffff80201234` for each call that led to it. What the address
//! means is added to the line: the function, and where in the source the call is.

use std::path::{Path, PathBuf};

use crate::symbols::Symbols;

/// How a line of a backtrace begins.
const START: &[u8] = b"  at 0x";

/// Adds to each line of a backtrace what its address means.
pub(crate) struct Backtrace {
    elf: PathBuf,
    /// Read when the first line comes: most runs have none.
    symbols: Option<Option<Symbols>>,
    /// How much of the current line has been as in a backtrace.
    line: Line,
}

enum Line {
    /// So many bytes of `START` have come.
    Start(usize),
    /// The address, and how many digits have come.
    Address(u64, usize),
    /// It is another line.
    Other,
}

impl Backtrace {
    /// For the kernel in this ELF file.
    pub(crate) fn of(elf: &Path) -> Backtrace {
        Backtrace {
            elf: elf.into(),
            symbols: None,
            line: Line::Start(0),
        }
    }

    /// What comes on the serial line, with what is added. Nothing is held back.
    pub(crate) fn explain(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if let (b'\r' | b'\n', Line::Address(address, 1..)) = (byte, &self.line) {
                shown.extend(self.meaning(*address).into_bytes());
                self.line = Line::Other;
            }
            self.line.pass(*byte);
            shown.push(*byte);
        }
        shown
    }

    fn meaning(&mut self, address: u64) -> String {
        let symbols = self.symbols.get_or_insert_with(|| Symbols::read(&self.elf));
        let found = symbols.as_ref().map(|symbols| symbols.at(address));
        // A function that was put into another shows on a line of its own, under the address.
        let lines = found
            .unwrap_or_default()
            .join("\r\n                        ");
        if lines.is_empty() {
            lines
        } else {
            format!(" {lines}")
        }
    }
}

impl Line {
    fn pass(&mut self, byte: u8) {
        *self = match *self {
            _ if byte == b'\n' => Line::Start(0),
            Line::Start(count) if byte == START[count] && count + 1 == START.len() => {
                Line::Address(0, 0)
            }
            Line::Start(count) if byte == START[count] => Line::Start(count + 1),
            Line::Address(address, digits) if digits < 16 => match char::from(byte).to_digit(16) {
                Some(digit) => Line::Address(address << 4 | u64::from(digit), digits + 1),
                None => Line::Other,
            },
            _ => Line::Other,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<u64> {
        let mut line = Line::Start(0);
        let mut found = Vec::new();
        for byte in text.bytes() {
            if let (b'\r', Line::Address(address, 1..)) = (byte, &line) {
                found.push(*address);
            }
            line.pass(byte);
        }
        found
    }

    #[test]
    fn only_lines_of_a_backtrace_have_addresses() {
        let text = "at 0x1\r\n  at 0xff\r\n  at 0x\r\n  at 0xffffffff80201234\r\n  at 0x12 x\r\n   at 0x3\r\n";
        assert_eq!(addresses(text), [0xff, 0xffff_ffff_8020_1234]);
        assert_eq!(addresses("  at 0xffffffff802012345\r\n"), []);
    }

    #[test]
    fn without_symbols_everything_passes_as_it_is() {
        let mut backtrace = Backtrace::of(Path::new("/nowhere"));
        let text = b"panicked\r\n  at 0xff\r\n> ";
        assert_eq!(backtrace.explain(text), text);
    }
}

//! A ring of text: it takes any amount, and keeps the end.

use core::fmt::{self, Write};
use core::str::Utf8Chunk;

/// The last bytes of all that was written, at most `N`.
pub struct Ring<const N: usize> {
    bytes: [u8; N],
    /// Where the next byte goes.
    next: usize,
    /// Whether the ring is full, so that the next byte overwrites the oldest.
    full: bool,
}

impl<const N: usize> Ring<N> {
    /// An empty ring.
    pub const fn new() -> Self {
        Self {
            bytes: [0; N],
            next: 0,
            full: false,
        }
    }

    /// What is kept, oldest first. Once the oldest bytes are overwritten, it
    /// begins with the first whole line.
    pub fn chunks(&self) -> impl Iterator<Item = &str> {
        let (new, old) = self.bytes.split_at(self.next);
        let (old, new) = match (self.full, whole_lines(old)) {
            (false, _) => (&[][..], new),
            (true, Some(lines)) => (lines, new),
            (true, None) => (&[][..], whole_lines(new).unwrap_or_default()),
        };
        old.utf8_chunks().chain(new.utf8_chunks()).flat_map(texts)
    }
}

/// What comes after the first line feed.
fn whole_lines(bytes: &[u8]) -> Option<&[u8]> {
    let line_feed = bytes.iter().position(|byte| *byte == b'\n')?;
    bytes.get(line_feed + 1..)
}

/// A character that lies across the ring's end shows as U+FFFD.
fn texts(chunk: Utf8Chunk<'_>) -> [&str; 2] {
    let broken = if chunk.invalid().is_empty() {
        ""
    } else {
        "\u{fffd}"
    };
    [chunk.valid(), broken]
}

impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Write for Ring<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.bytes[self.next] = byte;
            self.next += 1;
            if self.next == N {
                self.next = 0;
                self.full = true;
            }
        }
        Ok(())
    }
}

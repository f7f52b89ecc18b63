//! A ring of text: it takes any amount, and keeps the end.

use core::fmt::{self, Write};
use core::iter;

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

    /// What is kept, oldest first. Where the cut went through a line or a
    /// character, what is left of that line is skipped.
    pub fn chunks(&self) -> impl Iterator<Item = &str> {
        let (new, old) = self.bytes.split_at(self.next);
        let old = if self.full { whole_lines(old) } else { &[] };
        // A character may lie across the ring's end; then it shows as U+FFFD.
        old.utf8_chunks()
            .chain(new.utf8_chunks())
            .flat_map(|chunk| {
                let broken = if chunk.invalid().is_empty() {
                    ""
                } else {
                    "\u{fffd}"
                };
                iter::once(chunk.valid()).chain(iter::once(broken))
            })
    }
}

/// What comes after the first line feed.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let cut = bytes.iter().position(|byte| *byte == b'\n');
    cut.map_or(&[], |line_feed| &bytes[line_feed + 1..])
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

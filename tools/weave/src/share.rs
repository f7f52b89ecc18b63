//! The share of marks and old lines in the source.

use crate::held::{Body, Held};
use crate::source::{Kind, Source};

/// How many lines of `src/` are there for the weave's sake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Lines of `src/` in all.
    pub lines: usize,
    /// Those that are a mark or end in one.
    pub marks: usize,
    /// Those that keep an old line.
    pub old_lines: usize,
    /// Lines of old files, which lie outside of `src/`.
    pub old_file_lines: usize,
}

impl Share {
    pub(crate) fn of(files: &[Held]) -> Self {
        let mut share = Self::default();
        for held in files {
            match &held.body {
                Body::Annotated(source) if held.old.is_some() => {
                    share.old_file_lines += source.lines.len();
                }
                Body::Annotated(source) if held.path.starts_with("src/") => share.count(source),
                Body::Raw(text) if held.old.is_some() => {
                    share.old_file_lines += text.split_inclusive(|byte| *byte == b'\n').count();
                }
                Body::Annotated(_) | Body::Raw(_) => {}
            }
        }
        share
    }

    fn count(&mut self, source: &Source) {
        self.lines += source.lines.len();
        for line in &source.lines {
            match line.kind {
                Kind::Mark | Kind::Marked => self.marks += 1,
                Kind::Old => self.old_lines += 1,
                Kind::Final => {}
            }
        }
    }

    /// Marks and old lines among the lines of `src/`, in percent.
    pub fn percent(&self) -> f64 {
        if self.lines == 0 {
            0.0
        } else {
            100.0 * (self.marks + self.old_lines) as f64 / self.lines as f64
        }
    }
}

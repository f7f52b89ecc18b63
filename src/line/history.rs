//! The history: the last lines, and one of them at which we look.

use super::Text;

/// So many lines are kept.
pub const LINES: usize = 16;

/// The last lines.
pub struct History {
    /// First the line that is being typed, then the others, the newest first.
    lines: [Text; LINES + 1],
    /// How many others there are.
    len: usize,
    /// At which of `lines` we look.
    at: usize,
}

impl History {
    /// A history without lines.
    pub const fn new() -> Self {
        Self {
            lines: [const { Text::new() }; LINES + 1],
            len: 0,
            at: 0,
        }
    }

    /// Keeps a line, unless it is empty or the same as the newest. The oldest goes
    /// if there are too many. What comes next is typed anew.
    pub fn push(&mut self, line: &Text) {
        self.at = 0;
        if line.is_empty() || *line == self.lines[1] {
            return;
        }
        self.lines[0].clone_from(line);
        self.lines.rotate_right(1);
        self.len = LINES.min(self.len + 1);
    }

    /// The line before the one at which we look, if there is one. Who leaves the
    /// line that is being `typed` finds it again.
    pub fn older(&mut self, typed: &Text) -> Option<&Text> {
        if self.at == self.len {
            return None;
        }
        if self.at == 0 {
            self.lines[0].clone_from(typed);
        }
        self.at += 1;
        Some(&self.lines[self.at])
    }

    /// The line after the one at which we look, if there is one. The last is the
    /// one that is being typed.
    pub fn newer(&mut self) -> Option<&Text> {
        self.at = self.at.checked_sub(1)?;
        Some(&self.lines[self.at])
    }

    /// What comes next is typed anew: the line was given up.
    pub fn leave(&mut self) {
        self.at = 0;
    }
}

impl Default for History {
    fn default() -> Self {
        Self::new()
    }
}

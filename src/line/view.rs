//! The view: one row of a terminal, as it is and as it should be, and the least to
//! write that makes the one into the other.
//!
//! A row is a window on the prompt and the line. It ends before column 80: what
//! wraps there does so in another way on each terminal.
//!
//! Source: ECMA-48, sections 8.3.5 (BS), 8.3.18 (CUB), 8.3.20 (CUF) and 8.3.41 (EL).

use core::cmp::Ordering;
use core::fmt::{self, Write};

use heapless::String;

use super::{Editor, common_beginning};

/// So many columns the prompt and the line take at most.
pub const WIDTH: usize = 79;

/// What is in a row. A character takes one column, and at most four bytes.
type Row = String<{ 4 * WIDTH }>;

/// A row of a terminal that shows a line.
pub struct View {
    row: Row,
    /// The column of the terminal's cursor, from 0.
    cursor: usize,
    /// So many of the line's characters are to the left of the window.
    scroll: usize,
}

impl View {
    /// An empty row, with the cursor at its beginning.
    pub const fn new() -> Self {
        Self {
            row: Row::new(),
            cursor: 0,
            scroll: 0,
        }
    }

    /// The row is empty, and the cursor at its beginning: after a line feed, say,
    /// or when the screen was cleared.
    pub fn forget(&mut self) {
        *self = Self::new();
    }

    /// Shows the prompt and the line. Of a long prompt only the beginning is shown.
    /// Several keys may have been pressed since the last time.
    ///
    /// # Errors
    /// When `out` has one.
    pub fn show(&mut self, prompt: &str, editor: &Editor, out: &mut impl Write) -> fmt::Result {
        let (row, cursor) = self.window(prompt, editor);
        if row != self.row {
            let same = common_beginning(&row, &self.row);
            self.go_to(columns(same), out)?;
            out.write_str(&row[same.len()..])?;
            self.cursor = columns(&row);
            if self.cursor < columns(&self.row) {
                out.write_str("\x1b[K")?;
            }
            self.row = row;
        }
        self.go_to(cursor, out)
    }

    /// What the row should be, and the column of its cursor.
    fn window(&mut self, prompt: &str, editor: &Editor) -> (Row, usize) {
        let prompt = prompt.chars().take(WIDTH / 2);
        let before = prompt.clone().count();
        let width = WIDTH - before;
        let cursor = columns(editor.before());
        self.scroll_to(cursor, columns(editor.text()), width);
        let line = editor.text().chars().skip(self.scroll).take(width);
        (prompt.chain(line).collect(), before + cursor - self.scroll)
    }

    /// Moves the window only if it must. Then the cursor comes to its middle.
    fn scroll_to(&mut self, cursor: usize, len: usize, width: usize) {
        // The cursor itself wants a column, also at the end of the line.
        if len < width {
            self.scroll = 0;
        } else if cursor <= self.scroll || cursor >= self.scroll + width {
            self.scroll = cursor.saturating_sub(width / 2);
        }
    }

    fn go_to(&mut self, column: usize, out: &mut impl Write) -> fmt::Result {
        let from = self.cursor;
        self.cursor = column;
        match column.cmp(&from) {
            Ordering::Less if column + 1 == from => out.write_str("\x08"),
            Ordering::Less => write!(out, "\x1b[{}D", from - column),
            Ordering::Equal => Ok(()),
            Ordering::Greater => write!(out, "\x1b[{}C", column - from),
        }
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

impl Default for View {
    fn default() -> Self {
        Self::new()
    }
}

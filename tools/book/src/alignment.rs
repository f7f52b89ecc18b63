//! Which line of the reader's file becomes which line of the woven one.
//!
//! The two versions are aligned once for each file and step. Each listing then marks some rows as done, so that
//! later listings of the same file see the same changes, whatever was shown before.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One row of an alignment. Line numbers count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The line stays.
    Same { old: usize, new: usize },
    /// The line goes; `done` when a listing has said so.
    Gone { old: usize, done: bool },
    /// The line comes; `done` when a listing has shown it.
    New { new: usize, done: bool },
}

/// Two versions of a file, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Alignment {
    pub(crate) old: Vec<String>,
    pub(crate) new: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Alignment {
    pub(crate) fn new(old: Vec<String>, new: Vec<String>) -> Self {
        let mut rows = Vec::with_capacity(old.len().max(new.len()));
        for operation in capture_diff_slices(Algorithm::Patience, &old, &new) {
            push_rows(&mut rows, operation);
        }
        let mut alignment = Self { old, new, rows };
        alignment.settle();
        alignment
    }

    /// Whether the row is the same in both versions, or not yet done.
    pub(crate) fn is_pending(&self, row: usize) -> bool {
        matches!(
            self.rows[row],
            Row::Gone { done: false, .. } | Row::New { done: false, .. }
        )
    }

    /// The row's text.
    pub(crate) fn text(&self, row: usize) -> &str {
        match self.rows[row] {
            Row::Same { new, .. } | Row::New { new, .. } => &self.new[new],
            Row::Gone { old, .. } => &self.old[old],
        }
    }

    /// Whether the reader's file has this row now.
    pub(crate) fn is_there(&self, row: usize) -> bool {
        match self.rows[row] {
            Row::Same { .. } => true,
            Row::Gone { done, .. } => !done,
            Row::New { done, .. } => done,
        }
    }

    /// The reader's file as it stands now.
    #[cfg(test)]
    pub(crate) fn current(&self) -> Vec<String> {
        (0..self.rows.len())
            .filter(|row| self.is_there(*row))
            .map(|row| self.text(row).to_owned())
            .collect()
    }

    /// Marks a row as shown.
    pub(crate) fn finish(&mut self, row: usize) {
        match &mut self.rows[row] {
            Row::Same { .. } => {}
            Row::Gone { done, .. } | Row::New { done, .. } => *done = true,
        }
    }

    /// Ranges of rows that change, each without an unchanged row inside.
    pub(crate) fn changes(&self) -> Vec<std::ops::Range<usize>> {
        let mut changes: Vec<std::ops::Range<usize>> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            if matches!(row, Row::Same { .. }) {
                continue;
            }
            match changes.last_mut() {
                Some(last) if last.end == index => last.end = index + 1,
                _ => changes.push(index..index + 1),
            }
        }
        changes
    }

    /// Where a block of only new or only removed lines could stand one line higher or lower with the same result,
    /// puts it where a person would: whole items, no closing brace of another one.
    fn settle(&mut self) {
        for change in self.changes() {
            let pure = |row: &Row| matches!(row, Row::New { .. });
            let news = self.rows[change.clone()]
                .iter()
                .filter(|row| pure(row))
                .count();
            if news == change.len() || news == 0 {
                self.settle_block(change);
            }
        }
    }

    fn settle_block(&mut self, block: std::ops::Range<usize>) {
        let mut start = block.start;
        while self.slide_up(start, block.len()) {
            start -= 1;
        }
        let (mut best, mut at) = (start, start);
        let mut best_cost = self.cost(start, block.len());
        while self.slide_down(at, block.len()) {
            at += 1;
            let cost = self.cost(at, block.len());
            if cost <= best_cost {
                (best, best_cost) = (at, cost);
            }
        }
        while at > best && self.slide_up(at, block.len()) {
            at -= 1;
        }
    }

    fn slide_up(&mut self, start: usize, length: usize) -> bool {
        let fits = start > 0
            && matches!(self.rows[start - 1], Row::Same { .. })
            && self.text(start - 1) == self.text(start + length - 1);
        if fits {
            self.exchange(start - 1, length, true);
        }
        fits
    }

    fn slide_down(&mut self, start: usize, length: usize) -> bool {
        let after = start + length;
        let fits = after < self.rows.len()
            && matches!(self.rows[after], Row::Same { .. })
            && self.text(start) == self.text(after);
        if fits {
            self.exchange(start, length, false);
        }
        fits
    }

    /// Moves the unchanged row at one end of the block to its other end.
    fn exchange(&mut self, first: usize, length: usize, up: bool) {
        let same = if up { first } else { first + length };
        let Row::Same { old, new } = self.rows[same] else {
            return;
        };
        let is_new = matches!(
            self.rows[if up { first + 1 } else { first }],
            Row::New { .. }
        );
        // The block's first line, on its own side and on the side that it does not touch.
        let (block, other) = match (is_new, up) {
            (true, true) => (new, old),
            (true, false) => (new - length, old),
            (false, true) => (old, new),
            (false, false) => (old - length, new),
        };
        let moved = if up { block + length } else { block };
        for offset in 0..length {
            let line = if up {
                block + offset
            } else {
                block + 1 + offset
            };
            let row = if up {
                first + offset
            } else {
                first + 1 + offset
            };
            self.rows[row] = if is_new {
                Row::New {
                    new: line,
                    done: false,
                }
            } else {
                Row::Gone {
                    old: line,
                    done: false,
                }
            };
        }
        let row = if up { first + length } else { first };
        self.rows[row] = if is_new {
            Row::Same {
                old: other,
                new: moved,
            }
        } else {
            Row::Same {
                old: moved,
                new: other,
            }
        };
    }

    /// How unnatural a block looks at this place; the lowest wins.
    fn cost(&self, start: usize, length: usize) -> usize {
        let lines: Vec<&str> = (start..start + length).map(|row| self.text(row)).collect();
        let filled = || lines.iter().filter(|line| !line.trim().is_empty());
        let Some(first) = filled().next() else {
            return 0;
        };
        let least = filled().map(|line| indentation(line)).min().unwrap_or(0);
        let splits_docs = start > 0 && is_head(self.text(start - 1));
        8 * usize::from(splits_docs)
            + 8 * usize::from(first.trim().starts_with(['}', ')', ']']))
            + 4 * usize::from(indentation(first) > least)
            + 4 * usize::from(lines.last().is_some_and(|line| is_head(line)))
            + usize::from(lines[0].trim().is_empty())
    }
}

fn push_rows(rows: &mut Vec<Row>, operation: DiffOp) {
    let (old, new) = (operation.old_range(), operation.new_range());
    if let DiffOp::Equal { .. } = operation {
        rows.extend(old.zip(new).map(|(old, new)| Row::Same { old, new }));
    } else {
        rows.extend(old.map(|old| Row::Gone { old, done: false }));
        rows.extend(new.map(|new| Row::New { new, done: false }));
    }
}

/// Columns of white space before the first character.
pub(crate) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Documentation or an attribute: belongs to the line below it.
fn is_head(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("///") || line.starts_with("#[")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn new_lines(old: &str, new: &str) -> Vec<String> {
        let alignment = Alignment::new(lines(old), lines(new));
        assert_eq!(alignment.current(), lines(old));
        let pending = (0..alignment.rows.len()).filter(|row| alignment.is_pending(*row));
        pending.map(|row| alignment.text(row).to_owned()).collect()
    }

    const TWO: &str = "fn a() {\n    x();\n}\n\n/// Docs.\nfn c() {\n    x();\n}\n";

    #[test]
    fn a_new_item_is_a_whole_item() {
        let three = "fn a() {\n    x();\n}\n\n/// Docs.\nfn b() {\n    x();\n}\n\n/// Docs.\nfn c() {\n    x();\n}\n";
        assert_eq!(
            new_lines(TWO, three),
            ["/// Docs.", "fn b() {", "    x();", "}", ""]
        );
        assert_eq!(
            new_lines(three, TWO),
            ["/// Docs.", "fn b() {", "    x();", "}", ""]
        );
    }

    #[test]
    fn an_item_at_the_end_brings_its_blank_line() {
        let one = "fn a() {\n    x();\n}\n";
        let two = "fn a() {\n    x();\n}\n\nfn b() {\n    x();\n}\n";
        assert_eq!(new_lines(one, two), ["", "fn b() {", "    x();", "}"]);
    }

    #[test]
    fn finishing_every_row_gives_the_new_version() {
        let mut alignment =
            Alignment::new(lines(TWO), lines("fn a() {\n    y();\n}\n\nfn c() {}\n"));
        for row in 0..alignment.rows.len() {
            alignment.finish(row);
        }
        assert_eq!(alignment.current(), alignment.new);
    }
}

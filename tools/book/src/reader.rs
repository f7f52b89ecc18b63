//! The reader's project while a page is written: which of the woven lines they have been shown so far.

use crate::alignment::{Alignment, Row};
use crate::hunks::{Hunk, hunks};
use crate::stages::{Files, lines};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Files that no page shows, since cargo writes them.
pub(crate) const WRITTEN_BY_CARGO: &str = "Cargo.lock";

/// The reader's project.
pub(crate) struct Reader {
    files: Files,
    open: BTreeMap<String, Alignment>,
}

/// Which lines a listing is to show.
pub(crate) enum Choice {
    /// All that the reader does not have yet.
    Rest,
    /// The whole file anew.
    Whole,
    /// These lines of the woven file (from 1), as far as the reader does not have them.
    Lines(Vec<RangeInclusive<usize>>),
}

/// What a listing tells the reader to do to one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// Create it, or replace all of it.
    File { is_new: bool, lines: Vec<usize> },
    /// Remove it.
    Remove,
    /// Change it in these places.
    Hunks(Vec<Hunk>),
}

/// Why a listing cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListingError {
    #[error("there is no file {path} at {point}; its files are:\n{}", files.join("\n"))]
    NoFile {
        path: String,
        point: String,
        files: Vec<String>,
    },
    #[error(
        "{0} cannot be shown: it is not UTF-8 text, or its last line has no end; make it a given file"
    )]
    NoText(String),
    #[error("{0} is a given file: the reader has it already; use {{{{#show}}}} to look at it")]
    Given(String),
    #[error("{0} is written by cargo and is never shown")]
    Cargo(String),
    #[error(
        "nothing of {what} is new here: this step does not change it, or all of it was shown before"
    )]
    Nothing { what: String },
    #[error("{0}")]
    Item(String),
    #[error("no {unshown}line of {path} starts with \"{text}\"{after}")]
    NoLine {
        path: String,
        text: String,
        unshown: &'static str,
        after: &'static str,
    },
    #[error("only part of {0} can be shown, since this step removes the file; leave the part out")]
    PartOfRemoved(String),
}

impl Reader {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            open: BTreeMap::new(),
        }
    }

    /// Starts the next step from this tree.
    pub(crate) fn begin(&mut self, files: Files) {
        *self = Self::new(files);
    }

    /// The file as it was when the step began.
    pub(crate) fn before(&self, path: &str) -> Vec<String> {
        self.files
            .get(path)
            .and_then(|bytes| lines(bytes))
            .unwrap_or_default()
    }

    /// Lines of the woven file (from 1) that the reader does not have yet.
    pub(crate) fn unshown(&mut self, path: &str, woven: &[String]) -> BTreeSet<usize> {
        let pending = |row: &Row| match row {
            Row::New { new, done: false } => Some(new + 1),
            _ => None,
        };
        self.alignment(path, woven)
            .rows
            .iter()
            .filter_map(pending)
            .collect()
    }

    /// Shows what is chosen of a file, given its woven text at this step; `None` removes the file.
    pub(crate) fn show(
        &mut self,
        path: &str,
        woven: Option<&[String]>,
        choice: &Choice,
    ) -> Result<Change, ListingError> {
        let nothing = || ListingError::Nothing {
            what: path.to_owned(),
        };
        let Some(woven) = woven else {
            if matches!(choice, Choice::Lines(_)) {
                return Err(ListingError::PartOfRemoved(path.to_owned()));
            }
            return self
                .files
                .remove(path)
                .map(|_| Change::Remove)
                .ok_or_else(nothing);
        };
        let had = self.files.contains_key(path);
        let alignment = self.alignment(path, woven);
        let is_new = !had && !(0..alignment.rows.len()).any(|row| alignment.is_there(row));
        let rows = chosen(alignment, choice);
        if rows.is_empty() {
            return Err(nothing());
        }
        let change = if is_new || matches!(choice, Choice::Whole) {
            Change::File {
                is_new,
                lines: woven_lines(alignment, &rows, choice),
            }
        } else {
            Change::Hunks(hunks(alignment, &rows))
        };
        rows.iter().for_each(|row| alignment.finish(*row));
        Ok(change)
    }

    fn alignment(&mut self, path: &str, woven: &[String]) -> &mut Alignment {
        let before = self.before(path);
        self.open
            .entry(path.to_owned())
            .or_insert_with(|| Alignment::new(before, woven.to_vec()))
    }
}

/// The rows that this listing does.
fn chosen(alignment: &Alignment, choice: &Choice) -> BTreeSet<usize> {
    let pending = |row: &usize| alignment.is_pending(*row);
    let Choice::Lines(ranges) = choice else {
        return (0..alignment.rows.len()).filter(pending).collect();
    };
    let has = |line: usize| ranges.iter().any(|range| range.contains(&(line + 1)));
    let mut rows = BTreeSet::new();
    for change in alignment.changes() {
        let mut touched = false;
        for row in change.clone().filter(pending) {
            if matches!(alignment.rows[row], Row::New { new, .. } if has(new) && !alignment.new[new].trim().is_empty())
            {
                rows.insert(row);
                touched = true;
            }
        }
        if touched || is_removal_inside(alignment, &change, ranges) {
            let gone = |row: &usize| matches!(alignment.rows[*row], Row::Gone { .. });
            rows.extend(change.filter(pending).filter(gone));
        }
    }
    add_blank_lines(alignment, &mut rows);
    rows
}

/// A change that only removes lines belongs to a range that has the woven lines on both sides of it.
fn is_removal_inside(
    alignment: &Alignment,
    change: &std::ops::Range<usize>,
    ranges: &[RangeInclusive<usize>],
) -> bool {
    if !alignment.rows[change.clone()]
        .iter()
        .all(|row| matches!(row, Row::Gone { .. }))
    {
        return false;
    }
    let woven = |row: Option<&Row>| match row {
        Some(Row::Same { new, .. }) => Some(new + 1),
        _ => None,
    };
    let above = change
        .start
        .checked_sub(1)
        .and_then(|row| woven(alignment.rows.get(row)));
    let below = woven(alignment.rows.get(change.end));
    ranges.iter().any(|range| {
        [above, below]
            .iter()
            .all(|line| line.is_some_and(|line| range.contains(&line)))
    })
}

/// A new blank line comes with the later one of its two neighbours.
fn add_blank_lines(alignment: &Alignment, rows: &mut BTreeSet<usize>) {
    let blank = |row: usize| alignment.text(row).trim().is_empty();
    let count = alignment.rows.len();
    let pending_blanks: Vec<_> = (0..count)
        .filter(|row| matches!(alignment.rows[*row], Row::New { done: false, .. }) && blank(*row))
        .collect();
    let in_woven = |row: &usize| !matches!(alignment.rows[*row], Row::Gone { .. }) && !blank(*row);
    let chosen = rows.clone();
    for row in pending_blanks {
        let neighbours = [
            (0..row).rev().find(in_woven),
            (row + 1..count).find(in_woven),
        ];
        let there = |row: &usize| chosen.contains(row) || alignment.is_there(*row);
        let all_there = neighbours.iter().flatten().all(there);
        if all_there && neighbours.iter().flatten().any(|row| chosen.contains(row)) {
            rows.insert(row);
        }
    }
}

fn woven_lines(alignment: &Alignment, rows: &BTreeSet<usize>, choice: &Choice) -> Vec<usize> {
    if matches!(choice, Choice::Whole) {
        return (0..alignment.new.len()).collect();
    }
    let new = |row: &usize| match alignment.rows[*row] {
        Row::New { new, .. } => Some(new),
        _ => None,
    };
    rows.iter().filter_map(new).collect()
}

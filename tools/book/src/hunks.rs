//! Hunks: the changes of a listing with as much around them as it takes to find their place.

use crate::alignment::{Alignment, Row};
use crate::place::{self, Place};
use std::collections::BTreeSet;
use std::ops::Range;

/// Lines of context on each side, unless more are needed to find the place.
const CONTEXT: usize = 3;
/// A longer run of removed lines shows only its ends.
const REMOVED: usize = 12;
/// So many lines of it at each end.
const ENDS: usize = 4;
/// Changes with at most so many unchanged lines between them share a figure.
const GAP: usize = 4;

/// One place of a file with its surroundings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hunk {
    pub(crate) lines: Vec<Line>,
    pub(crate) places: Vec<Place>,
}

/// One line of a hunk; the number is a line (from 0) of the reader's file for `Old` and `Gone`, otherwise of the woven one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Stays; the row's text is the same on both sides, so the woven number may be used where there is one.
    Old(Side),
    /// Comes.
    New(usize),
    /// Goes.
    Gone(usize),
}

/// Where the text of a context line is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// In the file as it was when the step began.
    Before(usize),
    /// In the woven file of this step.
    Woven(usize),
}

/// One line as the reader sees it during this listing.
struct Seen<'a> {
    row: usize,
    line: Line,
    text: &'a str,
}

/// Every hunk of two versions.
pub(crate) fn all_hunks(mut alignment: Alignment) -> Vec<Hunk> {
    let rows = (0..alignment.rows.len())
        .filter(|row| alignment.is_pending(*row))
        .collect();
    hunks(&mut alignment, &rows)
}

/// Does the rows hunk by hunk, each shown in the file that the hunks above it have left.
pub(crate) fn hunks(alignment: &mut Alignment, rows: &BTreeSet<usize>) -> Vec<Hunk> {
    let groups = grouped(&seen(alignment, rows));
    groups
        .into_iter()
        .map(|group| next_hunk(alignment, &group))
        .collect()
}

fn next_hunk(alignment: &mut Alignment, group: &BTreeSet<usize>) -> Hunk {
    let seen = seen(alignment, group);
    let changes = |seen: &Seen<'_>| !matches!(seen.line, Line::Old(_));
    let first = seen.iter().position(changes).unwrap_or(0);
    let last = seen.iter().rposition(changes).unwrap_or(0);
    let range = with_context(&seen, first..last + 1);
    let words: Vec<_> = seen.iter().map(|seen| (seen.line, seen.text)).collect();
    let hunk = Hunk {
        lines: seen[range.clone()].iter().map(|seen| seen.line).collect(),
        places: place::of_hunk(&words, range),
    };
    group.iter().for_each(|row| alignment.finish(*row));
    hunk
}

/// The reader's file with these rows as what comes and goes.
fn seen<'a>(alignment: &'a Alignment, rows: &BTreeSet<usize>) -> Vec<Seen<'a>> {
    let mut seen = Vec::new();
    for (index, row) in alignment.rows.iter().enumerate() {
        let line = match (*row, rows.contains(&index)) {
            (Row::New { new, .. }, true) => Line::New(new),
            (Row::Gone { old, .. }, true) => Line::Gone(old),
            (Row::Same { new, .. } | Row::New { new, done: true }, _) => {
                Line::Old(Side::Woven(new))
            }
            (Row::Gone { old, done: false }, false) => Line::Old(Side::Before(old)),
            _ => continue,
        };
        seen.push(Seen {
            row: index,
            line,
            text: alignment.text(index),
        });
    }
    seen
}

/// The changing rows, those near each other together.
fn grouped(seen: &[Seen<'_>]) -> Vec<BTreeSet<usize>> {
    let mut groups: Vec<BTreeSet<usize>> = Vec::new();
    let mut unchanged = usize::MAX;
    for line in seen {
        if matches!(line.line, Line::Old(_)) {
            unchanged = unchanged.saturating_add(1);
            continue;
        }
        match groups.last_mut() {
            Some(group) if unchanged <= GAP => drop(group.insert(line.row)),
            _ => groups.push(BTreeSet::from([line.row])),
        }
        unchanged = 0;
    }
    groups
}

/// Adds context: a few lines on each side, more until the place is the only one of its kind in the reader's file.
fn with_context(seen: &[Seen<'_>], core: Range<usize>) -> Range<usize> {
    let reader: Vec<&str> = seen
        .iter()
        .filter(|seen| is_before(seen.line))
        .map(|seen| seen.text)
        .collect();
    let mut context = CONTEXT;
    loop {
        let range = trimmed(seen, core.clone(), context);
        if (range.start == 0 && range.end == seen.len())
            || count(&reader, &seen[range.clone()]) == 1
        {
            return range;
        }
        context += 1;
    }
}

/// How often the lines of a hunk that are not new stand in the reader's file. A line that is not shown may be any.
fn count(reader: &[&str], hunk: &[Seen<'_>]) -> usize {
    let hidden = hidden(&hunk.iter().map(|seen| seen.line).collect::<Vec<_>>());
    let wanted: Vec<Option<&str>> = hunk
        .iter()
        .zip(hidden)
        .filter(|(seen, _)| is_before(seen.line))
        .map(|(seen, hidden)| (!hidden).then_some(seen.text))
        .collect();
    if wanted.is_empty() {
        return 0;
    }
    let stands = |window: &&[&str]| {
        wanted
            .iter()
            .zip(*window)
            .all(|(wanted, line)| wanted.is_none_or(|wanted| wanted == *line))
    };
    reader.windows(wanted.len()).filter(stands).count()
}

fn is_before(line: Line) -> bool {
    !matches!(line, Line::New(_))
}

/// Which lines of a hunk a listing leaves out: the middle of each long run of removed lines.
pub(crate) fn hidden(lines: &[Line]) -> Vec<bool> {
    let mut hidden = vec![false; lines.len()];
    let mut start = 0;
    for run in lines.chunk_by(|a, b| matches!(a, Line::Gone(_)) == matches!(b, Line::Gone(_))) {
        if matches!(run[0], Line::Gone(_)) && run.len() > REMOVED {
            hidden[start + ENDS..start + run.len() - ENDS].fill(true);
        }
        start += run.len();
    }
    hidden
}

/// So many lines of context on each side, without blank lines at the rim.
fn trimmed(seen: &[Seen<'_>], core: Range<usize>, context: usize) -> Range<usize> {
    let blank = |index: usize| seen[index].text.trim().is_empty();
    let mut start = core.start.saturating_sub(context);
    let mut end = (core.end + context).min(seen.len());
    while start > 0 && start + 1 < core.start && blank(start) {
        start += 1;
    }
    while end < seen.len() && end > core.end + 1 && blank(end - 1) {
        end -= 1;
    }
    start..end
}

//! Where a listing goes, in the words of its caption.

use crate::alignment::indentation;
use crate::hunks::Line;
use std::ops::Range;

/// Longest quoted line; what is longer ends in an ellipsis.
const QUOTED: usize = 60;

/// Where one run of lines goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// What surrounds it, where the lines shown do not say so.
    pub(crate) inside: Option<String>,
    pub(crate) at: At,
}

/// The place itself. The text is one whole line without its indentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    Beginning,
    End,
    After(String),
    AfterBlank,
    Before(String),
    InsteadOf(String),
    InsteadOfThese(usize),
    Without(String),
    WithoutThese(usize),
}

/// The places of one hunk: one for each run of changing lines. `range` is what is shown of `lines`.
pub(crate) fn of_hunk(lines: &[(Line, &str)], range: Range<usize>) -> Vec<Place> {
    runs(lines, range.clone())
        .into_iter()
        .map(|run| of_run(lines, &range, run))
        .collect()
}

fn runs(lines: &[(Line, &str)], range: Range<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for index in range {
        if is_old(&lines[index]) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

fn of_run(lines: &[(Line, &str)], shown: &Range<usize>, run: Range<usize>) -> Place {
    let gone: Vec<&str> = lines[run.clone()]
        .iter()
        .filter(|(line, _)| matches!(line, Line::Gone(_)))
        .map(|(_, text)| *text)
        .collect();
    let at = match (gone.len(), run.len() - gone.len()) {
        (0, _) => of_new(lines, &run),
        (1, 0) if has_words(gone[0]) => At::Without(quoted(gone[0])),
        (count, 0) => At::WithoutThese(count),
        (1, _) if has_words(gone[0]) => At::InsteadOf(quoted(gone[0])),
        (count, _) => At::InsteadOfThese(count),
    };
    Place {
        inside: inside(lines, shown, &run),
        at,
    }
}

fn of_new(lines: &[(Line, &str)], run: &Range<usize>) -> At {
    let above = run.start.checked_sub(1).map(|index| lines[index].1);
    let below = lines.get(run.end).map(|(_, text)| *text);
    match (above, below) {
        (None, _) => At::Beginning,
        (_, None) => At::End,
        (Some(above), _) if has_words(above) => At::After(quoted(above)),
        (_, Some(below)) if has_words(below) => At::Before(quoted(below)),
        (Some(above), _) if above.trim().is_empty() => At::AfterBlank,
        (Some(above), _) => At::After(quoted(above)),
    }
}

/// The function, block or section around the run, when its opening line is not among the lines shown.
fn inside(lines: &[(Line, &str)], shown: &Range<usize>, run: &Range<usize>) -> Option<String> {
    let first = lines[run.clone()]
        .iter()
        .find(|(_, text)| !text.trim().is_empty())?
        .1;
    let opening = opening(&lines[..run.start], indentation(first))?;
    let margin = indentation(lines[opening].1);
    let closed = |(_, text): &(Line, &str)| indentation(text) == margin && text.trim() == "}";
    let is_told = shown.contains(&opening) || lines[opening..run.start].iter().any(closed);
    (!is_told).then(|| head(lines[opening].1))
}

/// The last line that opens something around lines of this indentation; a function rather than a block in it.
fn opening(above: &[(Line, &str)], indented: usize) -> Option<usize> {
    let mut least = indented;
    let mut opening = None;
    for (index, (_, text)) in above.iter().enumerate().rev() {
        if text.trim().is_empty() || indentation(text) >= least {
            continue;
        }
        // The end of a signature that spans lines: its first line has the same indentation.
        let ends_signature = text.trim_start().starts_with(['}', ')', ']', '{']);
        least = indentation(text) + usize::from(ends_signature);
        if ends_signature || !text.ends_with(['{', '(', '[']) {
            continue;
        }
        opening.get_or_insert(index);
        if is_function(text) {
            return Some(index);
        }
    }
    opening
}

fn is_function(line: &str) -> bool {
    line.trim_start().starts_with("fn ") || line.contains(" fn ")
}

/// A line's telling part: no visibility, no parameters, no opening brace.
fn head(line: &str) -> String {
    let line = line.trim();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = match line
        .strip_prefix("pub(")
        .and_then(|rest| rest.split_once(") "))
    {
        Some((_, rest)) => rest,
        None => line,
    };
    let end = if is_function(line) {
        line.find('(').unwrap_or(line.len())
    } else {
        line.len()
    };
    quoted(line[..end].trim_end_matches([' ', '{', '(', '[']))
}

fn quoted(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= QUOTED {
        return line.to_owned();
    }
    let start: String = line.chars().take(QUOTED - 1).collect();
    format!("{}\u{2026}", start.trim_end())
}

fn has_words(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

fn is_old(line: &(Line, &str)) -> bool {
    matches!(line.0, Line::Old(_))
}

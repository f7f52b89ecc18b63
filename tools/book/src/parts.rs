//! Parts of a file by name: items of Rust, and lines by their first words.

use crate::directive::{Listing, Part};
use crate::reader::ListingError;
use crate::stages::Files;
use std::ops::RangeInclusive;

/// Lines (from 1) of the parts, in the order in which they were named.
pub(crate) fn ranges(
    listing: &Listing,
    woven: &[String],
    fits: impl Fn(usize) -> bool,
    unshown: &'static str,
) -> Result<Vec<RangeInclusive<usize>>, ListingError> {
    listing
        .parts
        .iter()
        .map(|part| range(&listing.path, part, woven, &fits, unshown))
        .collect()
}

fn range(
    path: &str,
    part: &Part,
    woven: &[String],
    fits: &impl Fn(usize) -> bool,
    unshown: &'static str,
) -> Result<RangeInclusive<usize>, ListingError> {
    let (from, to) = match part {
        Part::Item(name) => {
            let text = woven.join("\n") + "\n";
            return weave::item::find(&text, name)
                .map_err(|error| ListingError::Item(format!("{path}: {error}")));
        }
        Part::Lines { from, to } => (from, to),
    };
    // Assembly lines are quoted; their words begin behind the quotation mark.
    let starts = |line: usize, text: &str| {
        let line = woven[line - 1].trim_start();
        line.starts_with(text) || line.trim_start_matches('"').starts_with(text)
    };
    let missing = |text: &str, unshown, after| ListingError::NoLine {
        path: path.to_owned(),
        text: text.to_owned(),
        unshown,
        after,
    };
    let first = (1..=woven.len())
        .find(|line| starts(*line, from) && fits(*line))
        .ok_or_else(|| missing(from, unshown, ""))?;
    let last = match to {
        Some(to) => (first + 1..=woven.len())
            .find(|line| starts(*line, to))
            .ok_or_else(|| missing(to, "", " after the first one"))?,
        None => first,
    };
    Ok(first..=last)
}

/// The refusal of a file that the tree does not have.
pub(crate) fn no_file(path: &str, point: &str, files: &Files) -> ListingError {
    let shown = |path: &&String| !path.starts_with("tools/") && !path.starts_with('.');
    ListingError::NoFile {
        path: path.to_owned(),
        point: point.to_owned(),
        files: files
            .keys()
            .filter(shown)
            .map(|path| format!("  {path}"))
            .collect(),
    }
}

/// Says which parts had nothing new in them.
pub(crate) fn name_parts(error: ListingError, listing: &Listing) -> ListingError {
    let parts: Vec<_> = listing
        .parts
        .iter()
        .map(|part| match part {
            Part::Item(name) => format!("`{name}`"),
            Part::Lines { from, .. } => format!("the lines from \"{from}\""),
        })
        .collect();
    match error {
        ListingError::Nothing { what } if !parts.is_empty() => ListingError::Nothing {
            what: format!("{} in {what}", parts.join(", ")),
        },
        error => error,
    }
}

//! The recorded counts: a table of them, and the series among them.

use crate::highlight::escape;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use transcript::{Counts, CountsError};

/// Why counts cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountedError {
    #[error("{}: {error}; record it with `cargo xtask bench --accept`", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{}: {error}", path.display())]
    Unreadable { path: PathBuf, error: CountsError },
    #[error("no count's name begins with `{name}`; the counts are: {known}")]
    NoCount { name: String, known: String },
    #[error(
        "`{name}` is no series, which has two counts or more whose names are its own and a number; the series are: {known}"
    )]
    NoSeries { name: String, known: String },
    #[error("a plot has at most {most} lines, not {asked}")]
    TooMany { most: usize, asked: usize },
    #[error("`{name}` has a point at ({x}, {y}), which has no place on logarithmic axes")]
    NotAboveZero { name: String, x: u64, y: u64 },
}

/// Reads the recorded counts.
pub(crate) fn read(path: &Path) -> Result<Counts, CountedError> {
    let text = std::fs::read_to_string(path).map_err(|error| CountedError::File {
        path: path.to_owned(),
        error,
    })?;
    Counts::parse(&text).map_err(|error| CountedError::Unreadable {
        path: path.to_owned(),
        error,
    })
}

/// A table of the counts whose names begin with one of these; of all when there are none.
pub(crate) fn table(counts: &Counts, names: &[String], unit: &str) -> Result<String, CountedError> {
    let begins = |count: &str, name: &str| {
        let rest = count.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    for name in names {
        if !counts.counts.iter().any(|(count, _)| begins(count, name)) {
            return Err(CountedError::NoCount {
                name: name.clone(),
                known: list(counts.counts.iter().map(|(name, _)| name.as_str())),
            });
        }
    }
    let is_shown = |count: &str| names.is_empty() || names.iter().any(|name| begins(count, name));
    let shown = counts.counts.iter().filter(|(name, _)| is_shown(name));
    let rows: String = shown
        .map(|(name, number)| format!("<tr><td>{}</td><td>{number}</td></tr>\n", escape(name)))
        .collect();
    Ok(format!(
        "<figure class=\"counts\">\n<figcaption>Counted with {}</figcaption>\n<div class=\"table-wrapper\">\n<table>\n\
         <thead><tr><th>What</th><th>{}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n</figure>",
        escape(&counts.versions.to_string()),
        escape(unit),
    ))
}

/// Counts whose names differ only in the number at their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    /// Their name without the number.
    pub(crate) name: String,
    /// The numbers at their ends and what was counted, ascending.
    pub(crate) points: Vec<(u64, u64)>,
}

/// The series of these names.
pub(crate) fn series(counts: &Counts, names: &[String]) -> Result<Vec<Series>, CountedError> {
    let all = all_series(counts);
    let find = |name: &String| {
        let found = all.iter().find(|series| series.name == *name);
        found.cloned().ok_or_else(|| CountedError::NoSeries {
            name: name.clone(),
            known: list(all.iter().map(|series| series.name.as_str())),
        })
    };
    names.iter().map(find).collect()
}

fn all_series(counts: &Counts) -> Vec<Series> {
    let mut found = BTreeMap::<&str, Vec<(u64, u64)>>::new();
    for (name, number) in &counts.counts {
        let end = name.rsplit_once(' ');
        if let Some((name, Ok(at))) = end.map(|(name, end)| (name, end.parse())) {
            found.entry(name).or_default().push((at, *number));
        }
    }
    found.retain(|_, points| points.len() > 1);
    let series = |(name, mut points): (&str, Vec<_>)| {
        points.sort_unstable();
        let name = name.to_owned();
        Series { name, points }
    };
    found.into_iter().map(series).collect()
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

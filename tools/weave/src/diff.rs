//! Differences: what a chapter or a step changes in what the reader writes.

use std::collections::BTreeSet;
use std::fmt::Write;

use similar::TextDiff;

use crate::course::{Course, Lines};
use crate::error::Error;
use crate::point::Point;
use crate::tree::{File, Tree};

/// The unified difference, in git's style, of the written parts of two points; `None` is the empty tree.
///
/// # Errors
/// As [`Course::weave`].
pub fn chapter(course: &Course, from: Option<Point>, to: Point) -> Result<String, Error> {
    let before = match from {
        Some(point) => course.weave(point, Lines::Formatted)?.written(),
        None => Tree::default(),
    };
    Ok(trees(
        &before,
        &course.weave(to, Lines::Formatted)?.written(),
    ))
}

/// The unified difference of two trees.
pub fn trees(before: &Tree, after: &Tree) -> String {
    let paths: BTreeSet<&String> = before.files().keys().chain(after.files().keys()).collect();
    paths
        .into_iter()
        .map(|path| file(path, before.files().get(path), after.files().get(path)))
        .collect()
}

fn file(path: &str, before: Option<&File>, after: Option<&File>) -> String {
    let text = |file: Option<&File>| {
        file.map(|file| file.text.as_slice())
            .unwrap_or_default()
            .to_vec()
    };
    let (old, new) = (text(before), text(after));
    if before.is_some() == after.is_some() && old == new {
        return String::new();
    }
    let mut out = header(path, before, after);
    match (String::from_utf8(old), String::from_utf8(new)) {
        (Ok(old), Ok(new)) => {
            let name = |side, file: Option<&File>| match file {
                Some(_) => format!("{side}/{path}"),
                None => "/dev/null".to_string(),
            };
            let diff = TextDiff::from_lines(old.as_str(), new.as_str());
            out += &diff
                .unified_diff()
                .header(&name("a", before), &name("b", after))
                .to_string();
        }
        // Writing to a string cannot fail.
        _ => drop(writeln!(out, "Binary files a/{path} and b/{path} differ")),
    }
    out
}

fn header(path: &str, before: Option<&File>, after: Option<&File>) -> String {
    let mode = |file: &File| if file.executable { "100755" } else { "100644" };
    let kind = match (before, after) {
        (None, Some(file)) => format!("new file mode {}\n", mode(file)),
        (Some(file), None) => format!("deleted file mode {}\n", mode(file)),
        (Some(old), Some(new)) if mode(old) != mode(new) => {
            format!("old mode {}\nnew mode {}\n", mode(old), mode(new))
        }
        _ => String::new(),
    };
    format!("diff --git a/{path} b/{path}\n{kind}")
}

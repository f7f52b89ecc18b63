//! Checks of every point's tree: each step changes something, and what is left parses.

use std::collections::BTreeMap;

use crate::course::Course;
use crate::error::{At, Error, Fault};
use crate::scan;
use crate::source::{Cut, Source};

type Cuts<'a> = BTreeMap<&'a str, (&'a Source, Cut)>;

/// Checks all points in order.
pub(crate) fn steps(course: &Course, errors: &mut Vec<Error>) {
    let mut before = (Cuts::new(), Vec::new());
    for point in course.points() {
        let now = (course.cuts(point), course.raw(point));
        let changed = |path: &str, cut: &Cut| {
            let earlier = before.0.get(path);
            earlier.is_none_or(|(_, earlier)| earlier.text != cut.text)
        };
        let fresh = now.0.iter().filter(|(path, (_, cut))| changed(path, cut));
        let fresh: Vec<_> = fresh.collect();
        let same = fresh.is_empty() && before.0.len() == now.0.len() && before.1 == now.1;
        if same {
            let fault = Fault::SameTree {
                point: course.name(point),
            };
            errors.push(Error::at(course.step(point).at.clone(), fault));
        }
        for (path, (source, cut)) in fresh {
            errors.extend(cut_fault(path, source, cut, course.name(point)));
        }
        before = now;
    }
}

/// What is wrong with the syntax of what is left of a file.
fn cut_fault(path: &str, source: &Source, cut: &Cut, point: String) -> Option<Error> {
    let (line, message) = parses(path, &cut.text).err()?;
    let at = At::new(&source.origin, cut.origin(line));
    Some(Error::at(at, Fault::CutSyntax { point, message }))
}

fn parses(path: &str, text: &str) -> Result<(), (usize, String)> {
    if path.ends_with(".rs") {
        let wrong = |error: syn::Error| (error.span().start().line, error.to_string());
        return syn::parse2::<syn::File>(scan::tokens(text)?)
            .map(drop)
            .map_err(wrong);
    }
    if path.ends_with(".toml") {
        let wrong = |error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| crate::files::line_of(text, span.start));
            (line, error.message().to_string())
        };
        return toml::from_str::<toml::Table>(text).map(drop).map_err(wrong);
    }
    Ok(())
}

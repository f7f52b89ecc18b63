//! Listings and diffs as HTML. The robot reads it again, and knows nothing of what made it.

use crate::highlight::{self, Language, escape};
use crate::hunks::{self, Hunk, Line, Side};
use crate::place::{At, Place};
use crate::reader::Change;

/// The two versions of a file, coloured, and the file's name.
pub(crate) struct Sheet {
    path: String,
    language: Language,
    before: Vec<String>,
    woven: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(path: &str, before: &[String], woven: &[String]) -> Self {
        let language = Language::of_path(path);
        Self {
            path: path.to_owned(),
            language,
            before: highlight::lines(language, &before.join("\n")),
            woven: highlight::lines(language, &woven.join("\n")),
        }
    }

    /// The figures of a listing; `line` is the directive's line on its page.
    pub(crate) fn listing(&self, change: &Change, line: usize, folded: bool) -> String {
        let figures = match change {
            Change::File { is_new, lines } => {
                let place = if *is_new {
                    "new file"
                } else {
                    "the whole file anew"
                };
                let lines: Vec<_> = lines.iter().map(|line| Line::New(*line)).collect();
                self.figure(
                    "listing whole",
                    &format!("<span class=\"place\">{place}</span>"),
                    &lines,
                    line,
                )
            }
            Change::Remove => self.figure(
                "listing",
                "<span class=\"place\">remove this file</span>",
                &[],
                line,
            ),
            Change::Hunks(hunks) => hunks
                .iter()
                .map(|hunk| self.figure("listing", &places(hunk), &hunk.lines, line))
                .collect(),
        };
        if folded {
            fold(
                &format!("Listing: <code>{}</code>", escape(&self.path)),
                &figures,
            )
        } else {
            figures
        }
    }

    /// Lines only to look at (numbers from 1).
    pub(crate) fn excerpt(
        &self,
        ranges: &[std::ops::RangeInclusive<usize>],
        folded: bool,
    ) -> String {
        let mut body = String::new();
        for (index, range) in ranges.iter().enumerate() {
            if index > 0 {
                body.push_str("<span class=\"line cut\">\u{22ee}\n</span>");
            }
            let lines = range.clone().filter_map(|line| self.woven.get(line - 1));
            body.extend(lines.map(|line| format!("<span class=\"line\">{line}\n</span>")));
        }
        let path = escape(&self.path);
        let figure = format!(
            "<figure class=\"excerpt\">\n<figcaption><span class=\"file\">{path}</span> to look at</figcaption>\n\
             <pre tabindex=\"0\" data-language=\"{}\">{body}</pre>\n</figure>\n",
            self.language.name(),
        );
        if folded {
            fold(&format!("Excerpt: <code>{path}</code>"), &figure)
        } else {
            figure
        }
    }

    /// A diff only to look at.
    pub(crate) fn diff(&self, hunks: &[Vec<Line>]) -> String {
        let body: Vec<String> = hunks.iter().map(|lines| self.lines(lines)).collect();
        format!(
            "<figure class=\"diff\">\n<figcaption><span class=\"file\">{}</span></figcaption>\n\
             <pre tabindex=\"0\" data-language=\"{}\">{}</pre>\n</figure>\n",
            escape(&self.path),
            self.language.name(),
            body.join("<span class=\"line cut\">\u{22ee}\n</span>"),
        )
    }

    fn figure(&self, class: &str, places: &str, lines: &[Line], line: usize) -> String {
        let path = escape(&self.path);
        let body = if lines.is_empty() {
            String::new()
        } else {
            format!(
                "<pre tabindex=\"0\" data-language=\"{}\">{}</pre>\n",
                self.language.name(),
                self.body(lines)
            )
        };
        format!(
            "<figure class=\"{class}\" data-line=\"{line}\">\n<figcaption><span class=\"file\">{path}</span> {places} \
             <span class=\"count\">({})</span></figcaption>\n{body}</figure>\n",
            count(lines),
        )
    }

    /// The lines without the middle of long removals.
    fn body(&self, lines: &[Line]) -> String {
        let hidden = hunks::hidden(lines);
        let mut body = String::new();
        let mut start = 0;
        for run in hidden.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            if run[0] {
                body.push_str(&format!(
                    "<del class=\"line cut\">\u{22ee} {} more lines\n</del>",
                    run.len()
                ));
            } else {
                body.push_str(&self.lines(&lines[start..end]));
            }
            start = end;
        }
        body
    }

    fn lines(&self, lines: &[Line]) -> String {
        lines.iter().map(|line| self.line(*line)).collect()
    }

    fn line(&self, line: Line) -> String {
        let (element, class, lines, index) = match line {
            Line::Old(Side::Before(old)) => ("span", "line old", &self.before, old),
            Line::Old(Side::Woven(new)) => ("span", "line old", &self.woven, new),
            Line::New(new) => ("ins", "line", &self.woven, new),
            Line::Gone(old) => ("del", "line", &self.before, old),
        };
        let text = lines.get(index).map_or("", String::as_str);
        format!("<{element} class=\"{class}\">{text}\n</{element}>")
    }
}

/// Something collapsed at first, but on the page.
pub(crate) fn fold(summary: &str, content: &str) -> String {
    format!("<details class=\"folded\">\n<summary>{summary}</summary>\n{content}</details>\n")
}

fn places(hunk: &Hunk) -> String {
    let places: Vec<_> = hunk
        .places
        .iter()
        .map(|place| format!("<span class=\"place\">{}</span>", words(place)))
        .collect();
    places.join("; ")
}

fn words(place: &Place) -> String {
    let inside = place
        .inside
        .as_ref()
        .map(|text| format!("in {}, ", code(text)))
        .unwrap_or_default();
    let at = match &place.at {
        At::Beginning => "at the beginning".to_owned(),
        At::End => "at the end".to_owned(),
        At::After(text) => format!("after {}", code(text)),
        At::AfterBlank => "after a blank line".to_owned(),
        At::Before(text) => format!("before {}", code(text)),
        At::InsteadOf(text) => format!("instead of {}", code(text)),
        At::InsteadOfThese(count) => format!("instead of these {count} lines"),
        At::Without(text) => format!("without {}", code(text)),
        At::WithoutThese(count) => format!("without these {count} lines"),
    };
    inside + &at
}

fn code(text: &str) -> String {
    format!("<code class=\"nohighlight\">{}</code>", escape(text))
}

/// How many lines come and go, for those who do not see the marks at their side.
fn count(lines: &[Line]) -> String {
    let new = lines
        .iter()
        .filter(|line| matches!(line, Line::New(_)))
        .count();
    let gone = lines
        .iter()
        .filter(|line| matches!(line, Line::Gone(_)))
        .count();
    let say = |count: usize, what: &str| {
        format!(
            "{count} {what} {}",
            if count == 1 { "line" } else { "lines" }
        )
    };
    match (new, gone) {
        (0, 0) => "no lines".to_owned(),
        (new, 0) => say(new, "new"),
        (0, gone) => say(gone, "removed"),
        (new, gone) => format!("{}, {}", say(new, "new"), say(gone, "removed")),
    }
}

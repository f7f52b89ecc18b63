//! What a page shows without asking the reader to type it: stopping points, diffs, the table of chapters.

use crate::alignment::Alignment;
use crate::figure::{Sheet, fold};
use crate::highlight::escape;
use crate::hunks::{self, Line};
use crate::page::Context;
use crate::reader::WRITTEN_BY_CARGO;
use crate::stages::{Files, Stages, lines};

/// Why a diff cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DiffError {
    #[error(
        "there is no point {point}; the points are: {points}; a chapter's name stands for all of it"
    )]
    NoPoint { point: String, points: String },
    #[error("{point} does not change {path}; it changes:\n{}", changed.join("\n"))]
    Unchanged {
        point: String,
        path: String,
        changed: Vec<String>,
    },
}

/// The box at a stopping point.
pub(crate) fn stop(stages: &Stages, index: usize, line: usize) -> String {
    let stage = &stages.stages[index];
    let chapter = &stages.chapters[stage.chapter];
    let name = &stage.name;
    let result = match stage.verdict.as_deref() {
        None | Some("passed") => "The project builds without a warning, and boots:".to_owned(),
        Some(verdict) => format!(
            "The project builds without a warning. Its boot ends as <em>{}</em>, on purpose:",
            escape(verdict)
        ),
    };
    let tag = match stages.is_last(index) {
        true => format!(
            "<p>The chapter ends here. Its tag is <code class=\"nohighlight\">chapter-{:02}-{}</code>.</p>\n",
            chapter.number, chapter.slug
        ),
        false => String::new(),
    };
    format!(
        "<aside class=\"stop\" data-point=\"{name}\" data-line=\"{line}\" aria-label=\"Stopping point {name}\">\n\
         <p><strong>Stopping point <code class=\"nohighlight\">{name}</code>.</strong> {result}</p>\n\
         <ul>\n\
         <li>in your own project, <code class=\"nohighlight\">cargo run</code>;</li>\n\
         <li>in a clone of Cairn, <code class=\"nohighlight\">cargo xtask run --chapter {name}</code>.</li>\n\
         </ul>\n\
         <p>Another result? <code class=\"nohighlight\">cargo xtask diff {name}</code> shows every line of this step, and \
         <code class=\"nohighlight\">cargo xtask weave {name} DIR</code> writes the whole project as it stands now.</p>\n{tag}</aside>"
    )
}

/// The table of chapters.
pub(crate) fn chapters(context: &Context<'_>, up: &str) -> String {
    let mut rows = String::new();
    for chapter in &context.stages.chapters {
        let file = format!("{}.md", chapter.slug);
        let page = context
            .pages
            .iter()
            .find(|page| page.rsplit('/').next() == Some(file.as_str()));
        let title = escape(&chapter.title);
        let title = match page.and_then(|page| page.strip_suffix(".md")) {
            Some(page) => format!("<a href=\"{up}{page}.html\">{title}</a>"),
            None => title,
        };
        let ends_with = escape(&chapter.ends_with);
        rows.push_str(&format!(
            "<tr><td>{}</td><td>{title}</td><td>{ends_with}</td></tr>\n",
            chapter.number
        ));
    }
    format!(
        "<div class=\"table-wrapper\">\n<table class=\"chapters\">\n<thead><tr><th>#</th><th>Chapter</th><th>The reader ends with</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>"
    )
}

/// What a step or a whole chapter changes.
pub(crate) fn diff(stages: &Stages, point: &str, path: Option<&str>) -> Result<String, DiffError> {
    let last = stages.find(point).ok_or_else(|| DiffError::NoPoint {
        point: point.to_owned(),
        points: stages.names(),
    })?;
    let stage = &stages.stages[last];
    let chapter_start = stages.before_chapter(stage.chapter);
    let whole_chapter = stage.name != point;
    let before = match last.checked_sub(1) {
        Some(previous) if !whole_chapter && stage.step > 1 => &stages.stages[previous].files,
        _ => &chapter_start,
    };
    let changed = changed(before, &stage.files);
    let Some(path) = path else {
        let figures = figures(before, &stage.files);
        return Ok(fold(
            &format!("All that <code>{}</code> changes", escape(point)),
            &figures,
        ));
    };
    if !changed.iter().any(|other| other == path) {
        let changed = changed.iter().map(|path| format!("  {path}")).collect();
        return Err(DiffError::Unchanged {
            point: point.to_owned(),
            path: path.to_owned(),
            changed,
        });
    }
    Ok(one_file(before, &stage.files, path))
}

/// Every file in which two projects differ.
pub(crate) fn figures(before: &Files, after: &Files) -> String {
    let changed = changed(before, after);
    changed
        .iter()
        .map(|path| one_file(before, after, path))
        .collect()
}

fn changed(before: &Files, after: &Files) -> Vec<String> {
    let mut paths: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| before.get(path) != after.get(path) && path != WRITTEN_BY_CARGO);
    paths
}

fn one_file(before: &Files, after: &Files, path: &str) -> String {
    let text = |files: &Files| {
        files
            .get(path)
            .and_then(|bytes| lines(bytes))
            .unwrap_or_default()
    };
    let alignment = Alignment::new(text(before), text(after));
    let sheet = Sheet::new(path, &alignment.old, &alignment.new);
    let hunks: Vec<Vec<Line>> = hunks::all_hunks(alignment)
        .into_iter()
        .map(|hunk| hunk.lines)
        .collect();
    sheet.diff(&hunks)
}

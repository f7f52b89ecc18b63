//! One page: its directives replaced by what they name.

use crate::counted;
use crate::directive::{self, Directive, Listing, Plot};
use crate::drawing;
use crate::exercises::{self, Exercise, ExerciseError};
use crate::figure::Sheet;
use crate::machines::Machines;
use crate::memory_map;
use crate::parts::{name_parts, no_file, ranges};
use crate::plot;
use crate::problem::Problem;
use crate::reader::{Choice, ListingError, Reader, WRITTEN_BY_CARGO};
use crate::recorded;
use crate::stages::{Files, Stages, lines};
use crate::views;
use std::path::Path;
use transcript::Counts;

/// A page after its directives were replaced.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// Markdown and HTML for mdBook.
    pub(crate) content: String,
    /// What is wrong with the page.
    pub(crate) problems: Vec<Problem>,
    /// Names of transcripts and screenshots that it shows.
    pub(crate) shown: Vec<String>,
    /// Files to copy into the site: source and path in the site.
    pub(crate) assets: Vec<(std::path::PathBuf, String)>,
}

/// What is the same for all pages.
pub(crate) struct Context<'a> {
    pub(crate) stages: &'a Stages,
    /// The folder of `book.toml`.
    pub(crate) book: &'a Path,
    /// The clone of Cairn, in which the files lie that are recorded.
    pub(crate) root: &'a Path,
    /// Pages of the book, relative to `src`, with slashes.
    pub(crate) pages: &'a [String],
}

/// Replaces the directives of a page. `path` is relative to `src`, with slashes.
pub(crate) fn expand(context: &Context<'_>, path: &str, content: &str) -> Expanded {
    let mut page = Page::new(context, path);
    let mut fence: Option<String> = None;
    for (index, line) in content.lines().enumerate() {
        page.line = index + 1;
        if in_code_block(&mut fence, line) {
            page.push(line);
            continue;
        }
        match directive::read(line) {
            Ok(None) => page.push(line),
            Ok(Some(directive)) => page.take(&directive),
            Err(error) => page.problem(error),
        }
    }
    page.finish()
}

/// Follows fences of code blocks; whether this line is part of one.
fn in_code_block(fence: &mut Option<String>, line: &str) -> bool {
    let trimmed = line.trim_start();
    let mark = ["```", "~~~"]
        .into_iter()
        .find(|mark| trimmed.starts_with(mark));
    match (fence.as_deref(), mark) {
        (None, None) => false,
        (None, Some(mark)) => {
            let length = trimmed.len() - trimmed.trim_start_matches(&mark[..1]).len();
            *fence = Some(mark[..1].repeat(length));
            true
        }
        (Some(open), _) => {
            if trimmed.starts_with(open)
                && trimmed.trim_end().trim_start_matches(&open[..1]).is_empty()
            {
                *fence = None;
            }
            true
        }
    }
}

/// The chapter whose page it is, by the file's name.
pub(crate) fn chapter_of(stages: &Stages, path: &str) -> Option<usize> {
    let stem = path.rsplit('/').next()?.strip_suffix(".md")?;
    stages
        .chapters
        .iter()
        .position(|chapter| chapter.slug == stem)
}

struct Page<'a> {
    context: &'a Context<'a>,
    /// For messages.
    name: String,
    /// The way back to the site's root.
    up: String,
    chapter: Option<usize>,
    /// The step that is open.
    stage: Option<usize>,
    /// The next step's index in the chapter, from 0.
    next: usize,
    reader: Reader,
    line: usize,
    /// Directives about exercises, with the exercise's name.
    exercises: Vec<(&'static str, String)>,
    output: Expanded,
}

impl<'a> Page<'a> {
    fn new(context: &'a Context<'a>, path: &str) -> Self {
        let chapter = chapter_of(context.stages, path);
        let files = chapter
            .map(|chapter| context.stages.before_chapter(chapter))
            .unwrap_or_default();
        Self {
            context,
            name: format!("book/src/{path}"),
            up: "../".repeat(path.matches('/').count()),
            chapter,
            stage: None,
            next: 0,
            reader: Reader::new(files),
            line: 0,
            exercises: Vec::new(),
            output: Expanded::default(),
        }
    }

    fn push(&mut self, line: &str) {
        self.output.content.push_str(line);
        self.output.content.push('\n');
    }

    /// Adds HTML as a block of its own.
    fn push_block(&mut self, html: &str) {
        self.output
            .content
            .push_str(&format!("\n{}\n\n", html.trim_end()));
    }

    fn problem(&mut self, message: impl std::fmt::Display) {
        self.output
            .problems
            .push(Problem::new(&self.name, self.line, message));
    }

    fn take(&mut self, directive: &Directive) {
        match directive {
            Directive::Step { point } => self.step(point),
            Directive::Stop => self.stop(),
            Directive::Listing(listing) => self.listing(listing),
            Directive::Show(listing) => self.show(listing),
            Directive::Diff { point, path } => self.diff(point, path.as_deref()),
            Directive::Transcript { name } => self.transcript(name),
            Directive::Screenshot { name, alt } => self.screenshot(name, alt),
            Directive::Figure { name, alt, caption } => self.figure(name, alt, caption.as_deref()),
            Directive::MemoryMap { name, alt, caption } => {
                self.memory_map(name, alt, caption.as_deref())
            }
            Directive::Counts { names, unit } => self.counts(names, unit),
            Directive::Plot(plot) => self.plot(plot),
            Directive::Machines { group } => self.machines(group.as_deref()),
            Directive::Exercise { name } => {
                self.exercise("exercise", name, |exercise| Ok(exercise.heading()))
            }
            Directive::Broken { name } => self.exercise("broken", name, Exercise::broken),
            Directive::Solution { name } => self.exercise("solution", name, Exercise::solution),
            Directive::Chapters => {
                let table = views::chapters(self.context, &self.up);
                self.push_block(&table);
            }
        }
    }

    fn step(&mut self, point: &str) {
        let stages = self.context.stages;
        let Some(chapter) = self.chapter else {
            return self.problem(
                "a step stands on its chapter's page: rename the page to the chapter's slug",
            );
        };
        if let Some(open) = self.stage {
            self.problem(format!(
                "step {} is still open: close it with {{{{#stop}}}} first",
                stages.stages[open].name
            ));
            self.stop();
        }
        let expected = stages.of_chapter(chapter).nth(self.next);
        let found = stages.stages.iter().position(|stage| stage.name == point);
        match (found, expected) {
            (None, _) => {
                return self.problem(format!(
                    "there is no step {point}; the steps are: {}",
                    stages.names()
                ));
            }
            (Some(found), expected) if Some(found) != expected => {
                let next =
                    expected.map_or("none: all were shown", |stage| &stages.stages[stage].name);
                self.problem(format!(
                    "step {point} is out of order; the next step is {next}"
                ));
                if stages.stages[found].chapter != chapter {
                    return;
                }
            }
            _ => {}
        }
        let Some(found) = found else { return };
        self.stage = Some(found);
        self.next = stages.stages[found].step;
        let stage = &stages.stages[found];
        self.push_block(&format!(
            "## {}. {} {{#{}}}",
            stage.step,
            stage.heading,
            stage.name.replace('.', "-")
        ));
        self.push_block(&format!(
            "<div data-step=\"{}\" data-line=\"{}\" hidden></div>",
            stage.name, self.line
        ));
    }

    fn stop(&mut self) {
        let Some(stage) = self.stage.take() else {
            return self.problem("no step is open here: a step begins with {{#step SLUG.STEP}}");
        };
        let html = views::stop(self.context.stages, stage, self.line);
        self.push_block(&html);
        self.reader
            .begin(self.context.stages.stages[stage].files.clone());
    }

    /// The tree that listings are cut from.
    fn files(&mut self) -> Option<(&'a str, &'a Files)> {
        let Some(stage) = self.stage else {
            self.problem("no step is open here: a step begins with {{#step SLUG.STEP}}");
            return None;
        };
        let stage = &self.context.stages.stages[stage];
        Some((&stage.name, &stage.files))
    }

    fn listing(&mut self, listing: &Listing) {
        let Some((point, files)) = self.files() else {
            return;
        };
        let line = self.line;
        match self.listed(listing, point, files, line) {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn listed(
        &mut self,
        listing: &Listing,
        point: &str,
        files: &Files,
        line: usize,
    ) -> Result<String, ListingError> {
        let path = listing.path.as_str();
        self.refuse_what_is_never_shown(path)?;
        let before = self.reader.before(path);
        let woven = match files.get(path) {
            Some(bytes) => Some(lines(bytes).ok_or_else(|| ListingError::NoText(path.to_owned()))?),
            None if before.is_empty() => return Err(no_file(path, point, files)),
            None => None,
        };
        let choice = self.choice(listing, woven.as_deref())?;
        let change = self
            .reader
            .show(path, woven.as_deref(), &choice)
            .map_err(|error| name_parts(error, listing))?;
        Ok(
            Sheet::new(path, &before, &woven.unwrap_or_default()).listing(
                &change,
                line,
                listing.folded,
            ),
        )
    }

    fn refuse_what_is_never_shown(&self, path: &str) -> Result<(), ListingError> {
        if path == WRITTEN_BY_CARGO {
            return Err(ListingError::Cargo(path.to_owned()));
        }
        let given = self
            .stage
            .is_some_and(|stage| self.context.stages.stages[stage].given.contains_key(path));
        if given {
            Err(ListingError::Given(path.to_owned()))
        } else {
            Ok(())
        }
    }

    fn choice(
        &mut self,
        listing: &Listing,
        woven: Option<&[String]>,
    ) -> Result<Choice, ListingError> {
        if listing.whole {
            return Ok(Choice::Whole);
        }
        if listing.parts.is_empty() {
            return Ok(Choice::Rest);
        }
        let Some(woven) = woven else {
            return Ok(Choice::Lines(Vec::new()));
        };
        let unshown = self.reader.unshown(&listing.path, woven);
        let ranges = ranges(listing, woven, |line| unshown.contains(&line), "unshown ")?;
        Ok(Choice::Lines(ranges))
    }

    fn show(&mut self, listing: &Listing) {
        let Some((point, files)) = self.files() else {
            return;
        };
        let shown = || {
            let path = listing.path.as_str();
            let bytes = files.get(path).ok_or_else(|| no_file(path, point, files))?;
            let woven = lines(bytes).ok_or_else(|| ListingError::NoText(path.to_owned()))?;
            let ranges = match listing.parts.is_empty() {
                true => vec![1..=woven.len()],
                false => ranges(listing, &woven, |_| true, "")?,
            };
            Ok::<_, ListingError>(Sheet::new(path, &[], &woven).excerpt(&ranges, listing.folded))
        };
        match shown() {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn diff(&mut self, point: &str, path: Option<&str>) {
        match views::diff(self.context.stages, point, path) {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn transcript(&mut self, name: &str) {
        match self
            .chapter_here()
            .and_then(|chapter| recorded::transcript(self.context.stages, chapter, name))
        {
            Ok(html) => {
                self.output.shown.push(name.to_owned());
                self.push_block(&html);
            }
            Err(error) => self.problem(error),
        }
    }

    fn screenshot(&mut self, name: &str, alt: &str) {
        let up = self.up.clone();
        match self
            .chapter_here()
            .and_then(|chapter| recorded::screenshot(self.context.stages, chapter, name, alt, &up))
        {
            Ok((html, asset)) => {
                self.output.shown.push(name.to_owned());
                self.output.assets.push(asset);
                self.push_block(&html);
            }
            Err(error) => self.problem(error),
        }
    }

    fn exercise(
        &mut self,
        directive: &'static str,
        name: &str,
        show: impl Fn(&Exercise) -> Result<String, ExerciseError>,
    ) {
        match exercises::find(self.context.stages, self.chapter, name).and_then(show) {
            Ok(block) => {
                self.exercises.push((directive, name.to_owned()));
                self.push_block(&block);
            }
            Err(error) => self.problem(error),
        }
    }

    fn chapter_here(&self) -> Result<usize, recorded::RecordedError> {
        self.chapter.ok_or(recorded::RecordedError::NoChapter)
    }

    fn figure(&mut self, name: &str, alt: &str, caption: Option<&str>) {
        match drawing::inline(&self.context.book.join("src/figures"), name, alt, caption) {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn memory_map(&mut self, name: &str, alt: &str, caption: Option<&str>) {
        let chapter = self.chapter_here();
        let text = chapter.and_then(|chapter| recorded::text(self.context.stages, chapter, name));
        let text = match text {
            Ok(text) => text,
            Err(error) => return self.problem(error),
        };
        match memory_map::draw(&self.id(), name, &text, alt, caption) {
            Ok(html) => {
                self.output.shown.push(name.to_owned());
                self.push_block(&html);
            }
            Err(error) => self.problem(error),
        }
    }

    fn counts(&mut self, names: &[String], unit: &str) {
        let counts = counted::read(&self.context.root.join(Counts::PATH));
        match counts.and_then(|counts| counted::table(&counts, names, unit)) {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn machines(&mut self, group: Option<&str>) {
        let table = Machines::read(self.context.root).and_then(|machines| match group {
            Some(group) => machines.group(group),
            None => machines.summary(),
        });
        match table {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    fn plot(&mut self, plot: &Plot) {
        let counts = counted::read(&self.context.root.join(Counts::PATH));
        match counts.and_then(|counts| plot::draw(&self.id(), &counts, plot)) {
            Ok(html) => self.push_block(&html),
            Err(error) => self.problem(error),
        }
    }

    /// An id for what this line of the page makes.
    fn id(&self) -> String {
        format!("drawing-{}", self.line)
    }

    fn finish(mut self) -> Expanded {
        if let Some(open) = self.stage {
            let name = &self.context.stages.stages[open].name;
            self.problem(format!(
                "the page ends before step {name} does: add {{{{#stop}}}}"
            ));
        }
        if let Some(chapter) = self.chapter {
            if let Some(missing) = self.context.stages.of_chapter(chapter).nth(self.next) {
                self.problem(format!(
                    "the page ends before step {} begins",
                    self.context.stages.stages[missing].name
                ));
            }
            for error in exercises::unshown(self.context.stages, chapter, &self.exercises) {
                self.problem(error);
            }
            for error in recorded::unshown(self.context.stages, chapter, &self.output.shown) {
                self.problem(error);
            }
        }
        self.output
    }
}

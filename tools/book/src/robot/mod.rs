//! The robot: a reader who knows nothing but the rendered page.
//!
//! It starts from the given files, does what each listing's caption and lines say, and compares its project with the
//! woven tree at each stopping point. It shares no code with what renders the listings: what it can follow, a
//! person can follow.

mod caption;
mod project;
mod read;

use crate::problem::Problem;
use crate::stages::{Files, Stages};
use project::Project;
use read::Event;

/// What the robot has read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// What was wrong.
    pub problems: Vec<Problem>,
    /// Stopping points at which the project was the woven tree.
    pub stops: usize,
    /// Listings followed.
    pub listings: usize,
    /// Lines typed.
    pub lines: usize,
}

/// Why the robot cannot go on as the page says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("step {found} is opened where {expected} should be")]
    Step { found: String, expected: String },
    #[error("the stopping point {found} stands where {expected} should be")]
    Stop { found: String, expected: String },
    #[error("a listing of {0} stands outside any step")]
    Outside(String),
    #[error("no stopping point {0} is on the page")]
    NoStop(String),
    #[error("the figure cannot be read: {0}")]
    Unreadable(String),
    #[error("wrong caption for {file}: it says \"{says}\", but {but}")]
    Caption {
        file: String,
        says: String,
        but: String,
    },
    #[error(
        "{file} is shown as a new file, but the reader has it already: shown twice, or out of order"
    )]
    Exists { file: String },
    #[error(
        "{file} is to be changed, but the reader does not have it yet: out of order, or its first listing is missing"
    )]
    Missing { file: String },
    #[error(
        "the lines around the change are nowhere in the reader's {file}: a listing is missing, shown twice or out of order; \
         the first line looked for is: {first}"
    )]
    NotFound { file: String, first: String },
    #[error(
        "the lines around the change are {count} times in the reader's {file}: the listing needs more context; the first one is: {first}"
    )]
    Ambiguous {
        file: String,
        count: usize,
        first: String,
    },
    #[error("at {point}, {file} is on no listing: a file of the woven tree was never shown")]
    FileNotShown { point: String, file: String },
    #[error("at {point}, the reader has {file}, which the woven tree does not have")]
    FileTooMany { point: String, file: String },
    #[error(
        "at {point}, line {line} of {file} differs from the woven tree:\n  reader: {reader}\n  woven:  {woven}\n  \
         a line was never shown, shown twice or shown in another place"
    )]
    Line {
        point: String,
        file: String,
        line: usize,
        reader: String,
        woven: String,
    },
}

/// Reads a chapter's rendered page. `page` is its source's name for messages.
pub fn walk(stages: &Stages, chapter: usize, page: &str, html: &str) -> Walk {
    let mut robot = Robot {
        stages,
        page,
        line: 1,
        expected: stages.of_chapter(chapter).collect(),
        open: None,
        project: Project::new(stages.before_chapter(chapter)),
        walk: Walk::default(),
    };
    for event in read::page(html) {
        robot.take(event);
    }
    for missing in std::mem::take(&mut robot.expected) {
        robot.fault(Fault::NoStop(stages.stages[missing].name.clone()));
    }
    robot.walk
}

struct Robot<'a> {
    stages: &'a Stages,
    page: &'a str,
    line: usize,
    /// Stopping points that are still to come.
    expected: std::collections::VecDeque<usize>,
    open: Option<usize>,
    project: Project,
    walk: Walk,
}

impl Robot<'_> {
    fn take(&mut self, event: Event) {
        match event {
            Event::Step { point, line } => self.step(point, line),
            Event::Stop { point, line } => self.stop(&point, line),
            Event::Listing(listing) => {
                self.line = listing.line;
                if self.open.is_none() {
                    return self.fault(Fault::Outside(listing.file));
                }
                self.walk.listings += 1;
                match self.project.follow(&listing) {
                    Ok(typed) => self.walk.lines += typed,
                    Err(fault) => self.fault(fault),
                }
            }
            Event::Unreadable { line, why } => {
                self.line = line;
                self.fault(Fault::Unreadable(why));
            }
        }
    }

    fn step(&mut self, point: String, line: usize) {
        self.line = line;
        let expected = self.expected.front().copied();
        let name = self.name(expected);
        if name != point || self.open.is_some() {
            self.fault(Fault::Step {
                found: point,
                expected: name,
            });
        }
        self.open = expected;
        if let Some(stage) = expected {
            let stage = &self.stages.stages[stage];
            self.project.take_given(&stage.given, &stage.files);
        }
    }

    fn stop(&mut self, point: &str, line: usize) {
        self.line = line;
        let expected = self.name(self.open);
        let Some(stage) = self.open.take().filter(|_| expected == point) else {
            return self.fault(Fault::Stop {
                found: point.to_owned(),
                expected,
            });
        };
        self.expected.pop_front();
        let faults = differences(point, &self.project.files, &self.stages.stages[stage].files);
        if faults.is_empty() {
            self.walk.stops += 1;
        }
        faults.into_iter().for_each(|fault| self.fault(fault));
        // One mistake is one message: the next step starts from the woven tree.
        self.project = Project::new(self.stages.stages[stage].files.clone());
    }

    fn name(&self, stage: Option<usize>) -> String {
        stage.map_or("none".to_owned(), |stage| {
            self.stages.stages[stage].name.clone()
        })
    }

    fn fault(&mut self, fault: Fault) {
        self.walk
            .problems
            .push(Problem::new(self.page, self.line, fault));
    }
}

/// Every file in which the two trees differ.
fn differences(point: &str, reader: &Files, woven: &Files) -> Vec<Fault> {
    let point = point.to_owned();
    let mut faults = Vec::new();
    for (file, text) in woven {
        match reader.get(file) {
            None => faults.push(Fault::FileNotShown {
                point: point.clone(),
                file: file.clone(),
            }),
            Some(other) if other != text => {
                faults.push(first_difference(&point, file, other, text))
            }
            Some(_) => {}
        }
    }
    let too_many = reader.keys().filter(|file| !woven.contains_key(*file));
    faults.extend(too_many.map(|file| Fault::FileTooMany {
        point: point.clone(),
        file: file.clone(),
    }));
    faults
}

fn first_difference(point: &str, file: &str, reader: &[u8], woven: &[u8]) -> Fault {
    let (reader, woven) = (
        String::from_utf8_lossy(reader),
        String::from_utf8_lossy(woven),
    );
    let (reader, woven): (Vec<_>, Vec<_>) = (
        reader.split_inclusive('\n').collect(),
        woven.split_inclusive('\n').collect(),
    );
    let same = reader
        .iter()
        .zip(&woven)
        .take_while(|(a, b)| a == b)
        .count();
    let shown = |lines: &[&str]| {
        lines
            .get(same)
            .map_or("(the file has ended)".to_owned(), |line| {
                format!("{line:?}")
            })
    };
    Fault::Line {
        point: point.to_owned(),
        file: file.to_owned(),
        line: same + 1,
        reader: shown(&reader),
        woven: shown(&woven),
    }
}

#[cfg(test)]
mod tests;

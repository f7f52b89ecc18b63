//! The stopping points of the course and the trees that the reader has at them, as plain text.

use crate::exercises::Exercise;
use crate::problem::Error;
use std::collections::BTreeMap;
use std::path::PathBuf;
use transcript::Declared;
use weave::{Course, Lines};

/// Files by slash path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// All chapters and stopping points.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
    /// The stopping points, in order.
    pub stages: Vec<Stage>,
}

/// What the book needs to know of a chapter.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// Its number, from 1.
    pub number: usize,
    /// Its short name; its page is `SLUG.md`.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// What the reader ends with.
    pub ends_with: String,
    /// Its folder under `chapters/`.
    pub folder: PathBuf,
    /// Its declared transcripts and screenshots.
    pub transcripts: Vec<Declared>,
    /// Its exercises.
    pub exercises: Vec<Exercise>,
    /// Parts of its page that its contracts name; `boot-2` is the heading of step 2.
    pub sections: Vec<String>,
}

/// One stopping point.
#[derive(Debug, Clone)]
pub struct Stage {
    /// `boot.2`.
    pub name: String,
    /// Index of its chapter.
    pub chapter: usize,
    /// Its step, from 1.
    pub step: usize,
    /// What the step is about.
    pub heading: String,
    /// How its boot ends, where that is not `passed`.
    pub verdict: Option<String>,
    /// The woven tree.
    pub files: Files,
    /// The part of it that no page shows.
    pub given: Files,
    /// Hash of the woven tree.
    pub hash: String,
}

impl Stages {
    /// Weaves every stopping point.
    pub fn weave(course: &Course) -> Result<Self, Error> {
        let chapters = course
            .chapters()
            .iter()
            .map(|chapter| read(course, chapter));
        let chapters = chapters.collect::<Result<Vec<_>, _>>()?;
        let mut stages = Vec::new();
        for point in course.points() {
            let step = &course.chapters()[point.chapter()].steps[point.step() - 1];
            let tree = course.weave(point, Lines::Formatted)?;
            stages.push(Stage {
                name: course.name(point),
                chapter: point.chapter(),
                step: point.step(),
                heading: step.heading.clone(),
                verdict: step.verdict.clone(),
                hash: tree.hash(),
                files: texts(&tree),
                given: texts(&course.given(point)?),
            });
        }
        Ok(Self { chapters, stages })
    }

    /// Index of the stopping point of that name. `boot` is its chapter's last one.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.stages
            .iter()
            .rposition(|stage| stage.name == name || self.chapters[stage.chapter].slug == name)
    }

    /// The stopping points of a chapter.
    pub fn of_chapter(&self, chapter: usize) -> impl Iterator<Item = usize> {
        (0..self.stages.len()).filter(move |stage| self.stages[*stage].chapter == chapter)
    }

    /// Whether this is its chapter's last stopping point.
    pub fn is_last(&self, stage: usize) -> bool {
        self.stages
            .get(stage + 1)
            .is_none_or(|next| next.chapter != self.stages[stage].chapter)
    }

    /// What the reader has before the first listing of a chapter.
    pub fn before_chapter(&self, chapter: usize) -> Files {
        let Some(first) = self.of_chapter(chapter).next() else {
            return Files::new();
        };
        match first.checked_sub(1) {
            Some(before) => self.stages[before].files.clone(),
            None => self.stages[first].given.clone(),
        }
    }

    /// All names of stopping points, for messages.
    pub fn names(&self) -> String {
        let names: Vec<_> = self
            .stages
            .iter()
            .map(|stage| stage.name.as_str())
            .collect();
        names.join(", ")
    }
}

fn read(course: &Course, chapter: &weave::Chapter) -> Result<Chapter, Error> {
    let refused = |message: String| Error::Declared {
        file: chapter.folder.join("chapter.toml"),
        message,
    };
    let declared = |table| Declared::from_table(table).map_err(|error| refused(error.to_string()));
    let tree = |point: &str| Ok(course.weave(course.point(point)?, Lines::Formatted)?);
    let exercise = |table| {
        let refused = |message: String| refused(format!("[[exercise]]: {message}"));
        Exercise::read(table, tree, refused)
    };
    Ok(Chapter {
        number: chapter.number,
        slug: chapter.slug.clone(),
        title: chapter.title.clone(),
        ends_with: chapter.ends_with.clone(),
        folder: chapter.folder.clone(),
        sections: chapter.contract.iter().filter_map(section).collect(),
        transcripts: chapter
            .transcript
            .iter()
            .map(declared)
            .collect::<Result<_, _>>()?,
        exercises: chapter
            .exercise
            .iter()
            .map(exercise)
            .collect::<Result<_, _>>()?,
    })
}

fn section(contract: &toml::Table) -> Option<String> {
    contract.get("section")?.as_str().map(str::to_owned)
}

pub(crate) fn texts(tree: &weave::Tree) -> Files {
    tree.files()
        .iter()
        .map(|(path, file)| (path.clone(), file.text.clone()))
        .collect()
}

/// A text's lines; `None` when the bytes are not UTF-8 or the last line has no end.
pub(crate) fn lines(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let body = text.strip_suffix('\n')?;
    Some(body.split('\n').map(str::to_owned).collect())
}

//! Exercises: their headings, what breaks a kernel for one, and their solutions, all from `chapter.toml`.

use crate::figure::fold;
use crate::problem::Error;
use crate::stages::{Files, Stages, texts};
use crate::views;
use serde::Deserialize;
use weave::Tree;
use weave::edit::Edit;

/// `[[exercise]]`, as far as a page shows it. The rest is for `xtask check`.
#[derive(Debug, Deserialize)]
struct Record {
    name: String,
    title: String,
    minutes: u32,
    step: String,
    #[serde(default)]
    edit: Vec<Edit>,
    #[serde(default)]
    broken: Vec<Edit>,
}

/// An exercise of a chapter.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// What a page names it by.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// How long it takes, roughly.
    pub minutes: u32,
    /// The project that it starts from.
    pub before: Files,
    /// The project after a solution; `None` where the reader mends what is broken.
    pub solution: Option<Files>,
    /// The project with something broken in it.
    pub broken: Option<Files>,
}

/// Why an exercise cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ExerciseError {
    #[error("exercises belong to a chapter: this page is none's")]
    NoChapter,
    #[error("exercise {name} is not declared in chapter.toml; declared are: {declared}")]
    Undeclared { name: String, declared: String },
    #[error("exercise {name} has no `{what}` in chapter.toml")]
    Nothing { name: String, what: &'static str },
    #[error(
        "exercise {name} is declared in chapter.toml, but this page does not show its {what}: add {{{{#{what} {name}}}}}"
    )]
    Unshown { name: String, what: &'static str },
}

impl Exercise {
    /// Reads an `[[exercise]]` table; `tree` gives the woven tree of a point by name.
    pub(crate) fn read(
        table: &toml::Table,
        tree: impl Fn(&str) -> Result<Tree, Error>,
        refused: impl Fn(String) -> Error,
    ) -> Result<Self, Error> {
        let record: Record = table
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| refused(error.message().to_owned()))?;
        let before = tree(&record.step)?;
        let edited = |edits: &[Edit]| match edits {
            [] => Ok(None),
            edits => before
                .edited(edits)
                .map(|tree| Some(texts(&tree)))
                .map_err(|error| refused(error.to_string())),
        };
        Ok(Self {
            solution: edited(&record.edit)?,
            broken: edited(&record.broken)?,
            before: texts(&before),
            name: record.name,
            title: record.title,
            minutes: record.minutes,
        })
    }

    /// Its heading in Markdown.
    pub(crate) fn heading(&self) -> String {
        format!(
            "### {} ({}) {{#exercise-{}}}",
            self.title,
            time(self.minutes),
            self.name
        )
    }

    /// What breaks the kernel.
    pub(crate) fn broken(&self) -> Result<String, ExerciseError> {
        let broken = self.broken.as_ref().ok_or_else(|| self.nothing("broken"))?;
        Ok(views::figures(&self.before, broken))
    }

    /// A solution, folded.
    pub(crate) fn solution(&self) -> Result<String, ExerciseError> {
        let solution = self.solution.as_ref().ok_or_else(|| self.nothing("edit"))?;
        Ok(fold("A solution", &views::figures(&self.before, solution)))
    }

    fn nothing(&self, what: &'static str) -> ExerciseError {
        ExerciseError::Nothing {
            name: self.name.clone(),
            what,
        }
    }
}

/// The exercise of that name.
pub(crate) fn find<'a>(
    stages: &'a Stages,
    chapter: Option<usize>,
    name: &str,
) -> Result<&'a Exercise, ExerciseError> {
    let exercises = &stages.chapters[chapter.ok_or(ExerciseError::NoChapter)?].exercises;
    exercises
        .iter()
        .find(|exercise| exercise.name == name)
        .ok_or_else(|| {
            let names: Vec<_> = exercises
                .iter()
                .map(|exercise| exercise.name.as_str())
                .collect();
            let declared = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            ExerciseError::Undeclared {
                name: name.to_owned(),
                declared,
            }
        })
}

/// What the chapter declares and its page does not show. `shown` holds pairs of directive and name.
pub(crate) fn unshown(
    stages: &Stages,
    chapter: usize,
    shown: &[(&'static str, String)],
) -> Vec<ExerciseError> {
    let mut missing = Vec::new();
    for exercise in &stages.chapters[chapter].exercises {
        let wanted = [
            ("exercise", true),
            ("broken", exercise.broken.is_some()),
            ("solution", exercise.solution.is_some()),
        ];
        for (what, wanted) in wanted {
            if wanted
                && !shown
                    .iter()
                    .any(|(directive, name)| *directive == what && *name == exercise.name)
            {
                missing.push(ExerciseError::Unshown {
                    name: exercise.name.clone(),
                    what,
                });
            }
        }
    }
    missing
}

/// `20 minutes`, `2 hours`.
fn time(minutes: u32) -> String {
    match minutes {
        60 => "1 hour".to_owned(),
        minutes if minutes > 60 && minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}

//! The records of `chapter.toml` that say what a change of a kernel does:
//! exercises with their solutions, broken kernels, mutants.

use anyhow::{Context, Result};
use runner::contract::Contract;
use serde::Deserialize;
use weave::Chapter;
use weave::edit::Edit;

/// An exercise: the solution is built and held against contracts, a broken
/// kernel is built and must break one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name in the chapter.
    pub name: String,
    /// What the page calls it; the book's.
    #[serde(rename = "title")]
    _title: String,
    /// How long it takes, roughly; the book's.
    #[serde(rename = "minutes")]
    _minutes: u32,
    /// The stopping point from which it starts.
    pub step: String,
    /// The solution.
    #[serde(default)]
    pub edit: Vec<Edit>,
    /// What the solution does besides what the chapter's contracts say.
    #[serde(default)]
    contract: Vec<toml::Table>,
    /// What breaks the kernel that the reader is to mend.
    #[serde(default)]
    pub broken: Vec<Edit>,
    /// The contract that the broken kernel breaks.
    pub caught_by: Option<String>,
}

impl Exercise {
    /// What the solution must do.
    pub fn contracts(&self) -> Result<Vec<Contract>> {
        self.contract
            .iter()
            .cloned()
            .map(|table| Ok(Contract::parse(table)?))
            .collect()
    }
}

/// A kernel with one thing wrong, which a contract must notice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// Its name in the chapter.
    pub name: String,
    /// The stopping point of the kernel.
    pub step: String,
    /// What is made wrong.
    pub edit: Vec<Edit>,
    /// The contract that notices.
    pub caught_by: String,
}

/// The chapter's exercises.
pub fn exercises(chapter: &Chapter) -> Result<Vec<Exercise>> {
    parse(chapter, "exercise", &chapter.exercise)
}

/// The chapter's mutants.
pub fn mutants(chapter: &Chapter) -> Result<Vec<Mutant>> {
    parse(chapter, "mutant", &chapter.mutant)
}

fn parse<T: for<'de> Deserialize<'de>>(
    chapter: &Chapter,
    kind: &str,
    tables: &[toml::Table],
) -> Result<Vec<T>> {
    let parse = |(index, table): (usize, &toml::Table)| {
        let place = || {
            format!(
                "{}/chapter.toml: [[{kind}]] number {}",
                chapter.folder.display(),
                index + 1
            )
        };
        table.clone().try_into().with_context(place)
    };
    tables.iter().enumerate().map(parse).collect()
}

//! `cargo xtask fuzz`: feeds the parsers of firmware's tables inputs that nobody thought of.
//!
//! 1. The fuzzer is libFuzzer, in a workspace of its own. The pinned compiler is asked to count which code an input reaches.
//! 2. Inputs that reach more are kept in `target/fuzz`; the corpus gets the smallest of them when asked to.
//! 3. An input that makes a target fail goes straight into the corpus, so that the tests fail until its cause is mended.

mod engine;
mod report;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use runner::ExitStatus;
use runner::doctor::Need;

use crate::cli;
use crate::project::Project;
pub use engine::{Engine, Limit, has_compiler};

/// A name that is no target's.
#[derive(Debug)]
pub struct Unknown {
    name: String,
    targets: Vec<String>,
}

impl std::error::Error for Unknown {}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self { name, targets } = self;
        let targets = targets.join(", ");
        write!(
            out,
            "there is no target `{name}`; the targets are: {targets}"
        )
    }
}

/// The inputs that are kept, a folder for each target.
pub fn corpus(project: &Project) -> PathBuf {
    project.root.join("tools/fuzz/corpus")
}

/// Fuzzes one target or all, for so many seconds altogether.
pub fn run(project: &Project, fuzz: &cli::Fuzz) -> Result<ExitStatus> {
    let targets = chosen(targets(project)?, fuzz.target.as_deref())?;
    project.ensure(Need::Run)?;
    let engine = Engine::build(project)?;
    let seconds = fuzz.seconds.div_ceil(targets.len() as u64);
    for target in &targets {
        println!("fuzz {target} … for {seconds} s");
        let found = project.target.join("fuzz").join(target);
        let seen = one(project, &engine, target, &found, Limit::Seconds(seconds))?;
        println!("fuzz {target} … {seen}");
        if fuzz.keep {
            let count = keep(project, &engine, target, &found)?;
            println!("fuzz {target} … {count} inputs are in the corpus");
        }
    }
    Ok(ExitStatus::Success)
}

/// All targets by name.
pub fn targets(project: &Project) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(corpus(project))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The one of this name, or all.
fn chosen(targets: Vec<String>, name: Option<&str>) -> Result<Vec<String>, Unknown> {
    let Some(name) = name.map(str::to_owned) else {
        return Ok(targets);
    };
    if targets.contains(&name) {
        Ok(vec![name])
    } else {
        Err(Unknown { name, targets })
    }
}

/// Fuzzes one target, from its corpus and what was found before.
pub fn one(
    project: &Project,
    engine: &Engine,
    target: &str,
    found: &Path,
    limit: Limit,
) -> Result<String> {
    let corpus = corpus(project).join(target);
    fs::create_dir_all(found)?;
    let report = engine.fuzz(target, &[found, &corpus], &corpus, limit)?;
    if let Some(why) = report.failure() {
        bail!("{target}: {why}");
    }
    Ok(report.to_string())
}

/// Fills the corpus with the smallest inputs that reach all that was reached. What once made the
/// target fail stays.
fn keep(project: &Project, engine: &Engine, target: &str, found: &Path) -> Result<usize> {
    let corpus = corpus(project).join(target);
    let fresh = found.with_extension("kept");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    engine.merge(target, &fresh, &[&corpus, found])?;
    for old in inputs(&corpus)? {
        let is_regression = old
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains('-'));
        if !is_regression {
            fs::remove_file(old)?;
        }
    }
    for new in inputs(&fresh)? {
        fs::copy(&new, corpus.join(new.file_name().unwrap_or_default()))?;
    }
    Ok(inputs(&corpus)?.len())
}

fn inputs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_chosen_by_its_name() {
        let all = || vec!["code".to_owned(), "table".to_owned()];
        assert_eq!(chosen(all(), None).unwrap(), all());
        assert_eq!(chosen(all(), Some("table")).unwrap(), ["table"]);
        let refused = chosen(all(), Some("tables")).unwrap_err();
        let text = "there is no target `tables`; the targets are: code, table";
        assert_eq!(refused.to_string(), text);
    }
}

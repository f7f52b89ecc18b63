//! `cargo xtask check`: all that must hold before a change may land.

pub mod chapters;
mod exercises;
mod fallback;
mod flakes;
mod fuzz;
mod history;
mod house;
mod judge;
mod miri;
pub mod scope;

use std::fmt;
use std::time::Instant;

use anyhow::Result;
use runner::ExitStatus;
use runner::doctor::Need;

use crate::project::Project;
use crate::{commands, counts, hostile, transcripts};
use scope::Scope;

fn all() -> impl Iterator<Item = &'static (&'static str, Check)> {
    CHECKS.iter().chain(ON_DEMAND)
}

/// A filter that fits no check.
#[derive(Debug)]
pub struct Unknown {
    /// Whether it fits one that does not go by chapters, and one chapter was asked for.
    is_known: bool,
}

impl std::error::Error for Unknown {}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let by_chapters = |check: Check| !self.is_known || matches!(check, Chapters(_));
        let names = all().filter(|(_, check)| by_chapters(*check));
        let names: Vec<_> = names.map(|(name, _)| *name).collect();
        let what = if self.is_known {
            "this check is of all chapters together; those that --chapter limits"
        } else {
            "no check is called so; the checks"
        };
        write!(out, "{what} are: {}", names.join(", "))
    }
}

/// One check: it fails with a reason, or says in a few words what it has seen.
#[derive(Clone, Copy)]
enum Check {
    /// Of everything.
    Whole(fn(&Project) -> Result<String>),
    /// Of one chapter after the other.
    Chapters(fn(&Project, &Scope) -> Result<String>),
}

use Check::{Chapters, Whole};

impl Check {
    fn run(self, project: &Project, scope: &Scope) -> Result<String> {
        match self {
            Whole(check) => check(project),
            Chapters(check) => check(project, scope),
        }
    }

    /// Whether it can be limited to this.
    fn fits(self, scope: &Scope) -> bool {
        !scope.is_one() || matches!(self, Chapters(_))
    }
}

/// All checks, the quick ones first.
const CHECKS: &[(&str, Check)] = &[
    ("format", Whole(house::format)),
    ("doctor", Whole(house::doctor)),
    ("lints", Whole(house::lints)),
    ("tools", Whole(house::tools)),
    ("marks", Whole(chapters::marks)),
    ("counts", Whole(counts::compare)),
    ("size", Whole(house::size)),
    ("steps", Chapters(chapters::steps)),
    ("tests", Chapters(chapters::tests)),
    ("images", Whole(house::images)),
    ("hostile", Whole(hostile::check)),
    ("hostile-chapters", Chapters(hostile::check_chapters)),
    ("exercises", Chapters(exercises::exercises)),
    ("mutants", Chapters(exercises::mutants)),
    ("judge", Chapters(judge::check)),
    ("history", Whole(history::check)),
    ("fuzz", Whole(fuzz::check)),
    ("miri", Whole(miri::check)),
    ("fallback", Whole(fallback::check)),
    ("transcripts", Chapters(transcripts::check)),
    ("book", Whole(book)),
];

/// Checks that take so long that they are run only by name.
const ON_DEMAND: &[(&str, Check)] = &[("flakes", Whole(flakes::check))];

/// Runs the checks whose names contain `filter`, to the end even where one fails. Of one chapter alone, runs those that go
/// by chapters.
pub fn run(project: &Project, filter: Option<&str>, chapter: Option<&str>) -> Result<ExitStatus> {
    let scope = Scope::new(project, chapter)?;
    let mut chosen: Vec<_> = match filter {
        None => CHECKS.iter().collect(),
        Some(filter) => all().filter(|(name, _)| name.contains(filter)).collect(),
    };
    let is_known = !chosen.is_empty();
    chosen.retain(|(_, check)| check.fits(&scope));
    if chosen.is_empty() {
        return Err(Unknown { is_known }.into());
    }
    project.ensure(Need::Everything)?;
    let mut failed = Vec::new();
    for (name, check) in &chosen {
        println!("check {name} …");
        let start = Instant::now();
        let (verdict, text) = match check.run(project, &scope) {
            Ok(seen) => ("ok", seen),
            Err(error) => {
                failed.push(*name);
                ("FAILED", crate::sentence(&error))
            }
        };
        println!(
            "check {name} … {verdict} ({:.1} s): {text}",
            start.elapsed().as_secs_f64()
        );
    }
    println!(
        "\ncheck: {} passed, {} failed{}",
        chosen.len() - failed.len(),
        failed.len(),
        list(&failed)
    );
    Ok(if failed.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Failed
    })
}

fn list(failed: &[&str]) -> String {
    if failed.is_empty() {
        String::new()
    } else {
        format!(": {}", failed.join(", "))
    }
}

/// The pages alone are enough to build the kernel, and the site builds.
fn book(project: &Project) -> Result<String> {
    for what in ["check", "build"] {
        crate::cargo::run(&mut commands::book_tool(project, what))?;
    }
    Ok("pages complete, site built".to_owned())
}

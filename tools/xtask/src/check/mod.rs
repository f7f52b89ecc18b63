//! `cargo xtask check`: all that must hold before a change may land.

pub mod chapters;
mod fallback;
mod flakes;
mod history;
mod house;
mod judge;

use std::fmt;
use std::time::Instant;

use anyhow::Result;
use runner::ExitStatus;
use runner::doctor::Need;

use crate::project::Project;
use crate::{commands, transcripts};

fn all() -> impl Iterator<Item = &'static (&'static str, Check)> {
    CHECKS.iter().chain(ON_DEMAND)
}

/// A filter that fits no check.
#[derive(Debug)]
pub struct Unknown;

impl std::error::Error for Unknown {}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let names: Vec<_> = all().map(|(name, _)| *name).collect();
        write!(
            out,
            "no check is called so; the checks are: {}",
            names.join(", ")
        )
    }
}

/// One check: it fails with a reason, or says in a few words what it has seen.
type Check = fn(&Project) -> Result<String>;

/// All checks, the quick ones first.
const CHECKS: &[(&str, Check)] = &[
    ("format", house::format),
    ("doctor", house::doctor),
    ("lints", house::lints),
    ("tools", house::tools),
    ("marks", chapters::marks),
    ("steps", chapters::steps),
    ("tests", chapters::tests),
    ("images", house::images),
    ("exercises", chapters::exercises),
    ("mutants", chapters::mutants),
    ("judge", judge::check),
    ("history", history::check),
    ("fallback", fallback::check),
    ("transcripts", |project| {
        Ok(format!("{} transcripts", transcripts::check(project)?))
    }),
    ("book", book),
];

/// Checks that take so long that they are run only by name.
const ON_DEMAND: &[(&str, Check)] = &[("flakes", flakes::check)];

/// Runs the checks whose names contain `filter`, to the end even where one fails.
pub fn run(project: &Project, filter: Option<&str>) -> Result<ExitStatus> {
    let chosen: Vec<_> = match filter {
        None => CHECKS.iter().collect(),
        Some(filter) => all().filter(|(name, _)| name.contains(filter)).collect(),
    };
    if chosen.is_empty() {
        return Err(Unknown.into());
    }
    project.ensure(Need::Everything)?;
    let mut failed = Vec::new();
    for (name, check) in &chosen {
        println!("check {name} …");
        let start = Instant::now();
        let (verdict, text) = match check(project) {
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

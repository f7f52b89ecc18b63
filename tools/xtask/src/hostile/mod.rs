//! The hostile machines: the finished kernel boots on each machine of a matrix, and does what is expected of it there.
//!
//! - [`matrix`]: the machines, as contracts that the kernel has to keep on them.
//! - [`tables`]: the ACPI tables that some of them have.
//! - [`trial`]: one machine, from its start to what was seen on it.
//! - [`results`]: what was seen, against what is recorded.
//! - [`chapters`]: the kernels of earlier chapters, on a few of these machines.

mod chapters;
mod matrix;
mod results;
mod tables;
mod trial;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail, ensure};
use runner::doctor::Need;
use runner::suite::{self, Case};
use runner::{Boot, ExitStatus};
use transcript::{Results, Seen};

use crate::cargo::{self, Program};
use crate::project::Project;
pub use chapters::check as check_chapters;
use matrix::Machine;
pub use matrix::Unknown;
use trial::Trials;

/// The command that records.
const ACCEPT: &str = "cargo xtask test --hostile --accept";

/// Boots the finished kernel on the machines whose names or groups contain `filter`.
pub fn test(project: &Project, filter: Option<&str>) -> Result<ExitStatus> {
    let (passed, _) = run(project, matrix::chosen(&project.root, filter)?)?;
    Ok(if passed {
        ExitStatus::Success
    } else {
        ExitStatus::Failed
    })
}

/// Records what the kernel does on all machines. One that does not do what is expected of it is no result.
pub fn accept(project: &Project) -> Result<ExitStatus> {
    let now = seen(project)?;
    results::write(project, &now)?;
    println!("{} is written.", Results::PATH);
    Ok(ExitStatus::Success)
}

/// The kernel does on every machine what is expected, and what is recorded.
pub fn check(project: &Project) -> Result<String> {
    let recorded = results::read(project)?;
    let mut now = seen(project)?;
    let different = results::different(&recorded.machines, &now.machines);
    if (1..=SECOND_LOOKS).contains(&different.len()) {
        println!("Again, since it was not as recorded:");
        let mut machines = matrix::chosen(&project.root, None)?;
        machines.retain(|machine| different.contains(&machine.listed.name));
        let (_, again) = run(project, machines)?;
        results::replace(&mut now.machines, again);
    }
    results::verdict(&recorded, &now)
}

/// On so many machines at most a kernel that does not do what is recorded gets a second chance: a host that is busy with
/// something else can let a machine stand still for so long that its kernel finds no clock, and says so.
const SECOND_LOOKS: usize = 5;

/// What the kernel does on all machines.
fn seen(project: &Project) -> Result<Results> {
    let (passed, machines) = run(project, matrix::chosen(&project.root, None)?)?;
    ensure!(passed, "not on all machines it does what is expected of it");
    results::of(project, machines)
}

/// Boots the machines, as many at once as there are processors. Returns whether the kernel did on all of them what is
/// expected, and what was seen, in the order of the matrix.
fn run(project: &Project, machines: Vec<Machine>) -> Result<(bool, Vec<Seen>)> {
    let with_image = machines.iter().map(|machine| machine.boot);
    let with_image: Vec<_> = with_image.filter(|boot| *boot != Boot::Direct).collect();
    for boot in &with_image {
        project.ensure(Need::Images(*boot))?;
    }
    let elf = cargo::build(&project.root, Program::Kernel)?;
    let trials = Arc::new(Trials::new(project, &elf, &with_image)?);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let case = |(index, machine): (usize, Machine)| {
        let (trials, seen) = (Arc::clone(&trials), Arc::clone(&seen));
        Case::new(machine.title(), move || {
            let found = trials.of(&machine)?;
            let mut all = seen.lock().unwrap_or_else(PoisonError::into_inner);
            all.push((index, found));
            Ok(())
        })
    };
    let cases = machines.into_iter().enumerate().map(case).collect();
    let conclusion = suite::run(&suite::arguments(None), cases);
    let Ok(mut seen) = seen.lock() else {
        bail!("a test has panicked");
    };
    seen.sort_by_key(|(index, _)| *index);
    let seen = seen.drain(..).map(|(_, seen)| seen).collect();
    Ok((!conclusion.has_failed(), seen))
}

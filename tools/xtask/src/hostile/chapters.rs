//! The kernels of earlier chapters, on a few of the machines.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use runner::{Boot, Ending, Outcome, Qemu, Session};
use weave::{Course, Point};

use super::matrix::{self, Ends, Machine, REFUSAL};
use crate::cargo::Program;
use crate::check::scope::Scope;
use crate::project::Project;
use crate::side_by_side::side_by_side;
use crate::woven::Bench;

/// The first chapter whose kernel may neither hang nor reset a machine.
const FIRST: &str = "double-faults";

/// So many machines every chapter meets.
const MACHINES: usize = 5;

/// How long a kernel may run until it has shown what it has to show.
const LIMIT: Duration = Duration::from_secs(10);

/// Each chapter's kernel ends on these machines as its last step declares, or says that it cannot use the machine.
pub fn check(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let machines = machines(project)?;
    let first = course.chapter(FIRST)?.number;
    let chapters = scope.chapters(&course);
    let points = chapters
        .filter(|chapter| chapter.number >= first)
        .map(|chapter| course.point(&chapter.slug))
        .collect::<Result<Vec<_>, _>>()?;
    let qemu = project.qemu()?;
    side_by_side(&points, "check", |&point, bench| {
        let bench = Bench::new(project, &course, bench);
        let elf = bench.build_one(point, &[], Program::Kernel)?;
        machines
            .iter()
            .try_for_each(|machine| meet(project, &qemu, &course, point, &elf, machine))
    })?;
    Ok(format!(
        "{} kernels on {} machines each",
        points.len(),
        machines.len()
    ))
}

/// The machines that are meant for earlier chapters.
fn machines(project: &Project) -> Result<Vec<Machine>> {
    let mut machines = matrix::read(&project.root)?;
    machines.retain(|machine| machine.in_chapters);
    for machine in &machines {
        let plain = machine.boot == Boot::Direct && machine.tables.is_none();
        ensure!(
            plain && machine.ends == Ends::Command,
            "{}: earlier chapters boot directly, with the tables that firmware brings, and are told what to do",
            machine.listed.name
        );
    }
    ensure!(
        machines.len() >= MACHINES,
        "{} machines are for earlier chapters, and there are to be {MACHINES}",
        machines.len()
    );
    Ok(machines)
}

/// Boots a kernel on a machine.
fn meet(
    project: &Project,
    qemu: &Qemu,
    course: &Course,
    point: Point,
    elf: &std::path::Path,
    machine: &Machine,
) -> Result<()> {
    let step = course.step(point);
    let title = format!("{} on {}", course.name(point), machine.listed.name);
    let session = Session::start(qemu, &machine.contract.machine(Boot::Direct, elf))?;
    if let Some(input) = &step.input {
        session.input().send(input.as_bytes());
    }
    let ending = session.wait(LIMIT)?;
    let expected = step.verdict.as_deref().unwrap_or("passed");
    if ends_well(&ending, expected) {
        return Ok(());
    }
    let log = ending.keep(&project.logs(), &title)?;
    bail!(
        "{title}: it is to have {expected}, or to refuse the machine: {}\n  serial log: {}",
        ending.outcome,
        log.display()
    )
}

/// As its step declares; or it refuses, and says so in one line.
fn ends_well(ending: &Ending, expected: &str) -> bool {
    if ending.outcome != Outcome::Unusable {
        return ending.outcome.verdict() == expected;
    }
    let text = String::from_utf8_lossy(&ending.serial);
    text.lines()
        .filter(|line| line.starts_with(REFUSAL))
        .count()
        == 1
}

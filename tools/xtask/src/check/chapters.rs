//! Checks of every chapter and every step.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use runner::{Boot, Firmware, Machine, Session, suite};
use weave::{Course, Lines, Point};

use super::scope::Scope;
use crate::contracts::Ways;
use crate::project::Project;
use crate::side_by_side::side_by_side;
use crate::tests;
use crate::woven::{Bench, Woven};

/// How long a step may run until it has shown what it has to show.
const STEP_LIMIT: Duration = Duration::from_secs(10);

/// The name of the folders in which the checks weave.
pub const BENCH: &str = "check";

/// Every tree can be woven, and marks are few.
pub fn marks(project: &Project) -> Result<String> {
    let course = project.course()?;
    for point in course.points() {
        course.weave(point, Lines::Formatted)?;
        course.weave(point, Lines::Kept)?;
    }
    let (points, share) = (course.points().len(), course.share());
    Ok(format!(
        "{points} trees; marks and old lines are {:.1} % of {} lines in src/",
        share.percent(),
        share.lines
    ))
}

/// Every step builds without a warning, and boots to the verdict that it declares.
pub fn steps(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let points = scope.points(&course);
    side_by_side(&points, BENCH, |&point, bench| {
        step(project, &course, point, bench).with_context(|| course.name(point))
    })?;
    Ok(format!("{} steps build and boot", points.len()))
}

fn step(project: &Project, course: &Course, point: Point, bench: &str) -> Result<()> {
    let woven = build(project, course, point, bench)?;
    let mut machine = Machine::new(Boot::Direct, &woven.elf);
    machine.firmware = Firmware::Qboot;
    let session = Session::start(&project.qemu()?, &machine)?;
    let step = course.step(point);
    if let Some(input) = &step.input {
        session.input().send(input.as_bytes());
    }
    let ending = session.wait(STEP_LIMIT)?;
    let expected = step.verdict.as_deref().unwrap_or("passed");
    let verdict = ending.outcome.verdict();
    if verdict != expected {
        let log = ending.keep(&project.logs(), &course.name(point))?;
        bail!(
            "it {verdict}, and is to have {expected}: {}\n  serial log: {}",
            ending.outcome,
            log.display()
        );
    }
    Ok(())
}

/// Builds a tree, in which no warning is tolerated.
fn build(project: &Project, course: &Course, point: Point, bench: &str) -> Result<Woven> {
    let bench = Bench::new(project, course, bench);
    let mut woven = bench.build(point, &[])?;
    woven.warnings.extend(bench.build_counts(point)?);
    ensure!(
        woven.warnings.is_empty(),
        "it builds with warnings:\n{}",
        woven.warnings.join("\n")
    );
    Ok(woven)
}

/// At the end of every chapter the tests of this chapter and of those before pass.
pub fn tests(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut count = 0;
    for chapter in scope.chapters(&course) {
        let point = course.point(&chapter.slug)?;
        let bench = Bench::new(project, &course, &format!("{BENCH}-0"));
        let woven = bench.build(point, &[])?;
        let dir = bench.dir();
        let tests = tests::of_tree(project, &course, point, &woven, dir, Ways::Smoke, "")?;
        count += tests.len();
        let conclusion = suite::run(&suite::arguments(None), tests);
        ensure!(
            !conclusion.has_failed(),
            "chapter {}: tests fail",
            chapter.slug
        );
    }
    Ok(format!("{count} passed"))
}

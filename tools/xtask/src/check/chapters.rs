//! Checks of every chapter and every step.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use runner::contract::Contract;
use runner::progress::Status;
use runner::{Boot, Firmware, Machine, Session, suite};
use weave::{Course, Lines, Point};

use super::scope::Scope;
use crate::contracts::{self, Candidate, Ways};
use crate::project::Project;
use crate::records;
use crate::tests;
use crate::woven::{Bench, Woven};

/// How long a step may run until it has shown what it has to show.
const STEP_LIMIT: Duration = Duration::from_secs(10);

/// The folder in which the checks weave.
const BENCH: &str = "check";

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
    for &point in &points {
        step(project, &course, point).with_context(|| course.name(point))?;
    }
    Ok(format!("{} steps build and boot", points.len()))
}

fn step(project: &Project, course: &Course, point: Point) -> Result<()> {
    let woven = build(project, course, point)?;
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
fn build(project: &Project, course: &Course, point: Point) -> Result<Woven> {
    let woven = Bench::new(project, course, BENCH).build(point, &[])?;
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
        let bench = Bench::new(project, &course, BENCH);
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

/// Every solution builds and does what its exercise asks; every broken kernel is caught.
pub fn exercises(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut count = 0;
    for chapter in scope.chapters(&course) {
        let kept = contracts::of(chapter)?;
        for exercise in records::exercises(chapter)? {
            let place = || format!("exercise {}", exercise.name);
            let point = course.point(&exercise.step)?;
            if !exercise.edit.is_empty() {
                let contracts = kept
                    .iter()
                    .cloned()
                    .chain(exercise.contracts()?)
                    .collect::<Vec<_>>();
                solve(project, &course, point, &exercise, &contracts).with_context(place)?;
            }
            if let Some(name) = &exercise.caught_by {
                caught(project, &course, point, &exercise.broken, &kept, name)
                    .with_context(place)?;
            }
            count += 1;
        }
    }
    Ok(format!("{count} solved"))
}

fn solve(
    project: &Project,
    course: &Course,
    point: Point,
    exercise: &records::Exercise,
    contracts: &[Contract],
) -> Result<()> {
    let woven = Bench::new(project, course, BENCH).build(point, &exercise.edit)?;
    ensure!(
        woven.warnings.is_empty(),
        "the solution builds with warnings:\n{}",
        woven.warnings.join("\n")
    );
    let candidate = Candidate::new(project, &woven.elf, Ways::Only(Boot::Direct))?;
    for contract in contracts
        .iter()
        .filter(|contract| contract.ways().contains(&Boot::Direct))
    {
        let kept = candidate.keeps(contract, Boot::Direct, &exercise.name);
        kept.map_err(anyhow::Error::msg)
            .with_context(|| format!("the solution breaks {}", contract.name))?;
    }
    let Some(elf) = &woven.cases else {
        return Ok(());
    };
    // A chapter's cases are in the module of its name, and a solution may have added some.
    let module = course.chapters()[point.chapter()].slug.replace('-', "_") + "::";
    let mut cases = runner::case::read(elf)?;
    cases.retain(|case| case.name.starts_with(&module));
    let bench = runner::cases::bench(elf, Boot::Direct, &project.root, &project.target)?;
    let status = Status::new(cases.len(), false);
    let conclusion = suite::run(
        &suite::arguments(None),
        runner::cases::tests(bench, cases, &status),
    );
    ensure!(!conclusion.has_failed(), "cases fail with the solution");
    Ok(())
}

/// Every mutant is caught by the contract that it names.
pub fn mutants(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut count = 0;
    for chapter in scope.chapters(&course) {
        let kept = contracts::of(chapter)?;
        for mutant in records::mutants(chapter)? {
            let point = course.point(&mutant.step)?;
            caught(
                project,
                &course,
                point,
                &mutant.edit,
                &kept,
                &mutant.caught_by,
            )
            .with_context(|| format!("mutant {}", mutant.name))?;
            count += 1;
        }
    }
    Ok(format!("{count} caught"))
}

/// The tree of `point` passes a test; with `edits` it builds and fails it. The
/// test is a contract of the chapter, or a case: `case serial::text_gets_out`.
fn caught(
    project: &Project,
    course: &Course,
    point: Point,
    edits: &[weave::edit::Edit],
    contracts: &[Contract],
    name: &str,
) -> Result<()> {
    let bench = Bench::new(project, course, BENCH);
    for (edits, sound) in [(&[][..], true), (edits, false)] {
        let woven = bench.build(point, edits)?;
        let passed = passes(project, &woven, contracts, name)?;
        let wrong = if sound {
            "fails before the change"
        } else {
            "does not notice the change"
        };
        ensure!(passed == sound, "{name} {wrong}");
    }
    Ok(())
}

/// Whether a kernel passes the test of this name.
fn passes(project: &Project, woven: &Woven, contracts: &[Contract], name: &str) -> Result<bool> {
    if let Some(case) = name.strip_prefix("case ") {
        let elf = woven.cases.as_ref().context("the tree has no cases")?;
        let cases = runner::case::read(elf)?;
        let case = cases.iter().find(|other| other.name == case);
        let case = case.with_context(|| format!("there is no {name}"))?;
        let bench = runner::cases::bench(elf, Boot::Direct, &project.root, &project.target)?;
        return Ok(bench.run(case).is_ok());
    }
    let Some(contract) = contracts.iter().find(|contract| contract.name == name) else {
        let names: Vec<_> = contracts
            .iter()
            .map(|contract| contract.name.as_str())
            .collect();
        bail!(
            "there is no contract {name}; the contracts are: {}",
            names.join(", ")
        );
    };
    let candidate = Candidate::new(project, &woven.elf, Ways::Only(Boot::Direct))?;
    Ok(candidate.keeps(contract, Boot::Direct, "caught").is_ok())
}

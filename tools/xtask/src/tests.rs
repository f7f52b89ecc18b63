//! All tests of a kernel: its contracts, its cases in machines, and what is
//! tested on the host.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use runner::progress::Status;
use runner::suite::Case;
use runner::{Boot, case, cases};
use weave::{Course, Point};

use crate::cargo::{self, Program};
use crate::contracts::{self, Candidate, Ways};
use crate::project::Project;
use crate::woven::Woven;

/// Whether the tree in `dir` has tests that run in a machine.
pub fn has_cases(dir: &Path) -> bool {
    dir.join("tests/kernel/main.rs").is_file()
}

/// The tests of this repository's kernel, as it stands.
pub fn of_root(project: &Project, course: &Course, ways: Ways) -> Result<Vec<Case>> {
    let root = &project.root;
    let point = *course
        .points()
        .last()
        .context("there are no chapters yet")?;
    let elf = cargo::build(root, Program::Kernel)?;
    let cases = if has_cases(root) {
        Some(cargo::build(root, Program::Cases)?)
    } else {
        None
    };
    let woven = Woven {
        elf,
        cases,
        warnings: Vec::new(),
    };
    let mut tests = of_kernel(project, course, point, &woven, ways, "")?;
    tests.extend(of_host(&mut cargo::cargo(root), root, "")?);
    Ok(tests)
}

/// The tests of a woven tree that stands in `dir`.
pub fn of_tree(
    project: &Project,
    course: &Course,
    point: Point,
    woven: &Woven,
    dir: &Path,
    ways: Ways,
    prefix: &str,
) -> Result<Vec<Case>> {
    let mut tests = of_kernel(project, course, point, woven, ways, prefix)?;
    tests.extend(of_host(&mut cargo::cargo_in_tree(dir), dir, prefix)?);
    Ok(tests)
}

/// The contracts and the cases.
fn of_kernel(
    project: &Project,
    course: &Course,
    point: Point,
    woven: &Woven,
    ways: Ways,
    prefix: &str,
) -> Result<Vec<Case>> {
    let candidate = Candidate::new(project, &woven.elf, ways)?;
    let mut tests = contracts::cases(&candidate, course, point, ways, prefix)?;
    if let Some(elf) = &woven.cases {
        let boot = if let Ways::Only(boot) = ways {
            boot
        } else {
            Boot::Direct
        };
        tests.extend(in_machines(project, elf, boot, prefix)?);
        if ways == Ways::Smoke {
            tests.extend(smoke(project, course, point, elf, prefix)?);
        }
    }
    Ok(tests)
}

/// The cases that chapters name for every way to boot, on those that are not direct.
fn smoke(
    project: &Project,
    course: &Course,
    point: Point,
    elf: &Path,
    prefix: &str,
) -> Result<Vec<Case>> {
    let chapters = contracts::smoked(course, point);
    let names: Vec<&String> = chapters.iter().flat_map(|chapter| &chapter.smoke).collect();
    let cases = case::read(elf)?;
    for name in &names {
        let is_there = cases.iter().any(|case| case.name == **name);
        ensure!(is_there, "a chapter's `smoke` names no case: {name}");
    }
    let mut tests = Vec::new();
    for boot in [Boot::Bios, Boot::Uefi] {
        let chosen: Vec<_> = cases
            .iter()
            .filter(|case| names.contains(&&case.name))
            .cloned()
            .collect();
        if chosen.is_empty() {
            continue;
        }
        let bench = cases::bench(elf, boot, &project.root, &project.target)?;
        let status = Status::new(chosen.len(), false);
        let named = cases::tests(bench, chosen, &status).into_iter();
        tests.extend(named.map(|case| case.prefixed(prefix).suffixed(&format!(" ({boot})"))));
    }
    Ok(tests)
}

/// The cases of a test program.
fn in_machines(project: &Project, elf: &Path, boot: Boot, prefix: &str) -> Result<Vec<Case>> {
    let mut cases = case::read(elf)?;
    let bench = cases::bench(elf, boot, &project.root, &project.target)?;
    let status = Status::new(cases.len(), false);
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(cases::tests(bench, cases, &status)
        .into_iter()
        .map(|case| case.prefixed(prefix))
        .collect())
}

/// The tests of the package `host`, where there is one.
fn of_host(command: &mut Command, dir: &Path, prefix: &str) -> Result<Vec<Case>> {
    if !dir.join("tests/host/Cargo.toml").is_file() {
        return Ok(Vec::new());
    }
    let program = cargo::host_tests(command)?;
    let listed = Command::new(&program)
        .args(["--list", "--format", "terse"])
        .output()?;
    ensure!(
        listed.status.success(),
        "{} --list failed",
        program.display()
    );
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names
        .map(|name| on_host(program.clone(), name.to_owned(), prefix))
        .collect())
}

fn on_host(program: PathBuf, name: String, prefix: &str) -> Case {
    Case::new(format!("{prefix}host::{name}"), move || {
        let output = Command::new(program).args(["--exact", &name]).output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stdout).into_owned())
    })
}

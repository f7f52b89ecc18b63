//! The commands, a function each. `check` has a module of its own.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use runner::doctor::{self, Need, fallback};
use runner::{Boot, ExitStatus, image, suite};
use weave::{Course, Lines, Point};

use crate::bench;
use crate::cargo::{self, Program};
use crate::cli;
use crate::contracts::Ways;
use crate::counts;
use crate::hostile;
use crate::judge;
use crate::project::Project;
use crate::tests;
use crate::transcripts;
use crate::woven::Bench;

/// The folder in which `run` and `test` weave.
const BENCH: &str = "chapter";

/// Says what this machine has and lacks.
pub fn doctor(project: &Project, fix: bool) -> Result<ExitStatus> {
    let report = doctor::doctor(Need::Everything, &project.root, &project.target, fix)?;
    print!("{report}");
    Ok(if report.missing().is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Missing
    })
}

/// Boots a kernel with the terminal as its console.
pub fn run(project: &Project, run: &cli::Run) -> Result<ExitStatus> {
    project.ensure(need(run.machine.boot))?;
    let elf = match &run.chapter {
        None => cargo::build(&project.root, Program::Kernel)?,
        Some(name) => {
            let course = project.course()?;
            Bench::new(project, &course, BENCH)
                .build(course.point(name)?, &[])?
                .elf
        }
    };
    Ok(runner::run::run(
        &elf,
        &run.machine,
        &project.root,
        &project.target,
    )?)
}

fn need(boot: Boot) -> Need {
    if boot == Boot::Direct {
        Need::Run
    } else {
        Need::Images(boot)
    }
}

/// Runs the tests of the finished kernel, or of the kernels of chapters.
pub fn test(project: &Project, test: cli::Test) -> Result<ExitStatus> {
    if test.hostile {
        project.ensure(Need::Run)?;
        return match test.filter {
            _ if test.accept => hostile::accept(project),
            filter => hostile::test(project, filter.as_deref()),
        };
    }
    let ways = Ways::Only(test.boot.unwrap_or_default());
    project.ensure(need(test.boot.unwrap_or_default()))?;
    let course = project.course()?;
    let mut cases = Vec::new();
    if let Some(name) = &test.chapter {
        cases = of_chapter(project, &course, course.point(name)?, ways, "")?;
    } else if test.all_chapters {
        for chapter in course.chapters() {
            let (point, prefix) = (course.point(&chapter.slug)?, format!("{}/", chapter.slug));
            cases.extend(of_chapter(project, &course, point, ways, &prefix)?);
        }
    } else {
        cases = tests::of_root(project, &course, ways)?;
    }
    let conclusion = suite::run(&suite::arguments(test.filter), cases);
    Ok(suite::exit_status(&conclusion))
}

/// The tests of one chapter's tree, which stands on a bench of its own.
fn of_chapter(
    project: &Project,
    course: &Course,
    point: Point,
    ways: Ways,
    prefix: &str,
) -> Result<Vec<suite::Case>> {
    let bench = Bench::new(project, course, &course.chapters()[point.chapter()].slug);
    let woven = bench.build(point, &[])?;
    tests::of_tree(project, course, point, &woven, bench.dir(), ways, prefix)
}

/// Writes the given files.
pub fn start(project: &Project, dir: &Path) -> Result<ExitStatus> {
    let course = project.course()?;
    let Some(&first) = course.points().first() else {
        bail!("there are no chapters yet")
    };
    project.ensure(Need::Run)?;
    course.given(first)?.write(dir)?;
    fallback::spread(dir)?;
    println!(
        "{} holds what the first chapter starts from: open book/src/boot.md, or the built book, beside it.",
        dir.display()
    );
    Ok(ExitStatus::Success)
}

/// Writes a woven tree.
pub fn weave(project: &Project, point: &str, dir: &Path, keep_lines: bool) -> Result<ExitStatus> {
    let course = project.course()?;
    let lines = if keep_lines {
        Lines::Kept
    } else {
        Lines::Formatted
    };
    let point = course.point(point)?;
    project.ensure(Need::Run)?;
    course.weave(point, lines)?.write(dir)?;
    fallback::spread(dir)?;
    println!(
        "{} holds {}: `cargo run` boots it.",
        dir.display(),
        course.name(point)
    );
    Ok(ExitStatus::Success)
}

/// Writes commits and tags.
pub fn history(project: &Project, into: Option<PathBuf>) -> Result<ExitStatus> {
    let course = project.course()?;
    project.ensure(Need::Run)?;
    let repository = into.unwrap_or_else(|| project.root.clone());
    let report = weave::history::write(&course, &repository)?;
    fallback::spread(&repository)?;
    for (point, hash) in &report.commits {
        println!(
            "{hash}  {}: {}",
            course.name(*point),
            course.step(*point).heading
        );
    }
    for (tag, hash) in &report.tags {
        println!("{hash}  {tag}");
    }
    println!(
        "{}",
        if report.changed {
            "Branch and tags are written."
        } else {
            "All of it was there already."
        }
    );
    Ok(ExitStatus::Success)
}

/// Prints what a chapter changes (`boot`), or a step (`boot.2`).
pub fn diff(project: &Project, name: &str) -> Result<ExitStatus> {
    let course = project.course()?;
    let to = course.point(name)?;
    let first = if name.contains('.') {
        to
    } else {
        course.point(&format!("{name}.1"))?
    };
    print!(
        "{}",
        weave::diff::chapter(&course, course.before(first), to)?
    );
    Ok(ExitStatus::Success)
}

/// Writes a disk image and boots it.
pub fn image(project: &Project, boot: Boot, output: Option<PathBuf>) -> Result<ExitStatus> {
    project.ensure(need(boot))?;
    let output = output.unwrap_or_else(|| project.target.join(format!("cairn-{boot}.img")));
    let elf = cargo::build(&project.root, Program::Kernel)?;
    let written = image::verified(
        &elf,
        boot,
        &output,
        &project.image_tool(),
        &project.qemu()?,
        &project.logs(),
    )?;
    println!("{} is written, and it boots.", written.display());
    Ok(ExitStatus::Success)
}

/// Holds a reader's project against contracts.
pub fn judge(project: &Project, point: &str, dir: &Path, boot: Boot) -> Result<ExitStatus> {
    project.ensure(need(boot))?;
    judge::run(project, point, dir, boot)
}

/// Counts the instructions of the kernel's paths; records them, or compares with what is recorded.
pub fn bench(project: &Project, accept: bool) -> Result<ExitStatus> {
    project.ensure(Need::Run)?;
    let seen = if accept {
        counts::accept(project)
    } else {
        counts::compare(project)
    };
    println!("{}.", seen?);
    Ok(ExitStatus::Success)
}

/// Measures the loop of edit, build, boot and test.
pub fn bench_loop(project: &Project) -> Result<ExitStatus> {
    project.ensure(Need::Run)?;
    bench::run_loop(project)
}

/// Builds the book; with `update` records the transcripts that contain a word, or all.
pub fn book(project: &Project, open: bool, update: Option<Option<&str>>) -> Result<ExitStatus> {
    project.ensure(Need::Book)?;
    if let Some(only) = update {
        transcripts::update(project, only.unwrap_or_default())?;
    }
    let mut command = book_tool(project, "build");
    if open {
        command.arg("--open");
    }
    cargo::run(&mut command)?;
    Ok(ExitStatus::Success)
}

/// The book's tool: `build` or `check`.
pub fn book_tool(project: &Project, what: &str) -> std::process::Command {
    let mut command = cargo::cargo(&project.root.join("tools/book"));
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "--target",
            "host-tuple",
            "--",
            what,
            "--root",
        ])
        .arg(&project.root);
    command
}

//! How long the loop of edit, build, boot and test takes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use runner::case::Case;
use runner::trial::Bench as Trial;
use runner::{Boot, ExitStatus, case, cases};

use crate::cargo::{self, Program};
use crate::check::chapters;
use crate::check::scope::Scope;
use crate::project::Project;
use crate::woven::Bench;

/// The case that passes, and the one that waits for a lock in vain.
const PASSING: &str = "serial::a_lock_is_free_when_its_guard_goes";
const DEADLOCK: &str = "serial::a_deadlock_names_its_lock";

/// A figure, and what it may be at most.
struct Figure {
    what: &'static str,
    measured: Duration,
    at_most: Duration,
}

type Measure = fn(&Project) -> Result<Duration>;

/// What is measured, and what it may take at most, in milliseconds.
const FIGURES: &[(&str, Measure, u64)] = &[
    (
        "one passing case, from start to verdict (median of 21)",
        passing_case,
        80,
    ),
    ("a deadlock to its verdict (median of 5)", deadlock, 500),
    (
        "cargo xtask test, nothing to rebuild (median of 3)",
        all_tests,
        3_000,
    ),
    (
        "one line edited to the verdict of one case (median of 5)",
        edited_line,
        700,
    ),
    (
        "all steps built and booted, dependencies built",
        all_steps,
        60_000,
    ),
    (
        "cargo xtask run in a fresh clone, until it ends",
        fresh_clone,
        60_000,
    ),
];

/// Measures all, and prints a table.
pub fn run_loop(project: &Project) -> Result<ExitStatus> {
    let mut within = true;
    for (what, measure, at_most) in FIGURES {
        let figure = Figure {
            what,
            measured: measure(project)?,
            at_most: Duration::from_millis(*at_most),
        };
        within &= figure.measured <= figure.at_most;
        println!("{}", row(&figure));
    }
    Ok(if within {
        ExitStatus::Success
    } else {
        ExitStatus::Failed
    })
}

fn row(figure: &Figure) -> String {
    let seconds = |time: Duration| format!("{:7.3} s", time.as_secs_f64());
    let verdict = if figure.measured <= figure.at_most {
        ""
    } else {
        "  too slow"
    };
    let (measured, at_most) = (seconds(figure.measured), seconds(figure.at_most));
    format!("{:58} {measured}  at most {at_most}{verdict}", figure.what)
}

/// The median of so many runs; their number is odd.
fn median(runs: usize, mut run: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let mut times = (0..runs).map(|_| run()).collect::<Result<Vec<_>>>()?;
    times.sort();
    Ok(times[runs / 2])
}

fn timed(run: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed())
}

fn passing_case(project: &Project) -> Result<Duration> {
    let (trial, case) = trial(project, PASSING)?;
    median(21, || {
        timed(|| trial.run(&case).map_err(anyhow::Error::msg))
    })
}

fn deadlock(project: &Project) -> Result<Duration> {
    let (trial, case) = trial(project, DEADLOCK)?;
    median(5, || timed(|| trial.run(&case).map_err(anyhow::Error::msg)))
}

/// A case of this repository's tests, and where it is tried.
fn trial(project: &Project, name: &str) -> Result<(Trial, Case)> {
    let elf = cargo::build(&project.root, Program::Cases)?;
    let case = case::read(&elf)?.into_iter().find(|case| case.name == name);
    let bench = cases::bench(&elf, Boot::Direct, &project.root, &project.target)?;
    Ok((
        bench,
        case.with_context(|| format!("there is no case {name}"))?,
    ))
}

fn all_tests(project: &Project) -> Result<Duration> {
    let run = || {
        let mut command = cargo::cargo(&project.root);
        quiet(command.args(["xtask", "test"]))
    };
    run()?;
    median(3, || timed(run))
}

/// Edits a woven tree of the finished kernel, never the source.
fn edited_line(project: &Project) -> Result<Duration> {
    let course = project.course()?;
    let point = *course
        .points()
        .last()
        .context("there are no chapters yet")?;
    let bench = Bench::new(project, &course, "loop");
    bench.weave(point, &[])?;
    let file = bench.dir().join("src/hello.rs");
    let text = fs::read_to_string(&file)?;
    let runner = cargo::runner(&project.root)?;
    let test = || one_case(bench.dir(), &runner);
    test()?;
    let mut edits = 0;
    median(5, || {
        edits += 1;
        let edited = text.replacen("Hello from", &format!("Hello number {edits} from"), 1);
        ensure!(edited != text, "{} greets otherwise", file.display());
        fs::write(&file, edited)?;
        timed(test)
    })
}

fn one_case(dir: &Path, runner: &Path) -> Result<()> {
    let mut command = cargo::cargo_in_tree(dir);
    command.env("CARGO_TARGET_X86_64_UNKNOWN_NONE_RUNNER", runner);
    quiet(command.args(["test", "--test", "kernel", "--", "--exact", PASSING]))
}

fn all_steps(project: &Project) -> Result<Duration> {
    let all = Scope::new(project, None)?;
    chapters::steps(project, &all)?;
    timed(|| chapters::steps(project, &all).map(drop))
}

/// Downloads aside: cargo has the crates already.
fn fresh_clone(project: &Project) -> Result<Duration> {
    let clone = project.target.join("bench/clone");
    if clone.exists() {
        fs::remove_dir_all(&clone)?;
    }
    let mut git = Command::new("git");
    quiet(
        git.args(["clone", "--quiet"])
            .arg(&project.root)
            .arg(&clone),
    )?;
    let mut command = cargo::cargo_in_tree(&clone);
    command.args(["xtask", "run", "--headless"]);
    command.stdin(project.input(&project.course()?)?);
    timed(|| quiet(&mut command))
}

/// Runs a command whose output does not matter if it succeeds.
fn quiet(command: &mut Command) -> Result<()> {
    let output = command.output().context("cannot start it")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{} failed:\n{text}",
        cargo::shown(command)
    );
    Ok(())
}

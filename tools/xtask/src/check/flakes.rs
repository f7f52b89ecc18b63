//! The tests give the same verdicts again and again, on a machine that is busy with something else.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, available_parallelism};

use anyhow::{Context, Result, ensure};

use crate::cargo::cargo;
use crate::project::Project;

const RUNS: usize = 20;

/// Keeps every processor busy until it is dropped.
struct Load(Arc<AtomicBool>);

impl Load {
    fn start() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..available_parallelism().map_or(2, usize::from) {
            let over = Arc::clone(&over);
            thread::spawn(move || {
                let mut number: u64 = 0;
                while !over.load(Ordering::Relaxed) {
                    number = black_box(number.wrapping_add(1));
                }
            });
        }
        Self(over)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs all tests twenty times under load.
pub fn check(project: &Project) -> Result<String> {
    let calm = verdicts(project)?;
    let _load = Load::start();
    for run in 1..=RUNS {
        let busy = verdicts(project)?;
        let differs = |(one, other): &(&String, &String)| one != other;
        let first = calm.iter().zip(&busy).find(differs);
        ensure!(
            busy.len() == calm.len(),
            "run {run} has {} tests, not {}",
            busy.len(),
            calm.len()
        );
        ensure!(first.is_none(), "run {run} differs: {first:?}");
        println!("  run {run} of {RUNS}: no difference");
    }
    Ok(format!(
        "{RUNS} runs of {} tests without a difference",
        calm.len()
    ))
}

/// The lines with the tests' verdicts, sorted.
fn verdicts(project: &Project) -> Result<Vec<String>> {
    let output = cargo(&project.root)
        .args(["xtask", "test"])
        .output()
        .context("cannot start cargo")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_verdict = |line: &&str| line.starts_with("test ") && line.contains(" ... ");
    let mut lines: Vec<_> = text.lines().filter(is_verdict).map(str::to_owned).collect();
    ensure!(
        !lines.is_empty(),
        "no test ran:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    lines.sort();
    Ok(lines)
}

//! The fuzzer finds faults, and finds none in the parsers within a few seconds.
//!
//! It tries the same inputs each time: a change is not to fail by chance. For luck there is `cargo xtask fuzz`.

use std::fs;

use anyhow::{Result, ensure};

use crate::fuzz::{self, Engine, Limit, has_compiler};
use crate::project::Project;

/// So many inputs find the fault of the faulty target, and so many are tried on each of the others.
const FOR_THE_FAULT: u64 = 1_000_000;
const FOR_OTHERS: u64 = 20_000;

/// Fuzzes for a while.
pub fn check(project: &Project) -> Result<String> {
    if !has_compiler() {
        return Ok("left out: there is no C++ compiler".to_owned());
    }
    let engine = Engine::build(project)?;
    let folder = project.target.join("fuzz/check");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let failed = folder.join("failed");
    fs::create_dir_all(&failed)?;
    let faulty = engine.fuzz("faulty", &[&failed], &failed, Limit::Inputs(FOR_THE_FAULT))?;
    let why = faulty.failure().unwrap_or_default();
    ensure!(
        why.contains("the fault is found") && why.contains("crash-"),
        "the fuzzer does not find a fault that is there: {faulty} {why}"
    );
    let targets = fuzz::targets(project)?;
    for target in &targets {
        let found = folder.join(target);
        fuzz::one(project, &engine, target, &found, Limit::Inputs(FOR_OTHERS))?;
    }
    Ok(format!("no faults in {}", targets.join(", ")))
}

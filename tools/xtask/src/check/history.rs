//! Checks of the commits and tags.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::{cargo_in_tree, run};
use crate::project::Project;

/// The history can be written; at the last chapter's tag plain cargo builds,
/// boots and tests the kernel, and leaves the checkout clean.
pub fn check(project: &Project) -> Result<String> {
    let course = project.course()?;
    let repository = project.target.join("weave").join("history");
    let commits = weave::history::write(&course, &repository)?.commits.len();
    let Some(last) = course.chapters().last() else {
        bail!("there are no chapters yet")
    };
    let tag = weave::history::tag(last);
    let checkout = project.target.join("weave").join("tag");
    if !checkout.exists() {
        git(
            &project.target,
            &[
                "clone",
                "--quiet",
                "--no-checkout",
                &repository.to_string_lossy(),
                &checkout.to_string_lossy(),
            ],
        )?;
    }
    git(
        &checkout,
        &["fetch", "--quiet", "--force", "--tags", "origin"],
    )?;
    git(
        &checkout,
        &["checkout", "--quiet", "--detach", "--force", &tag],
    )?;
    let mut boot = cargo_in_tree(&checkout);
    boot.args(["run", "--quiet", "--", "--headless"]);
    run(boot.stdin(project.input(&course)?))?;
    run(cargo_in_tree(&checkout).args(["test", "--quiet"]))?;
    let changed = git(&checkout, &["status", "--porcelain"])?;
    ensure!(
        changed.is_empty(),
        "{tag} is not clean after a build: {changed}"
    );
    Ok(format!(
        "{commits} commits; {tag} builds, boots and stays clean"
    ))
}

fn git(dir: &Path, arguments: &[&str]) -> Result<String> {
    fs::create_dir_all(dir)?;
    let output = Command::new("git")
        .current_dir(dir)
        .args(arguments)
        .output()
        .context("cannot start git")?;
    ensure!(
        output.status.success(),
        "git {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

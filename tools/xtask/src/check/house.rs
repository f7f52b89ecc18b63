//! Checks of the source as it stands.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use runner::doctor::{self, Need};

use crate::cargo::{build_stripped, cargo, run};
use crate::project::Project;
use crate::side_by_side::side_by_side;

/// The finished kernel has at most so many bytes: its ELF file, optimised and without symbols.
const LARGEST: u64 = 256 * 1024;

/// The host tools of the root's workspace.
const TOOLS: [&str; 10] = [
    "--package",
    "fuzz",
    "--package",
    "runner",
    "--package",
    "weave",
    "--package",
    "xtask",
    "--target",
    "host-tuple",
];

/// The runner's tests of disk images, which no command runs that does not name them.
const IMAGES: [&str; 6] = [
    "--package",
    "runner",
    "--test",
    "images",
    "--target",
    "host-tuple",
];

/// All workspaces: the root's, and those of the tools that a first boot does not wait for.
fn workspaces(project: &Project) -> [PathBuf; 4] {
    ["", "tools/book", "tools/image", "tools/fuzz/engine"].map(|dir| project.root.join(dir))
}

/// All Rust code is formatted.
pub fn format(project: &Project) -> Result<String> {
    for dir in workspaces(project) {
        run(cargo(&dir).args(["fmt", "--", "--check"]))?;
    }
    Ok("all formatted".to_owned())
}

/// Looking for what is missing costs no time when nothing is.
pub fn doctor(project: &Project) -> Result<String> {
    let start = Instant::now();
    doctor::ensure(Need::Everything, &project.root, &project.target)?;
    let time = start.elapsed();
    ensure!(
        time < Duration::from_millis(100),
        "it took {time:?}, and is to take less than 0.1 s"
    );
    Ok(format!("nothing missing, seen in {time:?}"))
}

/// Neither the compiler nor clippy has anything to say, on the kernel and on the tools.
pub fn lints(project: &Project) -> Result<String> {
    const CLIPPY: [&str; 3] = ["clippy", "--quiet", "--locked"];
    const DENY: [&str; 3] = ["--", "--deny", "warnings"];
    const ON_HOST: [&str; 3] = ["--all-targets", "--target", "host-tuple"];
    let [root, rest @ ..] = workspaces(project);
    let tools = [&["--all-targets"][..], &TOOLS].concat();
    let mut jobs = vec![
        (root.clone(), Vec::new()),
        (root.clone(), IMAGES.to_vec()),
        (root, tools),
    ];
    jobs.extend(rest.map(|dir| (dir, ON_HOST.to_vec())));
    // The longest first: it builds the boot loader.
    jobs.reverse();
    side_by_side(&jobs, "lints", |(dir, arguments), _| {
        run(cargo(dir).args(CLIPPY).args(arguments).args(DENY))
    })?;
    Ok("no warnings".to_owned())
}

/// The finished kernel is small.
pub fn size(project: &Project) -> Result<String> {
    let elf = build_stripped(&project.root)?;
    let size = fs::metadata(&elf)?.len();
    ensure!(
        size <= LARGEST,
        "{} has {size} bytes, and is to have at most {LARGEST}",
        elf.display()
    );
    Ok(format!("the finished kernel has {size} bytes of {LARGEST}"))
}

/// The tools pass their own tests.
pub fn tools(project: &Project) -> Result<String> {
    let [root, book, ..] = workspaces(project);
    run(cargo(&root)
        .args(["test", "--quiet", "--locked"])
        .args(TOOLS))?;
    run(cargo(&book).args([
        "test",
        "--quiet",
        "--locked",
        "--workspace",
        "--target",
        "host-tuple",
    ]))?;
    Ok("all passed".to_owned())
}

/// The runner's tests of disk images, which need the boot loader: it is built by now.
pub fn images(project: &Project) -> Result<String> {
    run(cargo(&project.root)
        .args(["test", "--quiet", "--locked"])
        .args(IMAGES))?;
    Ok("all passed".to_owned())
}

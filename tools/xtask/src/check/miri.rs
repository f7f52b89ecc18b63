//! The allocators in an interpreter that sees undefined behaviour: Miri.
//!
//! It comes with nightly compilers only. Nothing else here needs one, so whoever has none does without this check.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, run};
use crate::project::Project;

/// The toolchain that may have it.
const NIGHTLY: &str = "+nightly";

/// The tests of the allocators do nothing that Rust leaves undefined.
pub fn check(project: &Project) -> Result<String> {
    let Some(host) = host(&project.root, NIGHTLY) else {
        return Ok("left out: there is no nightly toolchain with miri".to_owned());
    };
    run(nightly(&project.root, NIGHTLY).args(arguments(&host)))?;
    Ok("nothing undefined".to_owned())
}

/// What is run. Miri does not know the name `host-tuple`.
fn arguments(host: &str) -> [&str; 7] {
    [
        "miri",
        "test",
        "--package",
        "host",
        "--target",
        host,
        "heap",
    ]
}

/// What the toolchain calls this machine, if it is there and has Miri.
fn host(root: &Path, toolchain: &str) -> Option<String> {
    output(nightly(root, toolchain).args(["miri", "--version"]))?;
    let version = output(nightly(root, toolchain).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
}

/// Cargo of this toolchain, which is not to be installed for that.
fn nightly(root: &Path, toolchain: &str) -> Command {
    let mut command = cargo(root);
    command.arg(toolchain).env("RUSTUP_AUTO_INSTALL", "0");
    command
}

/// What a command that succeeds has to say.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_that_is_not_there_is_none() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(host(root, "+nightly-2015-05-15"), None);
    }

    #[test]
    fn a_toolchain_without_miri_is_none() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(host(root, "+1.95.0"), None);
    }
}

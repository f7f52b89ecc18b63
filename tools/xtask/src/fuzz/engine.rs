//! libFuzzer, built and run.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use runner::Error;
use runner::doctor::install::Platform;
use runner::guests::end_on_signals;

use super::report::Report;
use crate::cargo::{self, cargo};
use crate::project::Project;

/// What asks the compiler to count: which code is reached how often, and what is compared with what.
const COUNTED: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What each run is told: an input fails that takes five seconds or a gibibyte, and a signal ends it at once.
const ALWAYS: [&str; 6] = [
    "-timeout=5",
    "-rss_limit_mb=1024",
    "-report_slow_units=3600",
    "-print_final_stats=1",
    "-handle_int=0",
    "-handle_term=0",
];

/// The fuzzer.
pub struct Engine {
    program: PathBuf,
}

/// How long a run takes.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// So many seconds.
    Seconds(u64),
    /// So many inputs, the same each time.
    Inputs(u64),
}

impl Engine {
    /// Builds it.
    pub fn build(project: &Project) -> Result<Self> {
        if !has_compiler() {
            return Err(Error::Missing(advice(Platform::here())).into());
        }
        let mut command = cargo(&project.root.join("tools/fuzz/engine"));
        command.env("RUSTFLAGS", COUNTED.join(" "));
        command.env("CARGO_TARGET_DIR", project.target.join("fuzz/build"));
        let program = cargo::fuzzer(&mut command)?;
        Ok(Self { program })
    }

    /// Fuzzes a target. What reaches more code goes into the first folder, what fails into `failed`.
    pub fn fuzz(
        &self,
        target: &str,
        folders: &[&Path],
        failed: &Path,
        limit: Limit,
    ) -> Result<Report> {
        let mut command = self.command(target);
        match limit {
            Limit::Seconds(seconds) => command.arg(format!("-max_total_time={seconds}")),
            Limit::Inputs(count) => command.args(["-seed=1".to_owned(), format!("-runs={count}")]),
        };
        // It takes the text for the beginning of a file's name.
        command.arg(format!("-artifact_prefix={}/", failed.display()));
        hear(command.args(folders))
    }

    /// Puts the smallest inputs that together reach what all in `folders` reach into `kept`. How often
    /// they reach it does not count, so that they stay few.
    pub fn merge(&self, target: &str, kept: &Path, folders: &[&Path]) -> Result<()> {
        let mut command = self.command(target);
        command
            .args(["-merge=1", "-use_counters=0"])
            .arg(kept)
            .args(folders);
        let report = hear(&mut command)?;
        ensure!(report.is_success(), "{target}: the inputs cannot be merged");
        Ok(())
    }

    fn command(&self, target: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env("CAIRN_FUZZ", target).args(ALWAYS);
        command
    }
}

/// Runs it to its end. It ends with us: Ctrl-C in a terminal reaches it as well, and without somebody
/// who hears it, it ends when it next says something.
fn hear(command: &mut Command) -> Result<Report> {
    end_on_signals();
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start the fuzzer")?;
    let said = child.stderr.take().context("the fuzzer says nothing")?;
    let mut report = Report::default();
    for line in BufReader::new(said).split(b'\n') {
        report.hear(&String::from_utf8_lossy(&line?));
    }
    report.end(child.wait()?);
    Ok(report)
}

/// Whether there is a C++ compiler, for libFuzzer.
pub fn has_compiler() -> bool {
    let name = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let mut command = Command::new(name);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn advice(platform: Platform) -> String {
    let how = match platform {
        Platform::Debian => "sudo apt-get install --no-install-recommends g++",
        Platform::Fedora => "sudo dnf install gcc-c++",
        Platform::Arch => "sudo pacman -S gcc",
        Platform::MacOs => "xcode-select --install",
        Platform::Windows | Platform::Other => "an installer of GCC or Clang",
    };
    format!(
        "a C++ compiler is missing, which libFuzzer needs; get it with:\n      {how}\n  or name it in CXX"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_compiler_learns_how_to_get_one() {
        for platform in Platform::KNOWN {
            let advice = advice(platform);
            assert!(advice.starts_with("a C++ compiler is missing") && advice.contains("CXX"));
        }
    }
}

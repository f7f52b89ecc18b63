//! Gets what is missing: by rustup, and on Debian and Ubuntu by apt-get.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};
use std::{env, fs};

use super::Report;
use super::install::{self, Platform, Thing};
use crate::Error;

/// What fixing needs from the system; tests have one of their own.
pub trait Shell {
    /// Runs a program to its end, with its output on our standard error. Returns whether it succeeded.
    ///
    /// # Errors
    /// When it cannot be run.
    fn run(&mut self, words: &[&str]) -> io::Result<bool>;
    /// Whether a program is on `PATH`.
    fn has(&self, program: &str) -> bool;
    /// Whether we may install packages as we are.
    fn is_root(&self) -> bool;
    /// Whether somebody could type a password.
    fn is_interactive(&self) -> bool;
    /// Whether apt's lists of packages are there and recent.
    fn lists_are_fresh(&self) -> bool;
}

/// Gets what a report says is missing, as far as that can be done; the rest is left to the next check.
///
/// # Errors
/// [`Error::Missing`] when a command is not there or fails, or packages may not be installed.
pub fn fix(report: &Report, shell: &mut dyn Shell) -> Result<(), Error> {
    let missing = report.missing();
    for words in rustup_commands(&missing) {
        if !shell.has("rustup") {
            return Err(Error::Missing(report.advice()));
        }
        run(shell, &words, report)?;
    }
    let packages = packages(&missing, report.platform);
    if packages.is_empty() {
        Ok(())
    } else {
        install(&packages, report, shell)
    }
}

/// Rustup's commands: the toolchain first, then all targets at once and all components at once.
fn rustup_commands(missing: &[&Thing]) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let (mut targets, mut components, mut pinned) = (Vec::new(), Vec::new(), String::new());
    for thing in missing {
        match thing {
            Thing::Toolchain { channel } => {
                commands.push(words(&[
                    "rustup",
                    "toolchain",
                    "install",
                    channel,
                    "--profile",
                    "minimal",
                ]));
            }
            Thing::Target { channel, target } => {
                pinned.clone_from(channel);
                targets.push((*target).to_owned());
            }
            Thing::Component { channel, component } => {
                pinned.clone_from(channel);
                components.push((*component).to_owned());
            }
            _ => {}
        }
    }
    for (kind, names) in [("target", targets), ("component", components)] {
        if !names.is_empty() {
            commands.push(
                [
                    words(&["rustup", kind, "add", "--toolchain", &pinned]),
                    names,
                ]
                .concat(),
            );
        }
    }
    commands
}

/// The packages to install here; only Debian's we install ourselves.
fn packages(missing: &[&Thing], platform: Platform) -> Vec<&'static str> {
    if platform != Platform::Debian {
        return Vec::new();
    }
    let mut packages: Vec<_> = missing
        .iter()
        .filter_map(|thing| install::package(thing, platform))
        .collect();
    packages.dedup();
    packages
}

/// Installs packages, with fresh lists where the old ones are missing, old or wrong.
fn install(packages: &[&str], report: &Report, shell: &mut dyn Shell) -> Result<(), Error> {
    let Some(privilege) = privilege(shell) else {
        let why =
            "installing packages needs root, and there is no sudo that works without asking\n";
        return Err(Error::Missing(format!("{why}{}", report.advice())));
    };
    let apt = |arguments: &[&str]| {
        [
            words(&privilege),
            words(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]),
            words(arguments),
        ]
        .concat()
    };
    let update = apt(&["update"]);
    let install = [
        apt(&["install", "--yes", "--no-install-recommends"]),
        words(packages),
    ]
    .concat();
    let fresh = shell.lists_are_fresh();
    if !fresh {
        run(shell, &update, report)?;
        return run(shell, &install, report);
    }
    if run(shell, &install, report).is_ok() {
        return Ok(());
    }
    run(shell, &update, report)?;
    run(shell, &install, report)
}

/// The words before a command that needs root.
fn privilege(shell: &dyn Shell) -> Option<Vec<&'static str>> {
    match (shell.is_root(), shell.has("sudo"), shell.is_interactive()) {
        (true, _, _) => Some(vec![]),
        (false, true, true) => Some(vec!["sudo"]),
        (false, true, false) => Some(vec!["sudo", "-n"]),
        (false, false, _) => None,
    }
}

/// Runs one command, and says so.
fn run(shell: &mut dyn Shell, command: &[String], report: &Report) -> Result<(), Error> {
    let line = command.join(" ");
    eprintln!("doctor: {line}");
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let failed = |why: String| Error::Missing(format!("`{line}` {why}\n{}", report.advice()));
    match shell.run(&words) {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed("failed; what it said stands above".into())),
        Err(error) => Err(failed(format!("cannot be run: {error}"))),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The system itself.
#[derive(Debug, Default)]
pub struct System;

/// Lists of packages older than this may name packages that the server no longer has.
const FRESH: Duration = Duration::from_secs(7 * 24 * 3600);

impl Shell for System {
    fn run(&mut self, words: &[&str]) -> io::Result<bool> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(true);
        };
        // Standard output is not ours: it may be the guest's, or a report's.
        let status = Command::new(program)
            .args(arguments)
            .stdout(io::stderr())
            .status()?;
        Ok(status.success())
    }

    fn has(&self, program: &str) -> bool {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&env::var_os("PATH").unwrap_or_default())
            .any(|folder| folder.join(&name).is_file())
    }

    #[cfg(unix)]
    fn is_root(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    #[cfg(not(unix))]
    fn is_root(&self) -> bool {
        false
    }

    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn lists_are_fresh(&self) -> bool {
        newest(Path::new("/var/lib/apt/lists"))
            .and_then(|time| time.elapsed().ok())
            .is_some_and(|age| age < FRESH)
    }
}

/// The time of the newest list of packages.
fn newest(lists: &Path) -> Option<SystemTime> {
    let is_list = |name: &str| name.contains("_Packages") || name.contains("_InRelease");
    let entries = fs::read_dir(lists).ok()?.flatten();
    let lists = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_list));
    lists
        .filter_map(|entry| entry.metadata().ok()?.modified().ok())
        .max()
}

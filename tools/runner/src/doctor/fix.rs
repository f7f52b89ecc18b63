//! Gets what is missing: by rustup, and on Debian and Ubuntu by apt-get.

use super::fallback;
use super::install::{self, Platform, Thing};
use super::shell::Shell;
use super::{Places, Report};
use crate::Error;

/// Gets what a report says is missing, as far as that can be done; the rest is left to the next check.
///
/// # Errors
/// [`Error::Missing`] when a command is not there or fails, or packages may not be installed; those of the
/// compiler that stands in for the pinned one.
pub fn fix(report: &Report, places: &Places, shell: &mut dyn Shell) -> Result<(), Error> {
    let missing = report.missing();
    rust(&missing, report, places, shell)?;
    let packages = packages(&missing, report.platform);
    if packages.is_empty() {
        Ok(())
    } else {
        install(&packages, &report.advice(), shell)
    }
}

/// Gets the toolchain and its parts.
fn rust(
    missing: &[&Thing],
    report: &Report,
    places: &Places,
    shell: &mut dyn Shell,
) -> Result<(), Error> {
    if missing.iter().any(|thing| fallback::lacks(thing)) {
        return fallback::put(places, "Debian's compiler has changed", shell);
    }
    for words in rustup_commands(missing) {
        if !shell.has("rustup") {
            return Err(Error::Missing(report.advice()));
        }
        if !rustup(&words, report, shell)? {
            return fallback::put(places, "rustup's server is out of reach", shell);
        }
    }
    Ok(())
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

/// Runs one of rustup's commands. False if its server is out of reach, and there is another compiler to be had.
fn rustup(command: &[String], report: &Report, shell: &mut dyn Shell) -> Result<bool, Error> {
    let line = command.join(" ");
    eprintln!("doctor: {line}");
    let heard = shell
        .listen(&borrowed(command))
        .map_err(|error| failed(&line, &format!("cannot be run: {error}"), &report.advice()))?;
    // Rustup says so of a server that does not answer, has no name, or is somebody else's.
    let is_out_of_reach = heard.said.contains("could not download");
    if heard.success {
        Ok(true)
    } else if is_out_of_reach && report.platform == Platform::Debian {
        Ok(false)
    } else {
        let why = format!("failed:\n{}", heard.said.trim_end());
        Err(failed(&line, &why, &report.advice()))
    }
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
pub(super) fn install(packages: &[&str], advice: &str, shell: &mut dyn Shell) -> Result<(), Error> {
    let Some(privilege) = privilege(shell) else {
        let why =
            "installing packages needs root, and there is no sudo that works without asking\n";
        return Err(Error::Missing(format!("{why}{advice}")));
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
    if shell.lists_are_fresh() && run(&install, advice, shell).is_ok() {
        return Ok(());
    }
    run(&update, advice, shell)?;
    run(&install, advice, shell)
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
pub(super) fn run(command: &[String], advice: &str, shell: &mut dyn Shell) -> Result<(), Error> {
    eprintln!("doctor: {}", command.join(" "));
    run_silently(command, advice, shell)
}

/// Runs one command.
pub(super) fn run_silently(
    command: &[String],
    advice: &str,
    shell: &mut dyn Shell,
) -> Result<(), Error> {
    let line = command.join(" ");
    match shell.run(&borrowed(command)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(&line, "failed; what it said stands above", advice)),
        Err(error) => Err(failed(&line, &format!("cannot be run: {error}"), advice)),
    }
}

fn failed(line: &str, why: &str, advice: &str) -> Error {
    Error::Missing(format!("`{line}` {why}\n{advice}"))
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

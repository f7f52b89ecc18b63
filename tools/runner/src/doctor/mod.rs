//! Checks what this machine has of what Cairn needs, and gets what is missing.
//!
//! Checking reads folders and spawns nothing, so that each run and each test can afford it.

mod check;
pub mod fallback;
pub mod fix;
pub mod install;
pub mod shell;
mod sysroot;
mod toolchain;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Boot, Error};

use install::{Platform, Thing};
use shell::System;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Build the kernel and boot it directly.
    Run,
    /// Make and boot disk images for this way too.
    Images(Boot),
    /// Build the book: like `Run`, and format what is woven.
    Book,
    /// All of it.
    Everything,
}

impl Need {
    fn image(self, boot: Boot) -> bool {
        self == Need::Everything || self == Need::Images(boot)
    }
}

/// Where things are; tests have places of their own.
#[derive(Clone, Debug)]
pub struct Places {
    /// The workspace.
    pub root: PathBuf,
    /// Rustup's folder.
    pub rustup: PathBuf,
    /// The folder into which Debian's packages install: `/usr`.
    pub system: PathBuf,
}

impl Places {
    /// This machine's.
    #[must_use]
    pub fn of(root: &Path) -> Places {
        Places {
            root: root.into(),
            rustup: toolchain::rustup_home(),
            system: "/usr".into(),
        }
    }
}

/// One thing that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub thing: Thing,
    /// What became of it.
    pub state: State,
}

/// What became of looking for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is there.
    Found {
        /// Its version, where that is known.
        version: String,
        /// Where it is.
        place: PathBuf,
    },
    /// It is not.
    Missing {
        /// What is wrong, if it is there but not good enough.
        reason: String,
    },
}

/// All that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was looked for, in the order in which it is needed.
    pub findings: Vec<Finding>,
    /// The machine that it was looked for on.
    pub platform: Platform,
}

impl Report {
    /// What is missing.
    #[must_use]
    pub fn missing(&self) -> Vec<&Thing> {
        let missing = |finding: &&Finding| matches!(finding.state, State::Missing { .. });
        self.findings
            .iter()
            .filter(missing)
            .map(|finding| &finding.thing)
            .collect()
    }

    /// One sentence for each thing that is missing, with the command that gets it.
    #[must_use]
    pub fn advice(&self) -> String {
        let line = |thing: &&Thing| {
            format!(
                "{thing} is missing; get it with:\n{}",
                install::advice(thing, self.platform)
            )
        };
        self.missing()
            .iter()
            .map(line)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// A table: what, which version, where.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .findings
            .iter()
            .map(|finding| finding.thing.to_string().len())
            .max()
            .unwrap_or(0);
        for finding in &self.findings {
            let name = finding.thing.to_string();
            match &finding.state {
                State::Found { version, place } => writeln!(
                    f,
                    "  ok       {name:width$}  {version:10}  {}",
                    place.display()
                )?,
                State::Missing { reason } => {
                    writeln!(f, "  missing  {name:width$}  {reason}")?;
                    writeln!(f, "{}", install::advice(&finding.thing, self.platform))?;
                }
            }
        }
        Ok(())
    }
}

/// Looks for all that is needed. `root` is the workspace, `target` cargo's target folder.
#[must_use]
pub fn check(need: Need, root: &Path, target: &Path) -> Report {
    Report {
        findings: check::all(need, &Places::of(root), target),
        platform: Platform::here(),
    }
}

/// Looks for all that is needed, and with `fix` gets what is missing. The report says what is still missing.
///
/// # Errors
/// [`Error::Missing`] when something could not be got, with the reason and the command to try by hand.
pub fn doctor(need: Need, root: &Path, target: &Path, fix: bool) -> Result<Report, Error> {
    let report = check(need, root, target);
    if !fix || report.missing().is_empty() {
        return Ok(report);
    }
    fix::fix(&report, &Places::of(root), &mut System)?;
    Ok(check(need, root, target))
}

/// Gets what is missing, and is silent when nothing is. If Debian's compiler was put into the place of the pinned one,
/// the program starts anew, so that whatever it starts uses that; call this before the program has done anything.
///
/// # Errors
/// [`Error::Missing`] when something is missing and could not be got.
pub fn ensure(need: Need, root: &Path, target: &Path) -> Result<(), Error> {
    if check(need, root, target).missing().is_empty() {
        return Ok(());
    }
    let report = doctor(need, root, target, true)?;
    if report.missing().is_empty() {
        fallback::start_anew(&Places::of(root))
    } else {
        Err(Error::Missing(report.advice()))
    }
}

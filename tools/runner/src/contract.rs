//! A chapter's contract: what its kernel does, seen from the serial line, from the screen and from how it ends.
//!
//! A contract knows no name in the code, so it holds a reader's own kernel to the same as ours.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;

mod pattern;
mod seen;
mod talk;

pub use seen::Seen;

use pattern::compile;
use seen::Match;
use talk::{Missing, Talk, Why};

use crate::monitor::Monitor;
use crate::{Boot, Display, Ending, Error, Firmware, Machine, Outcome, Progress, Qemu, Session};

/// One `[[contract]]` of a `chapter.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Its name; with the chapter's slug in front it is the test's name.
    pub name: String,
    /// The anchor of the page's section that explains it.
    pub section: String,
    /// The ways to boot for which it holds; all if it is empty.
    #[serde(default)]
    pub boot: Vec<Boot>,
    /// The chapter from which on it no longer holds.
    #[serde(default)]
    pub until: Option<String>,
    /// More arguments for QEMU.
    #[serde(default)]
    pub machine: Vec<String>,
    /// The size of memory.
    #[serde(default)]
    pub memory: Option<String>,
    /// The firmware for direct boot; qboot if nothing is said, which has no screen.
    #[serde(default)]
    pub firmware: Option<Firmware>,
    /// Whether the machine has a serial port.
    #[serde(default = "yes")]
    pub serial: bool,
    /// What is said on the serial line and seen on the screen, in order.
    #[serde(default)]
    pub dialogue: Vec<Line>,
    /// How it ends.
    #[serde(default)]
    pub outcome: Expected,
    /// The time limit in seconds; by default 10, on BIOS 20, on UEFI 60.
    #[serde(default)]
    pub seconds: Option<u64>,
}

/// A serial port is there unless a contract says otherwise.
fn yes() -> bool {
    true
}

/// One line of a dialogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// A regular expression for what the guest says next; `^` and `$` match at line ends. What came before is skipped.
    Expect(String),
    /// What the guest is told, once it is ready.
    Send(String),
    /// Keys that are pressed one after the other, once the guest is ready if it has a serial port to say so, with spaces between them and named as in QEMU's
    /// `sendkey`: `h i ret`, `ctrl-c`.
    Press(String),
    /// A regular expression for the text screen as it stands at some time from now on; `^` and `$` match at the ends of rows.
    Screen(String),
    /// So many times in a row the first processor is found to rest and to let interrupts in, as a kernel does that waits.
    Rests(u32),
}

/// How a machine is expected to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Well: it still runs when the dialogue is over, or has ended with success.
    #[default]
    Fine,
    /// With success, or a power-off.
    Success,
    /// With a power-off, and not by the exit device.
    PowerOff,
    /// With a failure or a panic.
    Failure,
    /// The kernel says that it cannot use the machine.
    Unusable,
    /// With a triple fault.
    TripleFault,
    /// With a reset.
    Reset,
    /// Not at all: it still runs when the dialogue is over.
    Running,
}

impl Expected {
    /// Whether it ended so.
    #[must_use]
    pub fn fits(self, outcome: &Outcome) -> bool {
        match self {
            Expected::Fine => Expected::Success.fits(outcome) || Expected::Running.fits(outcome),
            Expected::Success => matches!(outcome, Outcome::Succeeded | Outcome::PoweredOff),
            Expected::PowerOff => *outcome == Outcome::PoweredOff,
            Expected::Failure => matches!(outcome, Outcome::Failed | Outcome::Panicked),
            Expected::Unusable => *outcome == Outcome::Unusable,
            Expected::TripleFault => *outcome == Outcome::TripleFaulted,
            Expected::Reset => *outcome == Outcome::Reset,
            Expected::Running => *outcome == Outcome::Stopped,
        }
    }

    /// For the sentence "expected that …".
    fn sentence(self) -> &'static str {
        match self {
            Expected::Fine => "the kernel still runs, or has ended with success",
            Expected::Success => "the kernel reports success or switches the machine off",
            Expected::PowerOff => "the kernel switches the machine off",
            Expected::Failure => "the kernel reports failure",
            Expected::Unusable => "the kernel says that it cannot use the machine",
            Expected::TripleFault => "the machine triple-faults",
            Expected::Reset => "the guest resets the machine",
            Expected::Running => "the kernel still runs",
        }
    }
}

/// Why a contract was not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Broken {
    /// What was expected, what came instead, and where the serial log is.
    pub what: String,
}

impl Contract {
    /// Reads one `[[contract]]`, and its regular expressions.
    ///
    /// # Errors
    /// [`Error::Contract`] says which field is wrong.
    pub fn parse(table: toml::Table) -> Result<Contract, Error> {
        let name = table
            .get("name")
            .and_then(toml::Value::as_str)
            .unwrap_or("without a name")
            .to_owned();
        let wrong = |reason: String| Error::Contract {
            name: name.clone(),
            reason,
        };
        let contract: Contract = table
            .try_into()
            .map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
        if contract.dialogue.is_empty() && contract.outcome == Expected::Fine {
            return Err(wrong(
                "it asks for nothing: give it a dialogue or an outcome".to_owned(),
            ));
        }
        for line in &contract.dialogue {
            if let Line::Expect(pattern) | Line::Screen(pattern) = line {
                compile(pattern).map_err(&wrong)?;
            }
        }
        Ok(contract)
    }

    /// The ways to boot for which it holds.
    #[must_use]
    pub fn ways(&self) -> &[Boot] {
        if self.boot.is_empty() {
            &Boot::ALL
        } else {
            &self.boot
        }
    }

    /// The test's name: `boot::greets (direct)`.
    #[must_use]
    pub fn title(&self, slug: &str, boot: Boot) -> String {
        format!("{slug}::{} ({boot})", self.name)
    }

    /// Its machine. `image` is the ELF file for direct boot, otherwise the disk image.
    #[must_use]
    pub fn machine(&self, boot: Boot, image: &Path) -> Machine {
        let mut machine = Machine::new(boot, image);
        machine.firmware = self.firmware.unwrap_or(Firmware::Qboot);
        machine.serial = self.serial;
        machine.display = Display::None;
        machine.arguments.clone_from(&self.machine);
        if let Some(memory) = &self.memory {
            machine.memory.clone_from(memory);
        }
        machine
    }

    fn limit(&self, boot: Boot) -> Duration {
        let usual = match boot {
            Boot::Direct => 10,
            Boot::Bios => 20,
            Boot::Uefi => 60,
        };
        Duration::from_secs(self.seconds.unwrap_or(usual))
    }

    /// Boots the machine and holds it against the contract. If it is not kept, the serial log is kept in `logs` under `title`.
    ///
    /// # Errors
    /// [`Broken`] says what was expected and what came instead.
    pub fn run(
        &self,
        qemu: &Qemu,
        boot: Boot,
        image: &Path,
        logs: &Path,
        title: &str,
    ) -> Result<(), Broken> {
        self.hold(qemu, boot, image, logs, title).map(drop)
    }

    /// Like [`Contract::run`], and tells what was seen.
    ///
    /// # Errors
    /// As [`Contract::run`].
    pub fn hold(
        &self,
        qemu: &Qemu,
        boot: Boot,
        image: &Path,
        logs: &Path,
        title: &str,
    ) -> Result<Seen, Broken> {
        let limit = self.limit(boot);
        let broken = |error: Error| Broken {
            what: error.to_string(),
        };
        let monitor = self.monitor().map_err(broken)?;
        let mut machine = self.machine(boot, image);
        if let Some(monitor) = &monitor {
            machine
                .arguments
                .extend(monitor.arguments().map_err(no_monitor).map_err(broken)?);
        }
        let mut session = Session::start(qemu, &machine).map_err(broken)?;
        let (matches, missing) = self.talk(&mut session, monitor, limit);
        let ending = self.end(session, missing.as_ref(), limit).map_err(broken)?;
        let what = match missing {
            Some(missing) => missing.what,
            None if self.outcome.fits(&ending.outcome) => {
                let lines = seen::lines(&matches, &ending.serial);
                return Ok(Seen { lines, ending });
            }
            None => format!("expected that {}", self.outcome.sentence()),
        };
        let log = ending.keep(logs, title).map_err(broken)?;
        Err(Broken {
            what: explain(&what, &ending, &log),
        })
    }

    /// A monitor, where the dialogue is about more than the serial line.
    fn monitor(&self) -> Result<Option<Monitor>, Error> {
        let needs = |line: &Line| !matches!(line, Line::Expect(_) | Line::Send(_));
        if !self.dialogue.iter().any(needs) {
            return Ok(None);
        }
        Monitor::new().map(Some).map_err(no_monitor)
    }

    /// Leads the dialogue. Returns what matched, and what did not.
    fn talk(
        &self,
        session: &mut Session,
        monitor: Option<Monitor>,
        limit: Duration,
    ) -> (Vec<Match>, Option<Missing>) {
        let deadline = session.started() + limit;
        let mut talk = Talk::new(session, monitor, deadline);
        // Without a serial port nobody can say that it is ready.
        talk.is_ready = !self.serial;
        let missing = self.dialogue.iter().find_map(|line| talk.line(line).err());
        (talk.matches, missing)
    }

    /// Brings the machine to its end.
    fn end(
        &self,
        session: Session,
        missing: Option<&Missing>,
        limit: Duration,
    ) -> Result<Ending, Error> {
        match missing.map(|missing| missing.why) {
            Some(Why::Ended) => session.finish(),
            Some(Why::TimedOut) => session.time_out(limit),
            Some(Why::Impossible) => session.stop(Outcome::Stopped),
            None if matches!(self.outcome, Expected::Fine | Expected::Running) => {
                still_running(session)
            }
            None => session.wait(limit),
        }
    }
}

/// Stops a machine that should still run.
fn still_running(mut session: Session) -> Result<Ending, Error> {
    loop {
        match session.next(Some(Instant::now())) {
            Progress::Output(_) | Progress::Ready => {}
            Progress::Ended => return session.finish(),
            Progress::Stopped | Progress::TimedOut => return session.stop(Outcome::Stopped),
        }
    }
}

/// The error of a monitor that cannot be had.
fn no_monitor(error: std::io::Error) -> Error {
    Error::io("listen to", "QEMU's monitor", error)
}

/// What was expected, what came, how it ended, where the log is.
fn explain(expected: &str, ending: &Ending, log: &Path) -> String {
    let text = String::from_utf8_lossy(&ending.serial);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(10)..];
    let came = match last {
        [] => "nothing came on the serial line".to_owned(),
        last => format!("the serial line's last lines:\n    {}", last.join("\n    ")),
    };
    format!(
        "{expected}\n  {came}\n  {}\n  serial log: {}",
        ending.outcome,
        log.display()
    )
}

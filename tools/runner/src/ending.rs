//! How a machine ended, and what it left behind.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus as ProcessStatus;
use std::time::Duration;

use crate::log::Log;
use crate::{Error, ExitStatus};

/// How a machine ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The kernel reported success to the exit device.
    Succeeded,
    /// The kernel switched the machine off through ACPI.
    PoweredOff,
    /// The kernel reported a panic to the exit device.
    Panicked,
    /// The kernel reported failure to the exit device; a case with an error does.
    Failed,
    /// The kernel said that it cannot use this machine.
    Unusable,
    /// The kernel wrote a value to the exit device that has no meaning.
    Odd {
        /// The value written.
        value: i32,
    },
    /// An exception could not be delivered, nor the double fault that followed.
    TripleFaulted,
    /// The guest asked for a reset.
    Reset,
    /// The time limit passed.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The time limit passed without a sign of life on the serial line.
    NeverBooted {
        /// The limit.
        limit: Duration,
    },
    /// QEMU itself failed.
    QemuFailed {
        /// How QEMU ended, in words.
        status: String,
        /// What QEMU said, and a hint where there is one.
        stderr: String,
    },
    /// The user quit.
    Quit,
    /// The machine still ran well when the runner had seen enough.
    Stopped,
}

impl Outcome {
    /// The exit status that this outcome stands for.
    #[must_use]
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Outcome::Succeeded | Outcome::PoweredOff | Outcome::Quit | Outcome::Stopped => {
                ExitStatus::Success
            }
            Outcome::Panicked | Outcome::Failed | Outcome::Odd { .. } => ExitStatus::Failed,
            Outcome::Unusable => ExitStatus::Unusable,
            Outcome::TripleFaulted | Outcome::Reset => ExitStatus::Reset,
            Outcome::TimedOut { .. } => ExitStatus::TimedOut,
            Outcome::NeverBooted { .. } | Outcome::QemuFailed { .. } => ExitStatus::Qemu,
        }
    }

    /// Whether this is how a run should end: with a clean power-off, or by the user's wish.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.exit_status() == ExitStatus::Success
    }

    /// The verdict's name, as `chapter.toml` writes it.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self {
            Outcome::Succeeded | Outcome::PoweredOff | Outcome::Quit | Outcome::Stopped => "passed",
            Outcome::Panicked => "panicked",
            Outcome::Failed | Outcome::Odd { .. } => "failed",
            Outcome::Unusable => "unusable",
            Outcome::TripleFaulted => "triple-faulted",
            Outcome::Reset => "reset",
            Outcome::TimedOut { .. } => "hung",
            Outcome::NeverBooted { .. } => "never-booted",
            Outcome::QemuFailed { .. } => "qemu-failed",
        }
    }

    /// The outcome of a QEMU that ended by itself.
    pub(crate) fn of(status: ProcessStatus, stderr: &str, log: &Log) -> Outcome {
        match status.code() {
            Some(0) => Outcome::of_silent_exit(stderr, log),
            Some(33) => Outcome::Succeeded,
            Some(35) => Outcome::Panicked,
            Some(37) => Outcome::Unusable,
            Some(39) => Outcome::Failed,
            Some(code) if code % 2 == 1 && stderr.trim().is_empty() => {
                Outcome::Odd { value: code / 2 }
            }
            _ => Outcome::QemuFailed {
                status: status.to_string(),
                stderr: with_hint(stderr),
            },
        }
    }

    /// QEMU exits with 0 after a power-off, a reset and a triple fault, so its log has to tell which it was.
    fn of_silent_exit(stderr: &str, log: &Log) -> Outcome {
        if log.triple_faulted() {
            return Outcome::TripleFaulted;
        }
        if stderr.contains("terminating on signal") {
            return Outcome::QemuFailed {
                status: "ended by a signal".into(),
                stderr: with_hint(stderr),
            };
        }
        match log.shutdown_cause() {
            None => Outcome::Reset,
            Some(Log::CAUSE_WINDOW) => Outcome::Quit,
            Some(_) => Outcome::PoweredOff,
        }
    }
}

/// What QEMU said, with a sentence on what to do where we know one.
fn with_hint(stderr: &str) -> String {
    let said = stderr.trim();
    let hint = if said.contains("without PVH ELF Note") {
        "the kernel has no PVH note, so QEMU cannot enter it directly"
    } else if said.contains("gtk initialization failed")
        || said.contains("could not open display")
        || said.contains("cannot open display")
    {
        "there is no display to open a window on; add --headless"
    } else if said.contains("unsupported machine type") || said.contains("Could not access KVM") {
        "this QEMU lacks something that the command line asks for"
    } else {
        return said.to_owned();
    };
    format!("{said}\n  hint: {hint}")
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Succeeded => f.write_str("the kernel reported success"),
            Outcome::PoweredOff => f.write_str("the kernel switched the machine off"),
            Outcome::Panicked => f.write_str("the kernel panicked"),
            Outcome::Failed => f.write_str("the kernel reported failure"),
            Outcome::Unusable => f.write_str("the kernel cannot use this machine"),
            Outcome::Odd { value } => write!(f, "the kernel wrote {value:#x} to the exit device, which has no meaning"),
            Outcome::TripleFaulted => f.write_str(
                "the machine triple-faulted: an exception could not be delivered, nor the double fault that followed",
            ),
            Outcome::Reset => f.write_str("the guest reset the machine"),
            Outcome::TimedOut { limit } => write!(f, "the machine still ran after {}", seconds(*limit)),
            Outcome::NeverBooted { limit } => {
                write!(f, "the kernel never booted: nothing came on the serial line in {}", seconds(*limit))
            }
            Outcome::QemuFailed { status, stderr } if stderr.is_empty() => write!(f, "QEMU failed ({status})"),
            Outcome::QemuFailed { status, stderr } => write!(f, "QEMU failed ({status}):\n  {stderr}"),
            Outcome::Quit => f.write_str("the user quit"),
            Outcome::Stopped => f.write_str("the machine ran well and was stopped"),
        }
    }
}

/// A duration for a sentence.
fn seconds(limit: Duration) -> String {
    let seconds = limit.as_secs_f64();
    if seconds == 1.0 {
        "1 second".into()
    } else {
        format!("{seconds} seconds")
    }
}

/// A machine that has ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// All that the guest wrote on the serial line, without XON and XOFF.
    pub serial: Vec<u8>,
    /// What QEMU wrote on standard error.
    pub stderr: String,
    /// What QEMU logged about resets, with the registers at each.
    pub log: String,
    /// The command line that started QEMU, quoted for a shell.
    pub command: String,
    /// From the start of QEMU to its end.
    pub duration: Duration,
}

impl Ending {
    /// Keeps the serial log as `NAME.log`, and beside it `NAME.qemu.log` with QEMU's command line, what it said and its log.
    /// Returns the serial log's path.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn keep(&self, folder: &Path, name: &str) -> Result<PathBuf, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        let name = file_name(name);
        let serial = folder.join(format!("{name}.log"));
        let qemu = folder.join(format!("{name}.qemu.log"));
        fs::write(&serial, &self.serial).map_err(|error| Error::io("write", &serial, error))?;
        let about = format!(
            "$ {}\n{}\n\n{}\n\n{}",
            self.command,
            self.outcome,
            self.stderr.trim(),
            self.log
        );
        fs::write(&qemu, about).map_err(|error| Error::io("write", &qemu, error))?;
        Ok(serial)
    }
}

/// Removes what [`Ending::keep`] has kept under this name at an earlier time.
pub(crate) fn forget(folder: &Path, name: &str) {
    let name = file_name(name);
    // Most often there is nothing.
    let _ = fs::remove_file(folder.join(format!("{name}.log")));
    let _ = fs::remove_file(folder.join(format!("{name}.qemu.log")));
}

/// A test's name as a file name on every host: `boot::greets (direct)` becomes `boot-greets-direct`.
fn file_name(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

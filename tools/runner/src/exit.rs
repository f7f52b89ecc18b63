//! The exit statuses of the runner and of `cargo xtask`.

use std::process::ExitCode;

/// What the runner's exit status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// The kernel switched the machine off, or the user quit.
    Success = 0,
    /// The kernel, or a test, failed.
    Failed = 1,
    /// The command line was wrong.
    Usage = 2,
    /// Something is missing on this machine; the message has the command that installs it.
    Missing = 3,
    /// QEMU itself failed, or the kernel never booted.
    Qemu = 4,
    /// The guest was reset or triple-faulted.
    Reset = 5,
    /// The kernel said that it cannot use the machine.
    Unusable = 6,
    /// The time limit passed.
    TimedOut = 124,
    /// Ctrl-C, or a signal that asks to end.
    Interrupted = 130,
}

impl ExitStatus {
    /// The table of all statuses, for `--help`.
    pub const HELP: &str = "Exit status:
    0  the kernel switched the machine off, or you quit
    1  the kernel or a test failed, or the kernel panicked
    2  the command line was wrong
    3  something is missing on this machine; the message says how to install it
    4  QEMU itself failed, or the kernel never booted
    5  the machine was reset, or triple-faulted
    6  the kernel cannot use this machine, and said so
  124  the time limit passed
  130  interrupted";
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

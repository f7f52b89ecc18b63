//! QEMU's own log, which tells a triple fault, a reset and a power-off apart.
//!
//! QEMU exits with status 0 after each of the three. `-d cpu_reset` logs `Triple fault` when one happens, and the trace
//! event of a shut-down request is logged for a power-off (with its cause) but not for a reset under `-no-reboot`.

use std::fs;
use std::path::Path;

/// What QEMU logged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    text: String,
}

impl Log {
    /// What `-d` has to be given.
    pub(crate) const ITEMS: &str = "cpu_reset,trace:qemu_system_shutdown_request";
    /// The user closed QEMU's window (`SHUTDOWN_CAUSE_HOST_UI`).
    pub(crate) const CAUSE_WINDOW: u32 = 5;

    /// Reads the log; one that cannot be read is empty.
    pub(crate) fn read(path: &Path) -> Log {
        let bytes = fs::read(path).unwrap_or_default();
        Log {
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Whether the machine was reset by a triple fault.
    pub(crate) fn triple_faulted(&self) -> bool {
        self.text.contains("Triple fault")
    }

    /// The `ShutdownCause` of the first request to shut down, if there was one.
    pub(crate) fn shutdown_cause(&self) -> Option<u32> {
        let (_, rest) = self
            .text
            .split_once("qemu_system_shutdown_request reason=")?;
        rest.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    }

    /// The log from the last triple fault on; all of it if there was none.
    pub(crate) fn telling(self) -> String {
        match self.text.rfind("Triple fault") {
            Some(start) => self.text[start..].to_owned(),
            None => self.text,
        }
    }
}

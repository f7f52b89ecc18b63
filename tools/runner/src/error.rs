//! What can go wrong before there is an outcome to report.

use std::io;
use std::path::PathBuf;

use crate::ExitStatus;
use crate::counts::CountError;

/// A failure of the runner, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no QEMU.
    #[error(
        "QEMU is not installed: there is no qemu-system-x86_64 on PATH\n  install it with: {install}\n  or name it in CAIRN_QEMU"
    )]
    QemuMissing {
        /// The command that installs it here.
        install: String,
    },
    /// `CAIRN_QEMU` does not name a program that says which QEMU it is.
    #[error("{path} is not a QEMU: {said}")]
    NotQemu {
        /// The program asked.
        path: PathBuf,
        /// What it said instead of its version.
        said: String,
    },
    /// QEMU is older than 7.2.
    #[error("{path} is QEMU {found}, but Cairn needs 7.2 or newer\n  install it with: {install}")]
    QemuTooOld {
        /// The program.
        path: PathBuf,
        /// Its version.
        found: String,
        /// The command that installs a newer one here.
        install: String,
    },
    /// A firmware image is missing.
    #[error("the firmware {what} is not installed\n  install it with: {install}")]
    FirmwareMissing {
        /// Its name.
        what: &'static str,
        /// The command that installs it here.
        install: String,
    },
    /// The machine lacks something that `doctor` found missing.
    #[error("{0}")]
    Missing(String),
    /// Debian's compiler cannot stand in for the pinned one.
    #[error(
        "Debian's {package} is {found}, but Cairn needs {needed} or newer in the place of rustup's compiler\n  \
         add Debian's security updates to apt's sources, and try again"
    )]
    CompilerTooOld {
        /// The package.
        package: &'static str,
        /// Its version.
        found: String,
        /// The version that is pinned.
        needed: String,
    },
    /// A file could not be read, written or run.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was attempted, as a verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The image tool failed; it has said why on standard error.
    #[error(
        "making the disk image failed ({status}); what cargo said stands above\n  `cargo xtask doctor` checks what images need"
    )]
    Image {
        /// How cargo ended.
        status: std::process::ExitStatus,
    },
    /// An image was made but did not boot, and was removed.
    #[error("the image does not boot: {outcome}\n  the serial log is in {log}")]
    Unverified {
        /// How the machine ended.
        outcome: String,
        /// What it wrote on the serial line.
        log: PathBuf,
        /// The status that belongs to the outcome.
        status: ExitStatus,
    },
    /// A disk image was asked for a direct boot.
    #[error("direct boot needs no disk image; choose bios or uefi")]
    NoImage,
    /// A contract's table is wrong.
    #[error("the contract {name}: {reason}")]
    Contract {
        /// Its name, or its place in the file.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A test program describes its cases in a way that makes no sense.
    #[error(
        "the cases of {path} cannot be read: {reason}\n  the kernel's tests and tools/runner must be of the same edition"
    )]
    Cases {
        /// The program.
        path: PathBuf,
        /// What is wrong with them.
        reason: String,
    },
    /// The cases of `cargo bench` count in a way that makes no sense.
    #[error(transparent)]
    Counts(#[from] CountError),
    /// The file is no ELF file for this machine.
    #[error("{path} is not an ELF file for x86_64: {reason}")]
    Elf {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl Error {
    /// An error about a file.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Error {
        Error::Io {
            doing,
            path: path.into(),
            source,
        }
    }

    /// The exit status that this error stands for.
    #[must_use]
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Error::QemuMissing { .. }
            | Error::NotQemu { .. }
            | Error::QemuTooOld { .. }
            | Error::FirmwareMissing { .. }
            | Error::CompilerTooOld { .. }
            | Error::Missing(_) => ExitStatus::Missing,
            Error::NoImage | Error::Contract { .. } => ExitStatus::Usage,
            Error::Unverified { status, .. } => *status,
            Error::Cases { .. }
            | Error::Counts(_)
            | Error::Io { .. }
            | Error::Image { .. }
            | Error::Elf { .. } => ExitStatus::Failed,
        }
    }
}

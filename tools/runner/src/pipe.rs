//! The two pipes to QEMU, and what has to be known about them to obey XOFF.
//!
//! A byte that was written to a pipe cannot be taken back. So before each small piece we make sure that QEMU has taken the one
//! before, and that nothing which QEMU wrote is still unread: it could be an XOFF.

use std::io::{self, PipeReader, Read};
use std::process::ChildStdout;

/// The output of QEMU.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: ChildStdout,
}

impl Output {
    /// The reading end.
    pub(crate) fn new(stdout: ChildStdout) -> Output {
        Output { stdout }
    }

    /// Waits for bytes, then takes the lock, then reads them: so nobody who holds the lock can miss bytes that are neither in
    /// the pipe nor dealt with. Returns how many bytes came; none at the end.
    #[cfg(unix)]
    pub(crate) fn read_locked<Guard>(
        &mut self,
        buffer: &mut [u8],
        lock: impl FnOnce() -> Guard,
    ) -> io::Result<(usize, Guard)> {
        use rustix::event::{PollFd, PollFlags, poll};
        while let Err(error) = poll(&mut [PollFd::new(&self.stdout, PollFlags::IN)], None) {
            if error != rustix::io::Errno::INTR {
                return Err(error.into());
            }
        }
        let guard = lock();
        Ok((self.stdout.read(buffer)?, guard))
    }

    /// Reads bytes, then takes the lock. Returns how many bytes came; none at the end.
    #[cfg(not(unix))]
    pub(crate) fn read_locked<Guard>(
        &mut self,
        buffer: &mut [u8],
        lock: impl FnOnce() -> Guard,
    ) -> io::Result<(usize, Guard)> {
        let count = self.stdout.read(buffer)?;
        Ok((count, lock()))
    }
}

/// Looks into both pipes without touching what is in them.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Probe {
    input: PipeReader,
    output: std::os::fd::OwnedFd,
}

#[cfg(unix)]
impl Probe {
    /// `input` is a copy of the end that QEMU reads from.
    pub(crate) fn new(input: PipeReader, output: &Output) -> io::Result<Probe> {
        use std::os::fd::AsFd;
        Ok(Probe {
            input,
            output: output.stdout.as_fd().try_clone_to_owned()?,
        })
    }

    /// Whether QEMU has taken all that we wrote and we have read all that it wrote.
    pub(crate) fn quiet(&self) -> bool {
        let empty = |count: rustix::io::Result<u64>| count.is_ok_and(|count| count == 0);
        empty(rustix::io::ioctl_fionread(&self.input))
            && empty(rustix::io::ioctl_fionread(&self.output))
    }
}

/// Where pipes cannot be looked into: lets a serial line's time pass between two pieces.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Probe {
    last: std::cell::Cell<std::time::Instant>,
}

#[cfg(not(unix))]
impl Probe {
    /// A piece of 32 bytes takes about 3 ms at 115,200 baud.
    const PACE: std::time::Duration = std::time::Duration::from_millis(3);

    /// The pipes themselves are of no use.
    pub(crate) fn new(_input: PipeReader, _output: &Output) -> io::Result<Probe> {
        Ok(Probe {
            last: std::cell::Cell::new(std::time::Instant::now()),
        })
    }

    /// Whether enough time has passed.
    pub(crate) fn quiet(&self) -> bool {
        let quiet = self.last.get().elapsed() >= Self::PACE;
        if quiet {
            self.last.set(std::time::Instant::now());
        }
        quiet
    }
}

//! Run mode: this process's terminal is the guest's serial console.
//!
//! - Where standard input is a terminal it is in raw mode, so each key reaches the guest at once, Ctrl-C too; Ctrl-A X quits.
//! - Where it is not, it is passed to the guest once the guest is ready. At its end nothing happens: the guest goes on.
//! - Only the guest's bytes go to standard output, and after each address of a backtrace what it means. What the runner has to say goes to standard error.

use std::env;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::thread;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::backtrace::Backtrace;
use crate::flow::Input;
use crate::keys::Keys;
use crate::session::Stopper;
use crate::{Display, Ending, Error, Machine, Outcome, Progress, Qemu, Session};

/// The display to ask for: a window where there is a screen to open it on, unless none is wanted. Says so in one line where
/// there is a screen but this QEMU cannot open windows.
#[must_use]
pub fn display(qemu: &Qemu, headless: bool) -> Display {
    if headless || !has_screen() {
        return Display::None;
    }
    if qemu.window().is_none() {
        eprintln!(
            "runner: this QEMU opens no windows (on Debian and Ubuntu they are in the package qemu-system-gui)"
        );
        return Display::None;
    }
    Display::Window
}

/// Whether this process can open windows.
fn has_screen() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Boots the machine with this terminal as its console, until it ends or the user quits. `elf` is the kernel, for the debugger.
///
/// # Errors
/// When QEMU cannot be started.
pub fn run(qemu: &Qemu, machine: &Machine, elf: &Path) -> Result<Ending, Error> {
    if machine.gdb {
        eprintln!(
            "runner: the machine waits for a debugger: gdb {} -ex 'target remote :1234'",
            elf.display()
        );
    }
    let terminal = io::stdin().is_terminal();
    if terminal {
        eprintln!("runner: {}", Keys::NOTE);
    }
    let session = Session::start(qemu, machine)?;
    let raw = if terminal { Raw::enter() } else { None };
    let (input, stopper) = (session.input(), session.stopper());
    // Not joined: it waits in a read that only the user ends.
    thread::spawn(move || feed(&input, &stopper, terminal));
    let lines = if raw.is_some() && io::stdout().is_terminal() {
        Lines::Raw {
            after_return: false,
        }
    } else {
        Lines::AsTheyAre
    };
    let ending = show(session, Backtrace::of(elf), lines);
    drop(raw);
    ending
}

/// Copies the guest's output to standard output until the end, with the meaning of each address of a backtrace.
fn show(mut session: Session, mut backtrace: Backtrace, mut lines: Lines) -> Result<Ending, Error> {
    loop {
        match session.next(None) {
            Progress::Output(bytes) => {
                let mut stdout = io::stdout().lock();
                if stdout
                    .write_all(&lines.shown(backtrace.explain(&bytes)))
                    .and_then(|()| stdout.flush())
                    .is_err()
                {
                    // Nobody reads any more, as after `| head`.
                    return session.stop(Outcome::Quit);
                }
            }
            Progress::Ready | Progress::TimedOut => {}
            Progress::Stopped => return session.stop(Outcome::Quit),
            Progress::Ended => return session.finish(),
        }
    }
}

/// Copies standard input to the guest until it ends or the user quits.
fn feed(input: &Input, stopper: &Stopper, terminal: bool) {
    let mut keys = Keys::default();
    let mut buffer = [0; 4096];
    while input.wait_for_room() {
        let count = match io::stdin().read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        if !terminal {
            input.send(&buffer[..count]);
            continue;
        }
        let pressed = keys.press(&buffer[..count]);
        input.send(&pressed.guest);
        if pressed.quit {
            return stopper.stop();
        }
    }
}

/// The terminal in raw mode, restored when this goes; [`crate::guests`] restores it when a signal comes.
struct Raw;

impl Raw {
    /// A terminal that refuses is used as it is.
    fn enter() -> Option<Raw> {
        enable_raw_mode().ok().map(|()| Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing else that could be tried.
        let _ = disable_raw_mode();
    }
}

/// How line ends are shown.
enum Lines {
    /// A line feed alone does not return to the left in raw mode, so a return is added.
    Raw {
        /// Whether the last byte was a return.
        after_return: bool,
    },
    /// Every byte as it came.
    AsTheyAre,
}

impl Lines {
    fn shown(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let Lines::Raw { after_return } = self else {
            return bytes;
        };
        let mut shown = Vec::with_capacity(bytes.len() + 16);
        for byte in bytes {
            if byte == b'\n' && !*after_return {
                shown.push(b'\r');
            }
            *after_return = byte == b'\r';
            shown.push(byte);
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_line_feeds_get_a_return_in_raw_mode() {
        let mut lines = Lines::Raw {
            after_return: false,
        };
        assert_eq!(lines.shown(b"a\nb\r".to_vec()), b"a\r\nb\r");
        assert_eq!(lines.shown(b"\nc\n\n".to_vec()), b"\nc\r\n\r\n");
        assert_eq!(Lines::AsTheyAre.shown(b"a\n".to_vec()), b"a\n");
    }
}

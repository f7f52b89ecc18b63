//! The terminal as the kernel's console, on a pseudo-terminal of our own.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};

use crate::common::{Folder, Guest};
use crate::program::{Record, write};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

const XON: u8 = 0x11;

fn runner(folder: &Folder, guest: &Guest) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command
        .arg(guest.file(folder))
        .arg("--headless")
        .env("CARGO_TARGET_DIR", &folder.0);
    command
}

/// A terminal: the user's side and the program's.
fn terminal() -> (File, File) {
    let user = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&user).unwrap();
    unlockpt(&user).unwrap();
    let name = ptsname(&user, Vec::new()).unwrap();
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    (File::from(user), program)
}

fn on_terminal(mut command: Command, program: &File) -> Child {
    let side = || Stdio::from(program.try_clone().unwrap());
    command
        .stdin(side())
        .stdout(side())
        .stderr(side())
        .spawn()
        .unwrap()
}

/// Reads what the user sees until the text comes.
fn see(user: &mut File, text: &str) -> String {
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(text) {
        let mut byte = [0];
        user.read_exact(&mut byte).unwrap();
        seen.extend(byte);
    }
    String::from_utf8(seen).unwrap()
}

fn is_raw(terminal: &File) -> bool {
    !tcgetattr(terminal)
        .unwrap()
        .local_modes
        .contains(LocalModes::ICANON)
}

#[test]
fn keys_reach_the_guest_lines_show_and_ctrl_a_x_quits() {
    let folder = Folder::new();
    let (mut user, program) = terminal();
    let guest = Guest::new()
        .say("hello\nready\n")
        .out(0x3f8, XON)
        .read()
        .echo()
        .say("<\n")
        .halt();
    let mut child = on_terminal(runner(&folder, &guest), &program);
    let seen = see(&mut user, "ready\r\n");
    assert!(
        seen.contains("Ctrl-A X quits") && seen.contains("hello\r\nready\r\n"),
        "{seen:?}"
    );
    assert!(is_raw(&program));
    user.write_all(&[0x03]).unwrap();
    assert!(
        see(&mut user, "<\r\n").contains('\x03'),
        "Ctrl-C goes to the guest"
    );
    user.write_all(b"\x01x").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!is_raw(&program), "the terminal is restored");
}

#[test]
fn the_terminal_is_restored_when_a_signal_or_the_guest_ends_it() {
    for (guest, status) in [
        (Guest::new().say("x\n").halt(), 130),
        (Guest::new().say("x\n").exit(0x11), 1),
    ] {
        let folder = Folder::new();
        let (mut user, program) = terminal();
        let mut child = on_terminal(runner(&folder, &guest), &program);
        see(&mut user, "x\r\n");
        if status == 130 {
            rustix::process::kill_process(
                rustix::process::Pid::from_child(&child),
                rustix::process::Signal::TERM,
            )
            .unwrap();
        }
        assert_eq!(child.wait().unwrap().code(), Some(status));
        assert!(!is_raw(&program));
    }
}

fn piped(guest: &Guest, input: &[u8]) -> Output {
    let folder = Folder::new();
    let mut child = runner(&folder, guest)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn piped_input_waits_and_only_the_guests_bytes_come_out() {
    let guest = Guest::new()
        .say("boot\n")
        .out(0x3fa, 0x07)
        .out(0x3f8, XON)
        .read()
        .echo()
        .read()
        .echo()
        .exit(0x10);
    let output = piped(&guest, b"ok");
    assert_eq!(output.stdout, b"boot\nok");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_guest_goes_on_after_the_end_of_input_and_its_verdict_is_the_exit_status() {
    for (value, status) in [(0x10, 0), (0x11, 1), (0x12, 6)] {
        // About half a second of waiting: mov ecx, n; in al, dx; loop.
        let guest = Guest::new()
            .raw(&[0xb9, 0, 0, 2, 0, 0xec, 0xe2, 0xfd])
            .say("late")
            .exit(value);
        let output = piped(&guest, b"");
        assert_eq!(
            (output.stdout.as_slice(), output.status.code()),
            (&b"late"[..], Some(status))
        );
    }
    assert_eq!(
        piped(&Guest::new().triple_fault(), b"").status.code(),
        Some(5)
    );
}

#[test]
fn wrong_usage_is_2_and_a_missing_qemu_3() {
    let folder = Folder::new();
    let status = runner(&folder, &Guest::new())
        .arg("--boot=floppy")
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
    let output = runner(&folder, &Guest::new())
        .env("PATH", "")
        .env_remove("CAIRN_QEMU")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("install it with: "));
}

#[test]
fn a_terminal_shows_which_cases_run_and_colours() {
    let folder = Folder::new();
    let (mut user, program) = terminal();
    let record = Record {
        limit: 700,
        ..Record::new("lock::waits")
    };
    let elf = write(&folder, &Guest::new().say("x").halt(), &[record]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command
        .arg(elf)
        .env("CARGO_TARGET_DIR", &folder.0)
        .env("TERM", "xterm");
    let mut child = on_terminal(command, &program);
    see(&mut user, "0 of 1 done; running: lock::waits\r");
    let seen = see(&mut user, "test result: ");
    assert!(
        seen.contains("\r\x1b[K\rtest lock::waits ... \x1b[31mFAILED"),
        "{seen:?}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(101));
}

//! No QEMU is left behind, whatever happens to the runner.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, panic};

use crate::common::{Folder, Guest, qemu};
use runner::Session;
use rustix::process::{Pid, Signal, kill_process};

/// A runner with a guest that never ends, and QEMU's process id.
fn start(folder: &Folder) -> (Child, u32) {
    let guest = Guest::new().say("!").halt().file(folder);
    let mut child = Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg(&guest)
        .arg("--headless")
        .env("TMPDIR", &folder.0)
        .env("CARGO_TARGET_DIR", &folder.0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The guest's byte says that QEMU runs.
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    (child, qemu_of(&guest))
}

/// The process whose command line names the guest as a kernel.
fn qemu_of(guest: &Path) -> u32 {
    let marked = format!("-kernel\0{}\0", guest.display());
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_ours = |id: &u32| {
        fs::read(format!("/proc/{id}/cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&marked))
    };
    numbers.find(is_ours).unwrap()
}

fn runs(id: u32) -> bool {
    // A zombie has ended; who reaps it is another's business.
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn assert_ends(id: u32) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while runs(id) {
        assert!(Instant::now() < deadline, "QEMU {id} was left behind");
        sleep(Duration::from_millis(10));
    }
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn killed_outright() {
    let folder = Folder::new();
    let (mut runner, qemu) = start(&folder);
    assert!(runs(qemu));
    runner.kill().unwrap();
    runner.wait().unwrap();
    assert_ends(qemu);
}

#[test]
fn signals_that_ask_to_end_give_130_and_leave_no_folder() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let folder = Folder::new();
        let (mut runner, qemu) = start(&folder);
        send(&runner, signal);
        assert_eq!(runner.wait().unwrap().code(), Some(130), "{signal:?}");
        assert_ends(qemu);
        let left = fs::read_dir(&folder.0)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name());
        assert!(
            left.into_iter()
                .all(|name| !name.to_string_lossy().starts_with("cairn-")),
            "a temporary folder is left"
        );
    }
}

#[test]
fn nobody_reads_the_output_any_more() {
    let folder = Folder::new();
    let noisy = Guest::new()
        .say("!")
        .raw(&[0xba, 0xf8, 3, 0, 0, 0xee, 0xeb, 0xfd])
        .file(&folder);
    let mut child = Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg(&noisy)
        .arg("--headless")
        .env("CARGO_TARGET_DIR", &folder.0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdout
        .take()
        .unwrap()
        .read_exact(&mut [0; 10])
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_session_that_is_dropped_or_panics() {
    let folder = Folder::new();
    let machine = Guest::new().say("!").halt().machine(&folder);
    let session = Session::start(&qemu(), &machine).unwrap();
    let id = session.process_id();
    assert!(runs(id));
    drop(session);
    assert!(!runs(id));
    let panicked = panic::catch_unwind(|| {
        let session = Session::start(&qemu(), &machine).unwrap();
        panic::panic_any(session.process_id());
    });
    assert!(!runs(*panicked.unwrap_err().downcast::<u32>().unwrap()));
}

#[test]
fn the_thread_that_started_it_may_end_first() {
    let folder = Folder::new();
    let machine = Guest::new().say("!").halt().machine(&folder);
    let session = std::thread::spawn(move || Session::start(&qemu(), &machine).unwrap())
        .join()
        .unwrap();
    sleep(Duration::from_millis(200));
    assert!(
        runs(session.process_id()),
        "the parent-death signal is tied to a thread"
    );
}

//! Counts: what `cargo bench` shows of them, and what it refuses.

use std::process::{Command, Output};

use crate::common::{Folder, Guest};
use crate::program::{Record, write};

/// A guest that has counted.
fn guest() -> Guest {
    Guest::new()
        .say("count lock and unlock: 14\r\ncount nothing: 2\r\n")
        .exit(0x10)
}

/// A case in whose machine the time-stamp counter counts instructions.
fn record(name: &'static str) -> Record {
    Record {
        machine: "-icount shift=0,sleep=off",
        ..Record::new(name)
    }
}

/// The runner, called as cargo calls it.
fn run(guest: &Guest, records: &[Record], arguments: &[&str]) -> Output {
    let folder = Folder::new();
    Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg(write(&folder, guest, records))
        .args(arguments)
        .env("CARGO_TARGET_DIR", &folder.0)
        .output()
        .unwrap()
}

#[track_caller]
fn assert_fails(output: &Output, status: i32, words: &str) {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert_eq!(output.status.code(), Some(status), "{out}{err}");
    assert!(out.contains(words) || err.contains(words), "{out}{err}");
}

#[test]
fn counts_are_a_table_after_the_cases() {
    let output = run(
        &guest(),
        &[record("a::b"), record("c::d")],
        &["--bench", "c"],
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("test result: ok. 1 passed;"), "{text}");
    let table = "\n\ncounts:\n  lock and unlock  14\n  nothing           2\n\n";
    assert!(text.ends_with(table), "{text}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn who_lists_or_tests_counts_nothing() {
    for arguments in [&["--bench", "--list"][..], &[]] {
        let output = run(&guest(), &[record("a::b")], arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains("counts:"), "{text}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_case_that_prints_no_count_fails() {
    let silent = Guest::new().say("case a::b\r\n").exit(0x10);
    let output = run(&silent, &[record("a::b")], &["--bench"]);
    assert_fails(&output, 101, "it has counted nothing");
    assert_eq!(run(&silent, &[record("a::b")], &[]).status.code(), Some(0));
}

#[test]
fn a_machine_whose_counter_is_a_clock_is_refused() {
    let output = run(&guest(), &[Record::new("a::b")], &["--bench"]);
    assert_fails(&output, 101, "its machine counts no instructions");
}

#[test]
fn two_cases_do_not_share_a_name() {
    let output = run(&guest(), &[record("a::b"), record("c::d")], &["--bench"]);
    assert_fails(&output, 1, "`lock and unlock` is counted twice");
}

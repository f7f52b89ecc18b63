//! Wrong command lines are answered with what would be right, and leave nothing behind.

use std::fs;
use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).output().expect("xtask starts")
}

#[track_caller]
fn refused(arguments: &[&str], status: i32, words: &[&str]) {
    let output = xtask(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
    for word in words {
        assert!(text.contains(word), "{arguments:?}: no `{word}` in: {text}");
    }
}

#[test]
fn an_unknown_command_gets_the_list_of_commands() {
    refused(
        &["strat"],
        2,
        &["strat", "doctor", "start", "weave", "check"],
    );
}

#[test]
fn an_unknown_chapter_gets_the_list_of_chapters() {
    refused(&["diff", "bot"], 2, &["bot", "boot"]);
    refused(&["run", "--chapter", "bot"], 2, &["boot"]);
    refused(&["test", "--chapter", "bot"], 2, &["boot"]);
}

#[test]
fn an_unknown_step_gets_the_list_of_steps() {
    refused(&["diff", "boot.77"], 2, &["boot.77", "boot.1", "boot.5"]);
}

#[test]
fn an_unknown_check_gets_the_list_of_checks() {
    refused(&["check", "nothing"], 2, &["format", "steps", "book"]);
}

#[test]
fn a_check_of_one_chapter_is_one_that_goes_by_chapters() {
    let one = |check| ["check", check, "--chapter", "boot"];
    refused(&one("format"), 2, &["--chapter", "steps", "transcripts"]);
    refused(&one("nothing"), 2, &["format", "steps", "book"]);
    refused(&["check", "steps", "--chapter", "bot"], 2, &["bot", "boot"]);
}

#[test]
fn only_counts_are_accepted() {
    refused(&["bench", "--accept", "loop"], 2, &["--accept", "loop"]);
    refused(&["bench", "lop"], 2, &["loop"]);
}

#[test]
fn an_unknown_target_gets_the_list_of_targets() {
    refused(&["fuzz", "moon"], 2, &["moon", "code, memory, table"]);
    refused(&["fuzz", "--seconds", "soon"], 2, &["--seconds", "soon"]);
    refused(&["fuzz", "--seconds", "0"], 2, &["--seconds", "0"]);
}

#[test]
fn who_has_no_cpp_compiler_learns_what_is_missing() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command
        .args(["fuzz", "code"])
        .env("CXX", "no-such-compiler");
    let output = output.output().expect("xtask starts");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("a C++ compiler is missing"), "{text}");
}

#[test]
fn an_unknown_transcript_gets_the_list_of_transcripts() {
    let only = ["book", "--update", "--only", "moon"];
    refused(&only, 1, &["tests/all", "serial/console"]);
}

#[test]
fn an_unknown_way_to_boot_gets_the_list_of_ways() {
    refused(&["run", "--boot", "tape"], 2, &["direct", "bios", "uefi"]);
}

#[test]
fn direct_boot_has_no_disk_image() {
    refused(&["image", "--boot", "direct"], 2, &["bios", "uefi"]);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let dir = tempfile::tempdir().expect("there is a folder for temporary files");
    let file = dir.path().join("theirs");
    fs::write(&file, "theirs").expect("it can be written");
    let path = dir.path().to_string_lossy().into_owned();
    refused(&["start", &path], 1, &["not empty"]);
    refused(&["weave", "boot", &path], 1, &["not empty"]);
    refused(&["history", "--into", &path], 1, &[&path]);
    let names: Vec<_> = fs::read_dir(dir.path()).expect("it is there").collect();
    assert_eq!(names.len(), 1);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "theirs");
}

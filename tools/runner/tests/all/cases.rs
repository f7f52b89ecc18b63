//! Cases: their verdicts, each provoked for real, and the command line that cargo and nextest use.

use std::process::{Command, Output};
use std::time::Duration;

use crate::common::{BASE, CODE, Folder, Guest, qemu};
use crate::program::{Record, program, write};
use runner::case::{self, Case};
use runner::trial::Bench;
use runner::{Boot, Error};

const XON: u8 = 0x11;

fn bench(folder: &Folder, guest: &Guest, record: &Record) -> (Bench, Case) {
    let elf = write(folder, guest, std::slice::from_ref(record));
    let mut cases = case::read(&elf).unwrap();
    let bench = Bench::new(qemu(), elf.clone(), Boot::Direct, elf, folder.logs());
    (bench, cases.remove(0))
}

/// Tries a case; what it says if it does not pass.
fn attempt(guest: &Guest, record: &Record) -> Result<(), String> {
    let folder = Folder::new();
    let (bench, case) = bench(&folder, guest, record);
    bench.run(&case)
}

fn record() -> Record {
    Record::new("a::b")
}

/// Guests with the verdict that each gets, and its number in a record.
fn verdicts() -> Vec<(Guest, &'static str, u32)> {
    let guest = || Guest::new().say("case a::b\r\n");
    vec![
        (guest().exit(0x10), "passed", 0),
        (guest().exit(0x13), "failed", 1),
        (guest().exit(0x11), "panicked", 2),
        (guest().triple_fault(), "triple-faulted", 3),
        (guest().out(0xcf9, 6).halt(), "reset", 4),
        (guest().halt(), "hung", 5),
    ]
}

#[test]
fn each_verdict_passes_where_it_is_expected_and_nowhere_else() {
    for (guest, verdict, number) in verdicts() {
        let limit = if verdict == "hung" { 300 } else { 20_000 };
        let expecting = |expected| Record {
            expected,
            limit,
            ..record()
        };
        assert_eq!(attempt(&guest, &expecting(number)), Ok(()), "{verdict}");
        let other = (number + 1) % 2;
        let why = attempt(&guest, &expecting(other)).unwrap_err();
        let other = ["passed", "failed"][other as usize];
        let start = format!("verdict: {verdict}, expected: {other}\n");
        assert!(why.starts_with(&start), "{why}");
        assert!(why.contains("\n  tests/x.rs:7, after "), "{why}");
        assert!(why.contains("\n    case a::b\n"), "{why}");
    }
}

#[test]
fn a_power_off_is_no_pass() {
    let guest = Guest::new().say("x").power_off();
    let machine = "-bios bios-256k.bin";
    let expecting = |expected| Record {
        expected,
        machine,
        ..record()
    };
    assert_eq!(attempt(&guest, &expecting(6)), Ok(()));
    assert!(attempt(&guest, &expecting(0)).is_err());
}

#[test]
fn never_booted_and_qemu_failed_are_nobodys_expectation() {
    let folder = Folder::new();
    let (mut bench, case) = bench(&folder, &Guest::new().halt(), &record());
    bench.patience = Duration::from_millis(500);
    let why = bench.run(&case).unwrap_err();
    assert!(
        why.starts_with("verdict: never-booted, expected: passed\n"),
        "{why}"
    );
    assert!(why.contains("  nothing came on the serial line\n"), "{why}");
    for expected in 0..7 {
        let record = Record {
            expected,
            machine: "-nonsense",
            ..record()
        };
        let why = attempt(&Guest::new().halt(), &record).unwrap_err();
        assert!(why.starts_with("verdict: qemu-failed"), "{why}");
        assert!(why.contains("-nonsense: invalid option"), "{why}");
    }
}

#[test]
fn an_unusable_machine_is_a_verdict_of_its_own() {
    let guest = Guest::new().say("cairn: cannot boot: no\n").exit(0x12);
    let why = attempt(&guest, &record()).unwrap_err();
    assert!(
        why.starts_with("verdict: unusable, expected: passed\n"),
        "{why}"
    );
}

#[test]
fn the_clock_starts_with_the_first_word() {
    let guest = Guest::new().dawdle().say("x").exit(0x10);
    let record = Record {
        limit: 250,
        ..record()
    };
    assert_eq!(attempt(&guest, &record), Ok(()));
}

#[test]
fn who_never_stops_writing_hangs_too() {
    let record = Record {
        limit: 300,
        expected: 5,
        ..record()
    };
    assert_eq!(attempt(&Guest::new().babble(), &record), Ok(()));
}

#[test]
fn what_is_said_matters_if_the_record_says_so() {
    let guest = Guest::new().say("one\r\ntwo\r\n").exit(0x11);
    let says = |says| Record {
        expected: 2,
        says,
        ..record()
    };
    assert_eq!(attempt(&guest, &says("one\ntwo")), Ok(()));
    assert_eq!(attempt(&guest, &says("one\r\ntwo")), Ok(()));
    let why = attempt(&guest, &says("three")).unwrap_err();
    assert!(
        why.starts_with(
            "verdict: panicked, as expected\n  but this did not come on the serial line: three\n"
        ),
        "{why}"
    );
}

#[test]
fn the_machine_gets_what_the_record_asks_for() {
    // `cpuid` tells in bit 23 of EBX of leaf 1 how many processors there are: `mov eax, 1; cpuid; shr ebx, 16; mov al, bl`.
    let guest = Guest::new()
        .raw(&[0xb8, 1, 0, 0, 0, 0x0f, 0xa2, 0xc1, 0xeb, 16, 0x88, 0xd8])
        .raw(&[0x04, b'0', 0xba, 0xf8, 0x03, 0, 0, 0xee])
        .exit(0x10);
    let record = Record {
        machine: "-smp 3",
        says: "3",
        ..record()
    };
    assert_eq!(attempt(&guest, &record), Ok(()));
}

#[test]
fn the_host_sends_lines_and_presses_keys_once_the_kernel_is_ready() {
    let guest = Guest::new()
        .say("x")
        .out(0x3fa, 0x07)
        .out(0x3f8, XON)
        .read()
        .echo()
        .echo_key()
        .exit(0x10);
    let record = Record {
        // 0x1c is the scan code of A in set 2, which nobody has had translated.
        says: "xh\u{1c}",
        host: vec![(1, 0, "h"), (2, 0, "a")],
        ..record()
    };
    assert_eq!(attempt(&guest, &record), Ok(()));
    let record = Record {
        host: vec![(2, 0, "nokey")],
        ..record
    };
    let why = attempt(&guest, &record).unwrap_err();
    assert!(why.starts_with("QEMU knows no key `nokey`"), "{why}");
}

#[test]
fn the_host_sends_a_text_many_times() {
    let ready = Guest::new().say("x").out(0x3fa, 0x07).out(0x3f8, XON);
    let guest = (0..6)
        .fold(ready, |guest, _| guest.read().echo())
        .exit(0x10);
    let record = Record {
        says: "xababab",
        host: vec![(1, 3, "ab")],
        ..record()
    };
    assert_eq!(attempt(&guest, &record), Ok(()));
}

#[test]
fn the_host_sends_an_nmi() {
    // There is no handler, so the machine shows by a triple fault that it came.
    let pointer = (BASE + CODE + 2).to_le_bytes();
    let guest = Guest::new()
        .raw(&[0x0f, 0x01, 0x1d])
        .raw(&pointer)
        .say("x")
        .out(0x3f8, XON)
        .halt();
    let record = Record {
        expected: 3,
        machine: "-bios bios-256k.bin",
        host: vec![(3, 0, "")],
        ..record()
    };
    assert_eq!(attempt(&guest, &record), Ok(()));
}

#[test]
fn the_log_is_kept_until_the_case_passes() {
    let folder = Folder::new();
    let (bench, mut case) = bench(&folder, &Guest::new().say("x\r\n").exit(0x11), &record());
    bench.run(&case).unwrap_err();
    let log = folder.logs().join("a-b.log");
    assert_eq!(std::fs::read(&log).unwrap(), b"x\r\n");
    let about = std::fs::read_to_string(folder.logs().join("a-b.qemu.log")).unwrap();
    assert!(
        about.contains(" -fw_cfg name=opt/cairn/case,string=a::b\n"),
        "{about}"
    );
    case.expected = case::Verdict::Panicked;
    bench.run(&case).unwrap();
    assert_eq!(std::fs::read_dir(folder.logs()).unwrap().count(), 0);
}

#[test]
fn records_that_make_no_sense_are_refused() {
    let refused = |bytes: &[u8]| {
        let folder = Folder::new();
        let elf = folder.write("kernel", bytes);
        let error = case::read(&elf).unwrap_err();
        assert!(matches!(error, Error::Cases { .. }), "{error}");
        assert_eq!(run(&elf, &[]).status.code(), Some(1));
        error.to_string()
    };
    let guest = Guest::new().exit(0x10);
    let newer = Record {
        version: 2,
        ..record()
    };
    assert!(
        refused(&program(&guest, &[newer])).contains("version 2, and this runner knows version 1")
    );
    let odd = Record {
        expected: 99,
        ..record()
    };
    assert!(refused(&program(&guest, &[odd])).contains("a::b expects verdict 99"));
    let endless = Record {
        host: vec![(1, u32::MAX, "x")],
        ..record()
    };
    assert!(refused(&program(&guest, &[endless])).contains("not 4294967295 times 1"));
    let mut lost = program(&guest, &[record()]);
    let name = guest.elf().len() + 24;
    lost[name..name + 8].fill(0xff);
    assert!(refused(&lost).contains("where the file has nothing"));
}

/// The runner, called as cargo and nextest call it.
fn run(elf: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg(elf)
        .args(arguments)
        .env("CARGO_TARGET_DIR", elf.parent().unwrap())
        .output()
        .unwrap()
}

/// What it writes and its exit status.
fn output(guest: &Guest, arguments: &[&str]) -> (String, i32) {
    let folder = Folder::new();
    let ignored = Record {
        ignored: true,
        ..Record::new("lock::slow")
    };
    let records = [
        Record::new("serial::two"),
        ignored,
        Record::new("serial::one"),
    ];
    let output = run(&write(&folder, guest, &records), arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    (text, output.status.code().unwrap())
}

#[test]
fn cases_are_listed_without_a_machine() {
    // Nothing boots: QEMU is not even looked for.
    let folder = Folder::new();
    let elf = write(&folder, &Guest::new(), &[record()]);
    let output = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args([elf.as_os_str(), "--list".as_ref()])
        .env("PATH", "")
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"a::b: test\n");
    assert!(output.status.success());
}

#[test]
fn as_nextest_lists_and_runs() {
    let guest = Guest::new().say("hello\r\n").exit(0x10);
    let list = |arguments: &[&str]| output(&guest, arguments).0;
    let all = "lock::slow: test\nserial::one: test\nserial::two: test\n";
    assert_eq!(list(&["--list", "--format", "terse"]), all);
    let ignored = list(&["--list", "--format", "terse", "--ignored"]);
    assert_eq!(ignored, "lock::slow: test\n");
    let (text, status) = output(&guest, &["--exact", "serial::one", "--nocapture"]);
    assert!(text.starts_with("\nrunning 1 test\n"), "{text}");
    assert!(
        text.contains("hello\r\n"),
        "the serial line is shown: {text}"
    );
    assert_eq!(status, 0);
}

#[test]
fn filters_as_libtest_has_them() {
    let guest = Guest::new().say("x").exit(0x10);
    for (arguments, run, left) in [
        (&[][..], 2, 0),
        (&["one"], 1, 2),
        (&["one", "two"], 2, 1),
        (&["one", "--exact"], 0, 3),
        (&["serial::one", "--exact"], 1, 2),
        (&["serial", "--skip", "one"], 1, 2),
        (&["--ignored"], 1, 2),
        (&["--include-ignored", "--test-threads", "1"], 3, 0),
    ] {
        let (text, status) = output(&guest, arguments);
        let ignored = u32::from(arguments.is_empty());
        let result = format!(
            "\ntest result: ok. {run} passed; 0 failed; {ignored} ignored; 0 measured; {left} filtered out; finished in "
        );
        assert!(text.contains(&result), "{arguments:?}: {text}");
        assert_eq!(status, 0);
        assert!(
            !text.contains('\x1b'),
            "plain lines where there is no terminal"
        );
    }
}

#[test]
fn failures_are_shown_at_the_end_and_the_status_is_libtests() {
    let guest = Guest::new().say("panicked\r\n").exit(0x11);
    let (text, status) = output(&guest, &["one"]);
    assert!(text.contains("test serial::one ... FAILED\n"), "{text}");
    assert!(
        text.contains("\n---- serial::one ----\nverdict: panicked, expected: passed\n"),
        "{text}"
    );
    assert!(
        text.contains("\nfailures:\n    serial::one\n\ntest result: FAILED. 0 passed; 1 failed;"),
        "{text}"
    );
    assert_eq!(status, 101);
}

#[test]
fn a_debugger_gets_one_case() {
    let guest = Guest::new().say("x").exit(0x10);
    assert_eq!(output(&guest, &["--gdb"]), (String::new(), 2));
}

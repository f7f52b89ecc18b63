//! Contracts that are kept, and contracts that are broken.

use crate::common::{Folder, Guest, qemu};
use runner::contract::Contract;
use runner::{Boot, Progress, Session, suite};

fn contract(text: &str) -> Contract {
    Contract::parse(
        format!("name = 'c'\nsection = 's'\n{text}")
            .parse()
            .unwrap(),
    )
    .unwrap()
}

fn run(guest: &Guest, text: &str) -> Result<(), String> {
    let folder = Folder::new();
    let title = contract(text).title("boot", Boot::Direct);
    let result = contract(text).run(
        &qemu(),
        Boot::Direct,
        &guest.file(&folder),
        &folder.logs(),
        &title,
    );
    let log = folder.logs().join("boot-c-direct.log");
    assert_eq!(
        result.is_err(),
        log.is_file(),
        "a log is kept of what did not pass, and only of that"
    );
    result.map_err(|broken| {
        broken
            .what
            .replace(&folder.logs().display().to_string(), "LOGS")
    })
}

/// Says hello, is ready, answers `a` with `a`, and ends.
fn talker() -> Guest {
    Guest::new()
        .say("hello\r\nworld 42\r\n")
        .out(0x3f8, 0x11)
        .say("> ")
        .read()
        .echo()
        .say("\r\n")
}

#[test]
fn a_dialogue_and_an_outcome() {
    let kept = "dialogue = [{ expect = '^hello$' }, { expect = '^world \\d+$' }, { expect = '^> ' }, { send = 'a' }, { expect = '^a$' }]";
    assert_eq!(run(&talker().exit(0x10), kept), Ok(()));
    assert_eq!(
        run(&talker().halt(), &format!("outcome = 'running'\n{kept}")),
        Ok(())
    );
}

#[test]
fn keys_are_pressed_once_the_guest_is_ready() {
    // Scan codes of set 2, which nobody has had translated: what is pressed, then 0xf0 and what is released.
    let ready = Guest::new().dawdle().say("x").out(0x3f8, 0x11);
    let guest = (0..6).fold(ready, |guest, _| guest.echo_key());
    let kept = "dialogue = [{ press = 'z ret' }, { expect = '^x.*Z' }]\noutcome = 'running'";
    assert_eq!(run(&guest.clone().halt(), kept), Ok(()));
    let broken = run(&guest.clone().halt(), "dialogue = [{ press = 'z nokey' }]").unwrap_err();
    assert!(
        broken.starts_with("cannot press nokey: QEMU knows no key `nokey`"),
        "{broken}"
    );
    let broken = run(
        &Guest::new().say("x").halt(),
        "seconds = 1\ndialogue = [{ press = 'z' }]",
    )
    .unwrap_err();
    assert!(
        broken.starts_with("expected that the kernel is ready for input: z\n"),
        "{broken}"
    );
}

#[test]
fn the_screen_is_seen() {
    // `mov word [0xb8000 + 160], 0x0748`, and the cell after it: "Hi" in the second row.
    let hello = Guest::new()
        .raw(&[0x66, 0xc7, 0x05, 0xa0, 0x80, 0x0b, 0, 0x48, 0x07])
        .raw(&[0x66, 0xc7, 0x05, 0xa2, 0x80, 0x0b, 0, 0x69, 0x07])
        .say("x")
        .halt();
    let seabios = "firmware = 'seabios'\noutcome = 'running'\nseconds = 5";
    let kept = format!("{seabios}\ndialogue = [{{ screen = '^SeaBIOS.*\\nHi' }}]");
    assert_eq!(run(&hello, &kept), Ok(()));
    let other = format!("{seabios}\ndialogue = [{{ screen = '^Moon' }}]");
    let broken = run(&hello, &other).unwrap_err();
    assert!(
        broken.starts_with(
            "expected on the screen: ^Moon\n  the screen's rows:\n    SeaBIOS (version "
        ),
        "{broken}"
    );
    assert!(broken.contains("\n    Hi"), "{broken}");
    assert!(broken.contains("\n    x\n"), "{broken}");
}

#[test]
fn a_processor_rests_that_lets_interrupts_in() {
    let rests = "dialogue = [{ rests = 3 }]\noutcome = 'running'\nseconds = 1";
    assert_eq!(run(&Guest::new().rest(), rests), Ok(()));
    for guest in [Guest::new().halt(), Guest::new().say("x").babble()] {
        let broken = run(&guest, rests).unwrap_err();
        assert!(
            broken.starts_with("expected that the first processor rests and lets interrupts in\n"),
            "{broken}"
        );
    }
}

#[test]
fn without_a_serial_port_keys_are_pressed_at_once_and_nothing_is_heard() {
    // Says x, waits for z to be pressed and released, and ends.
    let guest = Guest::new().say("x").echo_key().echo_key().echo_key();
    let pressed = "serial = false\ndialogue = [{ press = 'z' }]\noutcome = 'success'";
    assert_eq!(run(&guest.clone().exit(0x10), pressed), Ok(()));
    let deaf = "serial = false\nseconds = 1\ndialogue = [{ expect = 'x' }]";
    let broken = run(&guest.halt(), deaf).unwrap_err();
    assert!(
        broken.contains("nothing came on the serial line\n"),
        "{broken}"
    );
    assert!(broken.contains("still ran after 1 second\n"), "{broken}");
}

#[test]
fn what_matched_is_told_in_whole_lines() {
    let folder = Folder::new();
    let guest = Guest::new().say("hello\r\nworld 42\r\n").exit(0x10);
    let guest = guest.file(&folder);
    let two = "outcome = 'success'\ndialogue = [{ expect = 'he' }, { expect = '4\\d' }]";
    let contract = contract(two);
    let seen = contract.hold(&qemu(), Boot::Direct, &guest, &folder.logs(), "c");
    let seen = seen.unwrap();
    assert_eq!(seen.lines, ["hello", "world 42"]);
    assert_eq!(seen.ending.outcome, runner::Outcome::Succeeded);
}

#[test]
fn an_end_that_is_seen_early_is_seen_again() {
    // All of it comes at once, and the end with it.
    let folder = Folder::new();
    let guest = Guest::new().say("one\n").exit(0x12).file(&folder);
    let unusable = "outcome = 'unusable'\nseconds = 5\ndialogue = [{ expect = '^one' }]";
    let mut session = Session::start(
        &qemu(),
        &contract("outcome = 'unusable'").machine(Boot::Direct, &guest),
    )
    .unwrap();
    while session.next(None) != Progress::Ended {}
    let soon = std::time::Instant::now() + std::time::Duration::from_secs(1);
    assert_eq!(session.next(Some(soon)), Progress::Ended);
    let ending = session.wait(std::time::Duration::from_secs(1)).unwrap();
    assert_eq!(ending.outcome, runner::Outcome::Unusable);
    assert_eq!(run(&Guest::new().say("one\n").exit(0x12), unusable), Ok(()));
}

#[test]
fn a_machine_that_ends_shows_nothing_more() {
    for (guest, machine) in [
        (Guest::new().say("x").exit(0x10), ""),
        (Guest::new().halt(), "machine = ['-nonsense']\n"),
    ] {
        let dialogue = "dialogue = [{ screen = 'Moon' }]\nseconds = 5";
        let broken = run(&guest, &format!("{machine}{dialogue}")).unwrap_err();
        assert!(
            broken.starts_with("expected on the screen: Moon\n"),
            "{broken}"
        );
        assert!(!broken.contains("still ran"), "{broken}");
    }
}

#[test]
fn each_outcome() {
    for (guest, outcome) in [
        (Guest::new().exit(0x10), "success"),
        (Guest::new().power_off(), "success"),
        (Guest::new().power_off(), "power-off"),
        (Guest::new().exit(0x11), "failure"),
        (Guest::new().exit(0x12), "unusable"),
        (Guest::new().triple_fault(), "triple-fault"),
        (Guest::new().out(0xcf9, 6).halt(), "reset"),
        (Guest::new().halt(), "running"),
    ] {
        assert_eq!(run(&guest, &format!("outcome = '{outcome}'")), Ok(()));
        let other = if outcome == "failure" {
            "success"
        } else {
            "failure"
        };
        let broken = run(&guest, &format!("outcome = '{other}'\nseconds = 1")).unwrap_err();
        assert!(
            broken.starts_with("expected that the kernel reports "),
            "{broken}"
        );
    }
}

#[test]
fn the_exit_device_is_no_power_off() {
    let broken = run(&Guest::new().exit(0x10), "outcome = 'power-off'").unwrap_err();
    assert!(
        broken.starts_with("expected that the kernel switches the machine off\n"),
        "{broken}"
    );
    assert!(
        broken.contains("\n  the kernel reported success\n"),
        "{broken}"
    );
}

#[test]
fn a_broken_one_says_what_was_expected_what_came_and_where_the_log_is() {
    let broken = run(
        &talker().exit(0x11),
        "seconds = 1\ndialogue = [{ expect = 'hello' }, { expect = 'moon' }]",
    )
    .unwrap_err();
    let said = "expected on the serial line: moon\n  the serial line's last lines:\n    hello\n    world 42\n    >\n  \
                the machine still ran after 1 second\n  serial log: LOGS/boot-c-direct.log";
    assert_eq!(broken, said);
    let broken = run(
        &Guest::new().say("bye").exit(0x11),
        "dialogue = [{ expect = 'hello' }]",
    )
    .unwrap_err();
    assert!(broken.contains("bye\n  the kernel panicked\n"), "{broken}");
}

#[test]
fn without_an_outcome_it_may_run_on_or_end_with_success() {
    let hello = "dialogue = [{ expect = 'hello' }]";
    assert_eq!(run(&talker().halt(), hello), Ok(()));
    assert_eq!(run(&talker().exit(0x10), hello), Ok(()));
    assert!(run(&Guest::new().say("bye").exit(0x11), hello).is_err());
}

#[test]
fn one_that_asks_for_nothing_is_refused() {
    let table = "name = 'c'\nsection = 's'".parse().unwrap();
    let error = Contract::parse(table).unwrap_err().to_string();
    assert!(
        error.contains("give it a dialogue or an outcome"),
        "{error}"
    );
}

#[test]
fn order_counts() {
    assert!(
        run(
            &talker().exit(0x10),
            "seconds = 1\ndialogue = [{ expect = 'world' }, { expect = 'hello' }]"
        )
        .is_err()
    );
}

#[test]
fn more_arguments_reach_qemu() {
    let nonsense = "machine = ['-cpu', 'nonsense']\noutcome = 'success'";
    let broken = run(&Guest::new().exit(0x10), nonsense).unwrap_err();
    assert!(broken.contains("nonsense"), "{broken}");
    assert_eq!(
        run(
            &Guest::new().exit(0x10),
            "machine = ['-cpu', 'qemu64,-lm']\nmemory = '64M'\noutcome = 'success'"
        ),
        Ok(())
    );
}

#[test]
fn a_wrong_table_is_refused_with_its_name() {
    let parse = |text: &str| {
        Contract::parse(text.parse().unwrap())
            .unwrap_err()
            .to_string()
    };
    assert!(
        parse("name = 'greets'\nsection = 's'\ncolour = 1")
            .starts_with("the contract greets: unknown field `colour`")
    );
    assert!(
        parse("name = 'greets'\nsection = 's'\ndialogue = [{ expect = '(a' }]")
            .contains("`(a` is no regular expression")
    );
    assert!(parse("section = 's'").contains("missing field `name`"));
}

#[test]
fn a_suite_counts() {
    let mut arguments = suite::arguments(Some("boot::".into()));
    arguments.skip = vec!["skipped".into()];
    let folder = Folder::new();
    let log = folder.0.join("log");
    arguments.logfile = Some(log.display().to_string());
    let case = |name: &str, result: Result<(), String>| suite::Case::new(name, move || result);
    let cases = vec![
        case("boot::a (direct)", Ok(())),
        case("boot::b (direct)", Err("no".into())),
        case("boot::skipped", Err("no".into())),
        case("other::c", Ok(())),
    ];
    let conclusion = suite::run(&arguments, cases);
    assert_eq!(
        (
            conclusion.num_passed,
            conclusion.num_failed,
            conclusion.num_filtered_out
        ),
        (1, 1, 2)
    );
    assert_eq!(suite::exit_status(&conclusion), runner::ExitStatus::Failed);
    let said = std::fs::read_to_string(log).unwrap();
    for line in [
        "running 2 tests",
        "test boot::a (direct) ... ok",
        "test boot::b (direct) ... FAILED",
        "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

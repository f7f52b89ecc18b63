//! Names complete themselves.

use cairn::line::{Completion, candidates, complete};

const NAMES: [&str; 7] = ["boot", "echo", "fault", "help", "reboot", "rèche", "règle"];

fn completed(before: &str) -> Completion<'static> {
    complete(before, NAMES)
}

#[test]
fn a_name_alone_is_completed() {
    assert_eq!(completed("f"), Completion::One("ault"));
    assert_eq!(completed("  re"), Completion::One("boot"));
    assert_eq!(completed("echo"), Completion::One(""));
}

#[test]
fn several_names_are_completed_as_far_as_they_agree() {
    assert_eq!(
        complete("s", ["show", "shutdown", "shut"]),
        Completion::Common("h")
    );
    assert_eq!(
        complete("shu", ["shutdown", "show", "shut"]),
        Completion::Common("t")
    );
    assert_eq!(complete("shut", ["shutdown", "shut"]), Completion::Several);
    // The bytes of è and é begin alike.
    assert_eq!(complete("r", ["rèche", "régal"]), Completion::Several);
    assert_eq!(completed("rè"), Completion::Several);
}

#[test]
fn what_is_no_beginning_is_not_completed() {
    assert_eq!(completed("x"), Completion::Nothing);
    assert_eq!(completed("oot"), Completion::Nothing);
    assert_eq!(completed("echoes"), Completion::Nothing);
    assert_eq!(completed("Echo"), Completion::Nothing);
    assert_eq!(complete("", []), Completion::Nothing);
}

#[test]
fn only_the_first_word_is_completed() {
    assert_eq!(completed("echo "), Completion::Nothing);
    assert_eq!(completed("echo b"), Completion::Nothing);
}

#[test]
fn candidates_are_what_fits() {
    assert!(candidates(" r", NAMES).eq(["reboot", "rèche", "règle"]));
    assert!(candidates("", NAMES).eq(NAMES));
    assert_eq!(completed(""), Completion::Several);
}

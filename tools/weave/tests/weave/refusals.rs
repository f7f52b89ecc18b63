//! Each thing that is refused, with the message that says where and what to do.

use weave::Lines;

use crate::fixture::{BOOT, Fixture, MAIN};

/// A course whose main file has these lines at its end.
fn main_and(lines: &str) -> String {
    Fixture::new().and("src/main.rs", lines).refusal()
}

/// The line of the main file's first added line.
fn line() -> usize {
    MAIN.lines().count() + 1
}

fn starts(message: &str, start: &str) {
    assert!(
        message.starts_with(start),
        "{message}\ndoes not start with\n{start}"
    );
}

#[test]
fn unknown_chapter() {
    let message = main_and("// [paging]\nfn f() {}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: unknown chapter `paging` in a mark; the chapters are: boot, serial",
            line()
        ),
    );
    starts(
        &main_and("// [boot..paging] fn f() {}\n"),
        &format!("src/main.rs:{}: unknown chapter `paging`", line()),
    );
}

#[test]
fn unknown_step() {
    let message = main_and("// [boot.4]\nfn f() {}\n");
    assert_eq!(
        message,
        format!(
            "src/main.rs:{}: unknown step `boot.4`; `boot` has the steps boot.1, boot.2, boot.3",
            line()
        )
    );
    starts(
        &main_and("fn f() {} // [boot.0]\n"),
        &format!("src/main.rs:{}: unknown step", line()),
    );
    starts(
        &main_and("fn f() {} // [never.2]\n"),
        &format!("src/main.rs:{}: unknown chapter", line()),
    );
}

#[test]
fn unbalanced_runs() {
    starts(
        &main_and("// [boot.2..]\nfn f() {}\n"),
        &format!(
            "src/main.rs:{}: nothing closes the run `[boot.2..]`",
            line()
        ),
    );
    starts(
        &main_and("fn f() {}\n// [..boot.2]\n"),
        &format!("src/main.rs:{}: `[..boot.2]` closes no run", line() + 1),
    );
    let message =
        main_and("// [boot.2..]\n// [boot.3..]\nfn f() {}\n// [..boot.2]\n// [..boot.3]\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: `[..boot.2]` stands where the run `[boot.3..]` of line {} is open",
            line() + 3,
            line() + 1
        ),
    );
}

#[test]
fn a_run_that_leaves_an_item() {
    let message = main_and(
        "// [boot.2]\nfn f() {\n    // [boot.3..]\n    let _ = 1;\n}\n\nfn g() {}\n// [..boot.3]\n",
    );
    starts(
        &message,
        &format!(
            "src/main.rs:{}: this mark's lines overlap those of the mark at line {}",
            line() + 2,
            line()
        ),
    );
}

#[test]
fn many_old_lines() {
    let old = "// [boot.1..boot.2] // old\n";
    assert!(
        Fixture::new()
            .and("src/main.rs", &old.repeat(3))
            .load()
            .points()
            .len()
            > 1
    );
    starts(
        &main_and(&old.repeat(4)),
        &format!("src/main.rs:{}: 4 old lines in a row", line()),
    );
}

#[test]
fn nothing_begins() {
    let message = main_and("fn f() {\n    g()\n        // [boot.2]\n        .h();\n}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: no item, statement, field or match arm begins",
            line() + 2
        ),
    );
    starts(
        &main_and("// [boot.2]\n"),
        &format!("src/main.rs:{}: no item", line()),
    );
    let message = main_and("/// Docs.\n// [boot.2]\nfn f() {}\n");
    starts(&message, &format!("src/main.rs:{}: no item", line() + 1));
}

#[test]
fn a_shared_last_line() {
    let message = main_and("// [boot.2]\nfn f() {\n} fn g() {}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: what this mark names does not end its last line (line {})",
            line(),
            line() + 2
        ),
    );
}

#[test]
fn malformed_marks() {
    for mark in [
        "[boot.x]",
        "[..]",
        "[boot",
        "[Boot.2]",
        "[boot.2] fn f() {}",
        "[boot..boot.2]",
    ] {
        starts(
            &main_and(&format!("// {mark}\nfn f() {{}}\n")),
            &format!("src/main.rs:{}: `{mark}` is no mark: ", line()),
        );
    }
}

#[test]
fn misplaced_marks() {
    let begins = |more: &str, offset: usize, what: &str| {
        starts(
            &main_and(more),
            &format!(
                "src/main.rs:{}: a mark may not stand {what}",
                line() + offset
            ),
        );
    };
    begins(
        "use core::{\n    fmt, // [boot.2]\n    mem,\n};\n",
        1,
        "inside `use {…}`",
    );
    begins("fn f() { // [boot.2]\n}\n", 0, "behind an opening bracket");
    begins(
        "fn f() {} // [boot.2..boot.3] fn g() {}\n",
        0,
        "beside code",
    );
    begins(
        "const S: &str = \"\n\"; // [boot.2]\n",
        1,
        "behind a line that begins inside a string",
    );
    begins(
        "// [boot.2]\n// [boot.3]\nfn f() {}\n",
        1,
        "above what already has a mark",
    );
    let message = Fixture::new()
        .and("Cargo.toml", "# [boot.2]\npublish = false\n")
        .refusal();
    starts(
        &message,
        "Cargo.toml:7: a mark may not stand above a line of a file that is not Rust",
    );
    let script = "/* [boot] */\n\n/* [boot.2] */ a = 1;\n";
    starts(
        &Fixture::new().file("kernel.ld", script).refusal(),
        "kernel.ld:3: a mark may not stand before code",
    );
}

#[test]
fn marks_that_are_not_later() {
    let message = main_and("// [boot]\nfn f() {}\n");
    assert_eq!(
        message,
        format!(
            "src/main.rs:{}: `[boot.1]` lies in lines that appear at `boot.1`, so it changes nothing; it must be later than `boot.1`",
            line()
        )
    );
    let message = main_and("// [boot.3]\nfn f() {\n    let _ = 1; // [boot.2]\n}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: `[boot.2]` lies in lines that appear at `boot.3`",
            line() + 2
        ),
    );
    let message = Fixture::new()
        .and("src/screen.rs", "\n// [boot.3]\nfn f() {}\n")
        .refusal();
    starts(
        &message,
        "src/screen.rs:5: `[boot.3]` lies in lines that appear at `boot.3`",
    );
}

#[test]
fn old_lines_outside_of_their_item() {
    let message = main_and("// [boot.3]\nfn f() {\n    // [boot.2..serial] let _ = 1;\n}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: the old line's range `boot.2..serial.1` reaches outside",
            line() + 2
        ),
    );
}

#[test]
fn empty_ranges() {
    starts(
        &main_and("// [boot.2..boot.2] fn f() {}\n"),
        &format!("src/main.rs:{}: `boot.2` is not before `boot.2`", line()),
    );
    starts(
        &main_and("// [boot.2..never] fn f() {}\n"),
        &format!("src/main.rs:{}: `never` cannot bound", line()),
    );
}

#[test]
fn files_without_their_mark() {
    let message = Fixture::new()
        .with("src/main.rs", "// [boot]\n\n", "")
        .refusal();
    starts(
        &message,
        "src/main.rs:1: this file needs the step that it belongs to: begin it with a mark such as `// [boot.1]`",
    );
    starts(
        &Fixture::new()
            .file("tests/x.rs", "fn main() {}\n")
            .refusal(),
        "tests/x.rs:1: this file needs the step",
    );
    starts(
        &Fixture::new().file("kernel.ld", "a = 1;\n").refusal(),
        "kernel.ld:1: this file needs the step that it belongs to: begin it with a mark such as `/* [boot.1] */`",
    );
    starts(
        &Fixture::new().file("src/font.bin", "x").refusal(),
        "src/font.bin:1: a file of this kind cannot carry a mark",
    );
}

#[test]
fn file_marks_where_there_may_be_none() {
    let message = Fixture::new()
        .with(
            "src/screen.rs",
            "//! The screen",
            "// [boot.3]\n\n//! The screen",
        )
        .refusal();
    starts(
        &message,
        "src/screen.rs:1: a module file comes and goes with its `mod` line, so it must not begin with a mark",
    );
    let message = Fixture::new()
        .file("tools/runner/src/main.rs", "// [boot]\n\nfn main() {}\n")
        .refusal();
    starts(
        &message,
        "tools/runner/src/main.rs:1: a given file stands in every tree",
    );
}

#[test]
fn module_files_and_mod_lines_need_each_other() {
    starts(
        &Fixture::new().file("src/lost.rs", "\n").refusal(),
        "src/lost.rs:1: no `mod` line reaches this file",
    );
    let message = main_and("// [boot.2]\nmod lost;\n");
    assert_eq!(
        message,
        format!(
            "src/main.rs:{}: at `boot.2` this line is there, but its file is not; looked for src/lost.rs and src/lost/mod.rs",
            line() + 1
        )
    );
}

#[test]
fn a_step_that_changes_nothing() {
    let toml = format!("{BOOT}\n[[step]]\nheading = \"Idle\"\n");
    let message = Fixture::new()
        .file("chapters/01-boot/chapter.toml", &toml)
        .refusal();
    let at = BOOT.lines().count() + 2;
    assert_eq!(
        message,
        format!(
            "chapters/01-boot/chapter.toml:{at}: step `boot.4` changes nothing in the woven tree; mark something with it or remove it"
        )
    );
}

#[test]
fn a_step_may_change_nothing_but_a_file_without_marks() {
    let toml = format!("{BOOT}\n[[step]]\nheading = \"A show\"\n");
    let old = "\n[[old]]\npath = \"src/show.txt\"\nfile = \"old/show.txt\"\nfrom = \"boot.4\"\nuntil = \"serial\"\n";
    let fixture = Fixture::new()
        .file("chapters/01-boot/chapter.toml", &(toml + old))
        .file("chapters/01-boot/old/show.txt", "a show\n");
    assert_eq!(fixture.load().points().len(), 6);
}

fn with_old(path: &str, file: &str, from: &str, until: &str) -> Fixture {
    let old = format!(
        "\n[[old]]\npath = \"{path}\"\nfile = \"{file}\"\nfrom = \"{from}\"\nuntil = \"{until}\"\n"
    );
    Fixture::new().and("chapters/01-boot/chapter.toml", &old)
}

/// The place of the first `[[old]]`.
fn old_at() -> String {
    format!(
        "chapters/01-boot/chapter.toml:{}: ",
        BOOT.lines().count() + 2
    )
}

#[test]
fn old_files_that_are_wrong() {
    let text = "fn main() {}\n";
    let at = old_at();
    let lone = with_old("src/lone.rs", "old/lone.rs", "boot.1", "boot.2")
        .file("chapters/01-boot/old/lone.rs", text);
    starts(
        &lone.refusal(),
        &format!("{at}`chapters/01-boot/old/lone.rs` is never active"),
    );
    let empty = with_old("src/main.rs", "old/a.rs", "boot.2", "boot.2")
        .file("chapters/01-boot/old/a.rs", text);
    starts(
        &empty.refusal(),
        &format!("{at}`boot.2` is not before `boot.2`"),
    );
    let missing = with_old("src/main.rs", "old/a.rs", "boot.1", "boot.2");
    starts(
        &missing.refusal(),
        &format!("{at}`old/a.rs` does not exist"),
    );
    let undeclared = Fixture::new().file("chapters/01-boot/old/b.rs", text);
    starts(
        &undeclared.refusal(),
        "chapters/01-boot/old/b.rs:1: no `[[old]]` of this chapter declares this file",
    );
    for (path, file) in [
        ("../x.rs", "old/a.rs"),
        ("Cargo.lock", "old/a.rs"),
        ("tools/runner/x.rs", "old/a.rs"),
        ("src/main.rs", "a.rs"),
    ] {
        starts(
            &with_old(path, file, "boot.1", "boot.2").refusal(),
            &format!("{at}`{path}` cannot be the path of an old file"),
        );
    }
    let unknown = with_old("src/main.rs", "old/a.rs", "boot.1", "paging")
        .file("chapters/01-boot/old/a.rs", text);
    starts(&unknown.refusal(), &format!("{at}unknown chapter `paging`"));
}

#[test]
fn old_files_that_overlap() {
    let second = "\n[[old]]\npath = \"src/main.rs\"\nfile = \"old/b.rs\"\nfrom = \"boot.2\"\nuntil = \"serial\"\n";
    let fixture = with_old("src/main.rs", "old/a.rs", "boot.1", "boot.3")
        .and("chapters/01-boot/chapter.toml", second)
        .file(
            "chapters/01-boot/old/a.rs",
            "fn main() {}\n// [boot.2]\nfn x() {}\n",
        )
        .file(
            "chapters/01-boot/old/b.rs",
            "fn main() {}\n// [boot.3]\nfn y() {}\n",
        );
    let message = fixture
        .refusals()
        .into_iter()
        .find(|message| message.contains("two old files"))
        .expect("a refusal");
    let at = BOOT.lines().count() + 8;
    starts(
        &message,
        &format!("chapters/01-boot/chapter.toml:{at}: `src/main.rs` has two old files at `boot.2`"),
    );
}

#[test]
fn marks_in_old_files_outside_of_their_stretch() {
    let old = |text: &str| {
        with_old("src/main.rs", "old/a.rs", "boot.1", "boot.3")
            .file("chapters/01-boot/old/a.rs", text)
    };
    let late = old("fn main() {}\n\n// [serial]\nfn late() {}\n\n// [boot.2]\nfn x() {}\n");
    starts(
        &late.refusal(),
        "chapters/01-boot/old/a.rs:3: the old line's range `serial.1..` reaches outside of what holds it, which is there from `boot.1` until `boot.3`",
    );
    let marked = old("// [boot]\n\nfn main() {}\n\n// [boot.2]\nfn x() {}\n");
    starts(
        &marked.refusal(),
        "chapters/01-boot/old/a.rs:1: an old file's stretch is what its `[[old]]` says",
    );
}

#[test]
fn syntax_errors() {
    starts(&main_and("fn f( {}\n"), "src/main.rs:");
    let message = main_and("fn f() {\n    let a = (1,\n        2); // [boot.2]\n}\n");
    starts(&message, "src/main.rs:");
    assert!(message.contains("what is left at `boot.1` does not parse: no Rust from here on"));
    let message = main_and("fn f() {\n    let a =\n        2; // [boot.2]\n}\n");
    starts(
        &message,
        &format!(
            "src/main.rs:{}: what is left at `boot.1` does not parse: unexpected end",
            line() + 3
        ),
    );
    let message = Fixture::new().and("Cargo.toml", "a = \n").refusal();
    starts(
        &message,
        "Cargo.toml:7: what is left at `boot.1` does not parse",
    );
}

#[test]
fn chapter_files_that_are_wrong() {
    let chapter = |text: &str| {
        Fixture::new()
            .file("chapters/01-boot/chapter.toml", text)
            .refusals()
            .remove(0)
    };
    starts(
        &chapter(&format!("{BOOT}colour = 1\n")),
        "chapters/01-boot/chapter.toml:14: unknown field `colour`",
    );
    starts(&chapter("title = 1\n"), "chapters/01-boot/chapter.toml:1: ");
    starts(
        &chapter("title = \"x\"\nends_with = \"y\"\n"),
        "chapters/01-boot/chapter.toml:1: a chapter needs at least one",
    );
    let long = BOOT.replace("A message", &"m".repeat(73));
    starts(
        &chapter(&long),
        "chapters/01-boot/chapter.toml:7: the heading is the subject of a commit",
    );
    let twice = Fixture::new()
        .file("chapters/02-boot/chapter.toml", BOOT)
        .refusals()
        .remove(0);
    starts(&twice, "chapters/02-");
    let odd = Fixture::new()
        .file("chapters/3-odd/chapter.toml", BOOT)
        .refusal();
    starts(
        &odd,
        "chapters/3-odd/chapter.toml:1: the folder `3-odd` must be called NN-slug",
    );
    let never = Fixture::new()
        .file("chapters/03-never/chapter.toml", BOOT)
        .refusal();
    starts(
        &never,
        "chapters/03-never/chapter.toml:1: the slug `never` is reserved",
    );
    starts(
        &Fixture::empty().file("chapters/x", "").refusal(),
        "chapters:1: there is no chapter yet",
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let fixture = Fixture::new()
        .and("src/main.rs", "// [paging]\nfn f() {}\n")
        .and("src/serial.rs", "// [boot.x]\n")
        .file("src/lost.rs", "\n");
    assert_eq!(fixture.refusals().len(), 3);
}

#[test]
fn a_missing_lock_file() {
    let fixture = Fixture::new().without("Cargo.lock");
    let course = fixture.load();
    let error = course
        .weave(course.points()[0], Lines::Formatted)
        .expect_err("no lock file");
    assert_eq!(
        error.to_string(),
        "Cargo.lock is missing; run `cargo xtask doctor --fix` or `cargo generate-lockfile`"
    );
}

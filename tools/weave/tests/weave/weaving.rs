//! What each kind of mark does.

use weave::Lines;

use crate::fixture::{BOOT, Fixture, paths, text};

#[test]
fn each_point_has_its_lines_and_files() {
    let fixture = Fixture::new();
    let first = fixture.weave("boot.1");
    assert_eq!(
        paths(&first),
        [
            "Cargo.lock",
            "Cargo.toml",
            "rust-toolchain.toml",
            "src/main.rs"
        ]
    );
    assert_eq!(
        text(&first, "src/main.rs"),
        "//! The kernel.\n\n/// Says hello.\nfn main() {}\n"
    );
    let second = fixture.weave("boot.2");
    let expected = "//! The kernel.\n\nconst MESSAGE: &str = \"hello\";\n\n/// Says hello.\nfn main() {\n    let _ = MESSAGE;\n}\n";
    assert_eq!(text(&second, "src/main.rs"), expected);
    let third = fixture.weave("boot");
    assert!(text(&third, "src/main.rs").contains("mod screen;\n\nconst"));
    assert!(!text(&third, "src/main.rs").contains("let _"));
    assert!(paths(&third).contains(&"src/screen.rs"));
    let last = fixture.weave("serial");
    assert!(text(&last, "src/main.rs").contains("    serial::line();\n    serial::line();\n}"));
    assert!(!text(&last, "src/main.rs").contains("["));
    assert!(!text(&fixture.weave("serial.1"), "src/serial.rs").contains("line()"));
    assert_eq!(
        text(&last, "Cargo.toml"),
        "[package]\nname = \"cairn\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"
    );
}

#[test]
fn points_have_names_and_an_order() {
    let course = Fixture::new().load();
    let names: Vec<String> = course
        .points()
        .into_iter()
        .map(|point| course.name(point))
        .collect();
    assert_eq!(
        names,
        ["boot.1", "boot.2", "boot.3", "serial.1", "serial.2"]
    );
    let last = course.point("boot").expect("a point");
    assert_eq!(last, course.point("boot.3").expect("a point"));
    let next = course.point("serial.1").expect("a point");
    assert_eq!(course.before(next), Some(last));
    assert_eq!(course.before(course.points()[0]), None);
    assert_eq!(
        course.step(course.points()[1]).verdict.as_deref(),
        Some("passed")
    );
    assert_eq!(
        course.step(course.points()[1]).input.as_deref(),
        Some("help\n")
    );
    assert_eq!(course.step(last).input, None);
    let message = course.point("paging").expect_err("none").to_string();
    assert_eq!(
        message,
        "there is no chapter `paging`; the chapters are: boot, serial"
    );
    let message = course.point("boot.4").expect_err("none").to_string();
    assert_eq!(
        message,
        "there is no `boot.4`; the steps of that chapter are: boot.1, boot.2, boot.3"
    );
    assert!(course.point("boot.x").is_err());
    assert!(course.chapter("nothing").is_err());
    assert_eq!(course.chapter("serial").expect("a chapter").title, "Serial");
}

#[test]
fn kept_lines_stand_where_the_source_has_them() {
    let fixture = Fixture::new();
    let course = fixture.load();
    let source = std::fs::read_to_string(fixture.root().join("src/main.rs")).expect("a file");
    for point in course.points() {
        let tree = course.weave(point, Lines::Kept).expect("a tree");
        let kept = text(&tree, "src/main.rs");
        assert_eq!(kept.lines().count(), source.lines().count());
        for (kept, line) in kept
            .lines()
            .zip(source.lines())
            .filter(|(kept, _)| !kept.is_empty())
        {
            assert!(
                line.starts_with(kept) || line.contains("..boot.3] let _"),
                "{kept} from {line}"
            );
        }
    }
}

#[test]
fn an_item_mark_takes_what_belongs_to_the_item() {
    let items = r#"
// [boot.2]
// A plain comment.
/// Docs.
#[derive(Debug)]
struct Page {
    /// Always.
    a: u8,
    // [boot.3]
    /// Later.
    b: [u8; 2],
    // [serial]
    c: u8,
}

fn colours(
    a: u8,
    // [boot.3]
    b: u8,
) -> u8 {
    match a {
        // [boot.3]
        0 => {
            let c = b;
            c
        }
        // [boot.2]
        1 => 1,
        _ => 2,
    }
}

impl Page {
    // [serial]
    /// Docs.
    const SIZE: usize = 4096;

    // [boot.3]
    #[inline]
    fn new() -> Self {
        Self {
            a: 0,
            b: [0; 2],
            // [serial]
            c: 0,
        }
    }
}
"#;
    let fixture = Fixture::new().and("src/main.rs", items).with(
        "src/main.rs",
        "impl Page",
        "// [boot.3]\nimpl Page",
    );
    let fixture = fixture.with(
        "src/main.rs",
        "    // [boot.3]\n    #[inline]",
        "    #[inline]",
    );
    let first = fixture.weave("boot.1");
    assert!(
        text(&first, "src/main.rs")
            .ends_with("fn colours(a: u8) -> u8 {\n    match a {\n        _ => 2,\n    }\n}\n")
    );
    let second = fixture.weave("boot.2");
    assert!(text(&second, "src/main.rs").contains("// A plain comment.\n/// Docs.\n#[derive(Debug)]\nstruct Page {\n    /// Always.\n    a: u8,\n}\n"));
    assert!(text(&second, "src/main.rs").contains("        1 => 1,\n        _ => 2,"));
    let third = fixture.weave("boot.3");
    assert!(text(&third, "src/main.rs").contains("    /// Later.\n    b: [u8; 2],\n}"));
    assert!(text(&third, "src/main.rs").contains("fn colours(a: u8, b: u8) -> u8"));
    assert!(text(&third, "src/main.rs").contains(
        "impl Page {\n    #[inline]\n    fn new() -> Self {\n        Self { a: 0, b: [0; 2] }"
    ));
    assert!(
        text(&fixture.weave("serial"), "src/main.rs")
            .contains("    /// Docs.\n    const SIZE: usize = 4096;\n\n    #[inline]")
    );
}

#[test]
fn an_old_file_stands_in_for_the_final_one() {
    let old = "//! Old.\n\n// [boot.2]\nfn added() {}\n\n// [boot.1..boot.2] fn early() {}\n\nfn main() {}\n";
    let fixture = Fixture::new()
        .and("chapters/01-boot/chapter.toml", "\n[[old]]\npath = \"src/main.rs\"\nfile = \"old/main-1.rs\"\nfrom = \"boot.1\"\nuntil = \"boot.3\"\n")
        .file("chapters/01-boot/old/main-1.rs", old)
        .and("chapters/02-serial/chapter.toml", "\n[[old]]\npath = \"src/show.txt\"\nfile = \"old/show.txt\"\nfrom = \"serial\"\nuntil = \"serial.2\"\n")
        .file("chapters/02-serial/old/show.txt", "a show\n");
    assert_eq!(
        text(&fixture.weave("boot.1"), "src/main.rs"),
        "//! Old.\n\nfn early() {}\n\nfn main() {}\n"
    );
    assert_eq!(
        text(&fixture.weave("boot.2"), "src/main.rs"),
        "//! Old.\n\nfn added() {}\n\nfn main() {}\n"
    );
    assert!(text(&fixture.weave("boot.3"), "src/main.rs").starts_with("//! The kernel."));
    assert_eq!(text(&fixture.weave("serial.1"), "src/show.txt"), "a show\n");
    assert!(
        !fixture
            .weave("serial.2")
            .files()
            .contains_key("src/show.txt")
    );
    let share = fixture.load().share();
    assert_eq!((share.old_file_lines, share.old_lines), (9, 1));
    assert_eq!(share.marks, 8);
}

#[test]
fn an_old_module_file_comes_with_its_old_mod_line() {
    let fixture = Fixture::new()
        .with("src/main.rs", "// [boot.3]\nmod screen;", "// [boot.1..boot.2] mod show;\n// [boot.3]\nmod screen;")
        .and("chapters/01-boot/chapter.toml", "\n[[old]]\npath = \"src/show.rs\"\nfile = \"old/show.rs\"\nfrom = \"boot\"\nuntil = \"boot.2\"\n")
        .file("chapters/01-boot/old/show.rs", "//! A show.\n");
    assert!(text(&fixture.weave("boot.1"), "src/main.rs").contains("mod show;"));
    assert!(fixture.weave("boot.1").files().contains_key("src/show.rs"));
    assert!(!fixture.weave("boot.2").files().contains_key("src/show.rs"));
}

#[test]
fn nested_modules_and_tests_follow_their_mod_lines() {
    let fixture = Fixture::new()
        .and("src/screen.rs", "\n// [serial]\nmod font;\n\nmod inner {\n    mod deep;\n}\n")
        .file("src/screen/font/mod.rs", "//! Font.\n")
        .file("src/screen/inner/deep.rs", "//! Deep.\n")
        .file("tests/machine/main.rs", "// [boot.2]\n\n//! Tests.\n\n// [serial.2]\nmod serial;\n\nfn main() {}\n")
        .file("tests/machine/serial.rs", "//! Cases.\n")
        .file("kernel.ld", "/* [boot.2] */\n\nSECTIONS\n{\n    a = 1; /* [serial] */\n    /* [boot.2..serial] a = 2; */\n    b = 3;\n}\n");
    let boot = fixture.weave("boot.3");
    assert!(boot.files().contains_key("src/screen/inner/deep.rs"));
    assert!(!boot.files().contains_key("src/screen/font/mod.rs"));
    assert!(
        fixture
            .weave("serial.1")
            .files()
            .contains_key("src/screen/font/mod.rs")
    );
    assert!(
        !fixture
            .weave("serial.1")
            .files()
            .contains_key("tests/machine/serial.rs")
    );
    assert!(
        fixture
            .weave("serial.2")
            .files()
            .contains_key("tests/machine/serial.rs")
    );
    assert!(!fixture.weave("boot.1").files().contains_key("kernel.ld"));
    assert_eq!(
        text(&boot, "kernel.ld"),
        "SECTIONS\n{\n    a = 2;\n    b = 3;\n}\n"
    );
    assert_eq!(
        text(&fixture.weave("serial"), "kernel.ld"),
        "SECTIONS\n{\n    a = 1;\n    b = 3;\n}\n"
    );
}

#[test]
fn benches_come_with_their_mark_and_what_they_counted_stays() {
    let counts = "// [serial]\n\nfn main() {}\n";
    let fixture = Fixture::new()
        .file("benches/counts.rs", counts)
        .file("benches/deep/main.rs", counts)
        .file("benches/counts.toml", "[counts]\nlock = 14\n")
        .file("tests/hostile/machines.toml", "[[machine]]\n");
    let benches = |point| {
        let tree = fixture.weave(point);
        let paths = tree
            .files()
            .keys()
            .filter(|path| path.starts_with("benches") || path.contains("hostile"));
        paths.cloned().collect::<Vec<_>>()
    };
    assert!(benches("boot").is_empty());
    assert_eq!(
        benches("serial.1"),
        ["benches/counts.rs", "benches/deep/main.rs"]
    );
}

#[test]
fn never_is_in_no_tree() {
    let fixture = Fixture::new()
        .and(
            "Cargo.toml",
            "# [never..]\n\n[workspace]\nmembers = [\"tools/weave\"]\n# [..never]\n",
        )
        .file(
            ".cargo/config.toml",
            "# [never..]\n[alias]\nx = \"y\"\n\n# [..never]\n[build]\ntarget = \"t\"\n",
        )
        .file("tests/host.rs", "// [never]\n\nfn main() {}\n");
    for point in ["boot.1", "serial.2"] {
        let tree = fixture.weave(point);
        assert!(!text(&tree, "Cargo.toml").contains("workspace"));
        assert_eq!(
            text(&tree, ".cargo/config.toml"),
            "[build]\ntarget = \"t\"\n"
        );
        assert!(!tree.files().contains_key("tests/host.rs"));
    }
}

#[test]
fn given_files_stand_everywhere_and_are_not_written() {
    let odd = "fn  main( ){}\n\n\n// [1]: see\n";
    let fixture = Fixture::new()
        .file("tools/runner/src/main.rs", odd)
        .file("tools/runner/target/debug/x", "no")
        .file("tools/image/build.sh", "#!/bin/sh\r\necho\r\n")
        .file(".gitignore", "target/\n");
    let course = fixture.load();
    let given = course.given(course.points()[0]).expect("a tree");
    assert_eq!(
        paths(&given),
        [
            ".gitignore",
            "rust-toolchain.toml",
            "tools/image/build.sh",
            "tools/runner/src/main.rs"
        ]
    );
    assert_eq!(text(&given, "tools/runner/src/main.rs"), odd);
    assert_eq!(text(&given, "tools/image/build.sh"), "#!/bin/sh\necho\n");
    assert!(given.files()["tools/image/build.sh"].executable);
    let tree = fixture.weave("boot.1");
    assert_eq!(paths(&tree.written()), ["Cargo.toml", "src/main.rs"]);
}

#[test]
fn strings_keep_blank_lines_and_what_looks_like_a_mark() {
    let items = "\nconst TEXT: &str = \"\n// [nothing]\n\n\n    x\n\";\n\n// [1] see the manual\n// [`Foo`]\n";
    let fixture = Fixture::new().and("src/main.rs", items);
    let tree = fixture.weave("boot.1");
    assert!(text(&tree, "src/main.rs").ends_with(items));
}

#[test]
fn hashes_depend_on_paths_and_contents_only() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.weave("boot.1"), fixture.weave("boot.2"));
    assert_eq!(one.hash(), fixture.weave("boot.1").hash());
    assert_ne!(one.hash(), two.hash());
    assert_eq!(one.hash().len(), 40);
    let windows = Fixture::new().file("src/main.rs", &crate::fixture::MAIN.replace('\n', "\r\n"));
    assert_eq!(windows.weave("boot.1").hash(), one.hash());
}

#[test]
fn tables_of_other_tools_stay_raw() {
    let more = "\n[[contract]]\nsend = \"a\"\nnested = { b = 1 }\n\n[[mutant]]\nname = \"m\"\n";
    let course = Fixture::new()
        .file("chapters/01-boot/chapter.toml", &format!("{BOOT}{more}"))
        .load();
    let chapter = course.chapter("boot").expect("a chapter");
    assert_eq!(chapter.contract[0]["nested"]["b"].as_integer(), Some(1));
    assert_eq!(
        (
            chapter.mutant.len(),
            chapter.exercise.len(),
            chapter.transcript.len()
        ),
        (1, 0, 0)
    );
}

#[test]
fn a_course_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<weave::Course>();
    shared::<weave::Tree>();
    shared::<weave::Error>();
}

//! A real course on disk: marks, weave, pages, robot.

use book::site::{self, Summary};
use book::stages::Stages;
use book::{Error, Problems};
use std::path::Path;
use weave::Course;

const FILES: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "# [hello]\n\n[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    ),
    (
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"hello\"\nversion = \"0.1.0\"\n",
    ),
    ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.95.0\"\n"),
    (
        "src/main.rs",
        "// [hello]\n\n//! Greets.\n\nmod words; // [hello.2]\n\nfn main() {\n    // [hello..hello.2] println!(\"?\");\n    \
         println!(\"{}\", words::HELLO); // [hello.2]\n}\n",
    ),
    (
        "src/words.rs",
        "//! Words.\n\n/// The greeting.\npub const HELLO: &str = \"hello\";\n",
    ),
    (
        "chapters/01-hello/chapter.toml",
        "title = \"Hello\"\nends_with = \"a greeting\"\n\n[[step]]\nheading = \"A question\"\n\n[[step]]\nheading = \"An answer\"\n\n\
         [[exercise]]\nname = \"louder\"\ntitle = \"Louder\"\nminutes = 120\nstep = \"hello.2\"\n\
         edit = [{ path = \"src/words.rs\", find = \"\\\"hello\\\"\", replace = \"\\\"HELLO\\\"\" }]\n\
         broken = [{ path = \"src/words.rs\", find = \"\\\"hello\\\"\", replace = \"\\\"\\\"\" }]\n",
    ),
    ("book/book.toml", include_str!("../../../../book/book.toml")),
    (
        "book/theme/cairn.css",
        include_str!("../../../../book/theme/cairn.css"),
    ),
    (
        "book/theme/cairn.js",
        include_str!("../../../../book/theme/cairn.js"),
    ),
    ("book/src/SUMMARY.md", "# Summary\n\n- [Hello](hello.md)\n"),
];

const PAGE: &str = "\
# Hello

{{#step hello.1}}
{{#listing Cargo.toml}}
{{#listing src/main.rs}}
{{#stop}}

{{#step hello.2}}
{{#listing src/words.rs const HELLO}}
{{#listing src/words.rs}}
{{#listing src/main.rs lines \"mod\"}}
{{#listing src/main.rs fn main}}
{{#stop}}

{{#exercise louder}}
{{#broken louder}}
{{#solution louder}}
";

fn check(page: &str) -> Result<Summary, Error> {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in FILES.iter().chain(&[("book/src/hello.md", page)]) {
        write(root.path(), path, text);
    }
    let course = Course::load(root.path()).map_err(Error::Course)?;
    let stages = Stages::weave(&course)?;
    let site = site::build(root.path(), &stages, &root.path().join("target/book"))?;
    site::check(&stages, &site)
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn the_robot_builds_the_course_from_its_page() {
    let summary = check(PAGE).unwrap();
    assert_eq!((summary.chapters, summary.walk.stops), (1, 2));
}

#[test]
fn a_part_left_out_is_found() {
    let found = check(&PAGE.replace("{{#listing src/main.rs fn main}}\n", ""));
    let Err(Error::Pages(Problems(problems))) = found else {
        panic!("{found:?}")
    };
    let message = problems[0].to_string();
    assert!(
        message.starts_with("book/src/hello.md:12: at hello.2, line "),
        "{message}"
    );
    assert!(message.contains("words::HELLO"), "{message}");
}

#[test]
fn an_exercise_not_shown_or_not_declared() {
    let found = check(&PAGE.replace("{{#solution louder}}\n", "{{#solution quieter}}\n"));
    let Err(Error::Pages(Problems(problems))) = found else {
        panic!("{found:?}")
    };
    let messages: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(
        messages[0].contains("hello.md:17: exercise quieter is not declared"),
        "{messages:?}"
    );
    assert!(
        messages[1].contains("does not show its solution: add {{#solution louder}}"),
        "{messages:?}"
    );
}

#[test]
fn an_unknown_item_gets_the_list_of_valid_ones() {
    let found = check(&PAGE.replace("const HELLO", "const GOODBYE"));
    let Err(Error::Pages(Problems(problems))) = found else {
        panic!("{found:?}")
    };
    assert!(
        problems[0].to_string().contains("const HELLO"),
        "{}",
        problems[0]
    );
}

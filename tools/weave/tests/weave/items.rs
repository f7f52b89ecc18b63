//! Items found by name.

use weave::item;

const TEXT: &str = r##"//! Docs.
//! More.
#![no_std]

use core::fmt;
use core::fmt::Display;

/// A page.
#[derive(Debug)]
pub struct Page<T> {
    /// Where.
    start: u64,
    kind: T,
}

impl<T> Page<T> {
    /// Makes one.
    #[inline]
    pub fn new() -> Self {
        loop {}
    }
}

impl<T> fmt::Display for Page<T> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl From<Page<u8>> for u64 {
    fn from(_: Page<u8>) -> Self {
        0
    }
}

enum Colour {
    Red,
    /// Green.
    Green = 2,
}

const CONFIG: u8 = 1;
static COUNT: u8 = 2;
type Short = u8;

macro_rules! println {
    () => {};
}

core::arch::global_asm!(
    "start:",
    "  hlt",
);

entry_point!(kernel_main);

mod direct {
    use core::mem;

    pub fn enter() {}
}

mod other;

trait Shape {
    fn area(&self) -> u64;
}

unsafe extern "C" {
    static END: u8;
}

fn enter() {}
"##;

fn lines(name: &str) -> (usize, usize) {
    let range = item::find(TEXT, name).unwrap_or_else(|error| panic!("{error}"));
    (*range.start(), *range.end())
}

/// The lines from the one that begins with `first` to the one, at or after it, that is `last`.
fn between(first: &str, last: &str) -> (usize, usize) {
    let start = TEXT
        .lines()
        .position(|line| line.trim_start().starts_with(first))
        .expect("a line");
    let end = TEXT
        .lines()
        .skip(start)
        .position(|line| line.trim() == last.trim() && line.starts_with(last))
        .expect("a line");
    (start + 1, start + end + 1)
}

#[test]
fn every_kind_is_found_with_docs_and_attributes() {
    assert_eq!(lines("docs"), (1, 3));
    assert_eq!(lines("use"), (5, 6));
    assert_eq!(lines("use core::fmt::Display"), (6, 6));
    assert_eq!(lines("struct Page"), between("/// A page.", "}"));
    assert_eq!(lines("impl Page"), between("impl<T> Page<T>", "}"));
    assert_eq!(lines("impl Page<T>"), lines("impl Page"));
    assert_eq!(lines("Page::new"), between("/// Makes one.", "    }"));
    assert_eq!(
        lines("Page::start"),
        between("/// Where.", "    start: u64,")
    );
    assert_eq!(
        lines("impl Display for Page"),
        between("impl<T> fmt::Display", "}")
    );
    assert_eq!(
        lines("impl fmt::Display for Page<T>"),
        lines("impl Display for Page")
    );
    assert_eq!(
        lines("impl From<Page<u8>> for u64"),
        between("impl From", "}")
    );
    assert_eq!(
        lines("Colour::Green"),
        between("/// Green.", "    Green = 2,")
    );
    assert_eq!(
        lines("const CONFIG"),
        between("const CONFIG", "const CONFIG: u8 = 1;")
    );
    assert_eq!(
        lines("static COUNT"),
        between("static COUNT", "static COUNT: u8 = 2;")
    );
    assert_eq!(
        lines("type Short"),
        between("type Short", "type Short = u8;")
    );
    assert_eq!(lines("macro println"), between("macro_rules! println", "}"));
    assert_eq!(lines("asm start"), between("core::arch::global_asm", ");"));
    assert_eq!(
        lines("entry_point!"),
        between("entry_point!", "entry_point!(kernel_main);")
    );
    assert_eq!(lines("mod direct"), between("mod direct", "}"));
    assert_eq!(lines("mod other"), between("mod other", "mod other;"));
    assert_eq!(
        lines("direct::enter"),
        between("pub fn enter", "    pub fn enter() {}")
    );
    assert_eq!(lines("fn enter"), between("fn enter", "fn enter() {}"));
    assert_eq!(
        lines("Shape::area"),
        between("fn area", "    fn area(&self) -> u64;")
    );
    assert_eq!(
        lines("static END"),
        between("static END", "    static END: u8;")
    );
}

#[test]
fn what_is_missing_or_not_alone_is_said() {
    let message = item::find(TEXT, "fn nothing")
        .expect_err("none")
        .to_string();
    assert!(
        message.starts_with("there is no item `fn nothing`; the file has: docs, use, "),
        "{message}"
    );
    assert!(
        message.contains("Page::new") && message.contains("asm") || message.contains("global_asm!")
    );
    let message = item::find("impl A {}\nimpl A {}\n", "impl A")
        .expect_err("two")
        .to_string();
    assert!(
        message.starts_with("`impl A` is not the only one: lines 1, 2;"),
        "{message}"
    );
    let message = item::find("fn f( {}", "fn f")
        .expect_err("no Rust")
        .to_string();
    assert!(message.starts_with("the listed file:1: "), "{message}");
}

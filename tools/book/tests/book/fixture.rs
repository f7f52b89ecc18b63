//! A small course of two chapters, its trees written out, with pages in a temporary folder.

use book::site::{self, Site, Summary};
use book::stages::{Chapter, Files, Stage, Stages};
use book::{Error, Problem};
use std::path::Path;
use tempfile::TempDir;
use transcript::{Declared, Header, Recording};

pub const MAIN_1: &str = "\
//! The kernel.

#![no_std]

/// Where the loader jumps to.
pub extern \"C\" fn start() -> ! {
    loop {
        wait();
    }
}

/// Waits.
fn wait() {}
";

pub const MAIN_2: &str = "\
//! The kernel.

#![no_std]

mod exit;

/// Where the loader jumps to.
pub extern \"C\" fn start() -> ! {
    exit::exit();
    loop {
        wait();
    }
}

/// Waits for an interrupt.
fn wait() {
    halt();
}

/// Halts the processor.
fn halt() {}
";

pub const MAIN_3: &str = "\
//! The kernel.

#![no_std]

mod exit;

/// Where the loader jumps to.
pub extern \"C\" fn start() -> ! {
    exit::exit();
}
";

pub const EXIT: &str = "\
//! The way out & back: `Result<(), \"nothing\">`.

use core::fmt;

/// Leaves.
pub fn exit() -> ! {
    loop {}
}

/// Says so.
pub fn say(f: fmt::Arguments<'_>) {}
";

/// mdBook without what no test looks at, so that each builds fast.
const SETTINGS: &str = "\
[book]
title = \"Fixture\"

[build]
create-missing = false
use-default-preprocessors = false

[output.html]
search = { enable = false }
print = { enable = false }
";

/// A page on which everything is right.
pub const BOOT: &str = "\
# Boot

{{#transcript halt}}

{{#step boot.1}}

{{#listing Cargo.toml}}
{{#listing src/main.rs}}
{{#listing kernel.ld folded}}

{{#stop}}

{{#step boot.2}}

{{#listing src/exit.rs fn say}}
{{#listing src/exit.rs}}
{{#listing src/main.rs fn start, lines \"mod exit\"}}
{{#listing src/main.rs fn halt, fn wait}}
{{#listing kernel.ld lines \".text\" to \"}\"}}
{{#diff boot.2 src/main.rs}}

{{#stop}}

{{#step boot.3}}

{{#show src/exit.rs fn exit}}
{{#listing src/main.rs}}
{{#listing kernel.ld}}

{{#stop}}

{{#diff boot}}
";

pub const SERIAL: &str = "\
# Serial

{{#step serial.1}}
{{#listing src/main.rs whole}}
{{#listing src/exit.rs fn say}}
{{#stop}}
";

pub struct Fixture {
    pub stages: Stages,
    pub folder: TempDir,
}

impl Fixture {
    /// The course with these pages of its two chapters.
    pub fn new(boot: &str, serial: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Self {
            stages: stages(folder.path()),
            folder,
        };
        fixture.write("book/book.toml", SETTINGS);
        fixture.write(
            "book/src/SUMMARY.md",
            "# Summary\n\n- [Boot](boot.md)\n- [Serial](deep/serial.md)\n",
        );
        fixture.write("book/src/boot.md", boot);
        fixture.write("book/src/deep/serial.md", serial);
        fixture.write(
            "chapters/01-boot/transcripts/halt.txt",
            &recording("boot.3", "cargo run").to_string(),
        );
        fixture
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn build(&self) -> Result<Site, Error> {
        site::build(
            self.folder.path(),
            &self.stages,
            &self.folder.path().join("target/book"),
        )
    }

    /// Builds the site, lets the page of `boot` be changed, and checks it.
    pub fn check_after(&self, change: impl FnOnce(String) -> String) -> Result<Summary, Error> {
        let mut site = self.build()?;
        let html = std::mem::take(&mut site.pages[0].html);
        let changed = change(html.clone());
        site.pages[0].html = changed;
        site::check(&self.stages, &site)
    }

    pub fn check(&self) -> Result<Summary, Error> {
        self.check_after(|html| html)
    }
}

/// The problems that a check has found.
pub fn problems<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<Problem> {
    match result {
        Err(Error::Pages(problems)) => problems.0,
        other => panic!("{other:?}"),
    }
}

pub fn recording(point: &str, command: &str) -> Recording {
    let header = Header {
        command: command.into(),
        point: point.into(),
        tree: "3".repeat(40),
        qemu: "7.2.0".into(),
        firmware: "SeaBIOS 1.16.2".into(),
    };
    Recording {
        header,
        text: "Cairn\n\n  <halts>\n".into(),
    }
}

fn stages(root: &Path) -> Stages {
    let chapter = |number: usize, slug: &str, title: &str, transcripts| Chapter {
        number,
        slug: slug.into(),
        title: title.into(),
        ends_with: format!("a kernel with {slug}"),
        folder: root.join(format!("chapters/{number:02}-{slug}")),
        transcripts,
        exercises: Vec::new(),
        sections: vec![format!("{slug}-1")],
    };
    let declared = "name = 'halt'\nstep = 'boot.3'\ncommand = 'cargo run'"
        .parse()
        .unwrap();
    let transcripts = vec![Declared::from_table(&declared).unwrap()];
    let serial = MAIN_3.replace("The kernel", "The kernel that speaks");
    let exit = EXIT.replace("Says so.", "Says so, aloud.");
    Stages {
        chapters: vec![
            chapter(1, "boot", "Boot", transcripts),
            chapter(2, "serial", "Serial", Vec::new()),
        ],
        stages: vec![
            stage(
                0,
                1,
                &[
                    ("src/main.rs", MAIN_1),
                    ("kernel.ld", "SECTIONS {\n    .data : {}\n}\n"),
                ],
            ),
            stage(
                0,
                2,
                &[
                    ("src/main.rs", MAIN_2),
                    ("src/exit.rs", EXIT),
                    ("kernel.ld", LINKER),
                ],
            ),
            stage(0, 3, &[("src/main.rs", MAIN_3), ("src/exit.rs", EXIT)]),
            stage(1, 1, &[("src/main.rs", &serial), ("src/exit.rs", &exit)]),
        ],
    }
}

const LINKER: &str = "SECTIONS {\n    .text : {\n        *(.text)\n    }\n    .data : {}\n}\n";

fn stage(chapter: usize, step: usize, files: &[(&str, &str)]) -> Stage {
    let slug = ["boot", "serial"][chapter];
    let given = Files::from([("rust-toolchain.toml".into(), b"[toolchain]\n".to_vec())]);
    let mut all = given.clone();
    all.insert(
        "Cargo.toml".into(),
        b"[package]\nname = \"cairn\"\n".to_vec(),
    );
    all.insert(
        "Cargo.lock".into(),
        format!("# {slug}.{step}\n").into_bytes(),
    );
    all.extend(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())),
    );
    Stage {
        name: format!("{slug}.{step}"),
        chapter,
        step,
        heading: format!("Step number {step}"),
        verdict: None,
        files: all,
        given,
        hash: "3".repeat(40),
    }
}

//! Transcripts and screens: recorded by running what the reader types, and compared.

mod picture;
mod screen;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use runner::doctor::Need;
use runner::{Ovmf, Qemu};
use sha2::{Digest, Sha256};
use transcript::{Declared, Header, Kind, Recording, matches};
use weave::{Chapter, Course, Lines, Point};

use crate::cargo::{self, Program};
use crate::check::scope::Scope;
use crate::project::Project;
use crate::side_by_side::side_by_side;
use crate::woven::Bench;
use picture::Picture;
use screen::Screen;

/// A declared transcript of a chapter.
struct Entry<'a> {
    chapter: &'a Chapter,
    declared: Declared,
}

impl Entry<'_> {
    /// The chapter's slug and its name.
    fn title(&self) -> String {
        format!("{}/{}", self.chapter.slug, self.declared.name)
    }

    fn file(&self) -> PathBuf {
        self.chapter
            .folder
            .join("transcripts")
            .join(self.declared.file_name())
    }

    /// Where its header is: beside a picture, in a text.
    fn header_file(&self) -> PathBuf {
        match self.declared.kind {
            Kind::Text => self.file(),
            Kind::Screen => self.file().with_extension("toml"),
        }
    }
}

/// Records those transcripts anew whose titles contain `only`.
pub fn update(project: &Project, only: &str) -> Result<()> {
    let course = project.course()?;
    let mut entries = entries(&course)?;
    let titles: Vec<_> = entries.iter().map(Entry::title).collect();
    entries.retain(|entry| entry.title().contains(only));
    ensure!(
        !entries.is_empty() || titles.is_empty(),
        "no transcript is called so; they are: {}",
        titles.join(", ")
    );
    project.ensure(Need::Everything)?;
    side_by_side(&entries, BENCH, |entry, bench| {
        record(project, &course, entry, bench).with_context(|| entry.title())?;
        eprintln!("xtask: recorded {}", entry.file().display());
        Ok(())
    })
}

/// Compares transcripts with fresh runs, and says how many there are. On
/// another QEMU than the recorded one a difference is a warning.
pub fn check(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut entries = entries(&course)?;
    entries.retain(|entry| scope.has(entry.chapter));
    side_by_side(&entries, BENCH, |entry, bench| {
        let file = entry.file();
        let compared = compare(project, &course, entry, bench).with_context(|| entry.title())?;
        let Some(difference) = compared.difference else {
            return Ok(());
        };
        let (recorded, fresh) = (compared.recorded, compared.fresh);
        if recorded.qemu == fresh.qemu && recorded.firmware == fresh.firmware {
            bail!("{}: {difference}", file.display());
        }
        eprintln!(
            "xtask: {} was recorded with another QEMU or firmware, and differs: {difference}",
            file.display()
        );
        Ok(())
    })?;
    Ok(format!("{} transcripts", entries.len()))
}

/// The name of the folders in which trees are recorded.
const BENCH: &str = "transcript";

/// What came of a comparison.
struct Compared {
    recorded: Header,
    fresh: Header,
    difference: Option<String>,
}

/// Records what is declared.
fn record(project: &Project, course: &Course, entry: &Entry, bench: &str) -> Result<()> {
    let ready = Ready::weave(project, course, &entry.declared, bench)?;
    let file = entry.file();
    fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
    let written = match entry.declared.kind {
        Kind::Text => {
            let text = run(project, &ready.bench, &entry.declared)?;
            let header = ready.header;
            fs::write(&file, Recording { header, text }.to_string())
        }
        Kind::Screen => {
            let mut screen =
                Screen::boot(project, &ready.kernel(&entry.declared)?, &entry.declared)?;
            screen.still()?.write(&file)?;
            fs::write(entry.header_file(), ready.header.to_string())
        }
    };
    written.with_context(|| format!("cannot write {}", file.display()))
}

/// Compares what was recorded with a fresh run.
fn compare(project: &Project, course: &Course, entry: &Entry, bench: &str) -> Result<Compared> {
    let declared = &entry.declared;
    let header_file = entry.header_file();
    let place = || {
        format!(
            "{}: record it with `cargo xtask book --update`",
            header_file.display()
        )
    };
    let text = fs::read_to_string(&header_file).with_context(place)?;
    let (recorded, recorded_text) = match declared.kind {
        Kind::Text => {
            let recording = Recording::parse(&text).with_context(place)?;
            (recording.header, recording.text)
        }
        Kind::Screen => (Header::parse(&text).with_context(place)?, String::new()),
    };
    project.ensure(Need::Everything)?;
    let ready = Ready::weave(project, course, declared, bench)?;
    let difference = match declared.kind {
        Kind::Text => {
            let fresh = run(project, &ready.bench, declared)?;
            let same = matches(&recorded_text, &fresh, &declared.masks()?);
            same.err().map(|difference| difference.to_string())
        }
        Kind::Screen => screen_differs(project, &ready, entry)?,
    };
    Ok(Compared {
        recorded,
        fresh: ready.header,
        difference,
    })
}

/// In which way the screen is another one than that which was recorded. The fresh picture is kept.
fn screen_differs(project: &Project, ready: &Ready, entry: &Entry) -> Result<Option<String>> {
    let recorded = Picture::read(&entry.file())?;
    let mut screen = Screen::boot(project, &ready.kernel(&entry.declared)?, &entry.declared)?;
    let Some((difference, fresh)) = screen.differs_from(&recorded)? else {
        return Ok(None);
    };
    let name = entry.title().replace('/', "-");
    let kept = project.logs().join(format!("{name}.png"));
    fresh.write(&kept)?;
    Ok(Some(format!("{difference}; now it is {}", kept.display())))
}

fn entries(course: &Course) -> Result<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    for chapter in course.chapters() {
        for table in &chapter.transcript {
            let declared =
                Declared::from_table(table).with_context(|| format!("chapter {}", chapter.slug))?;
            entries.push(Entry { chapter, declared });
        }
    }
    Ok(entries)
}

/// A woven tree that is ready to be recorded.
struct Ready<'a> {
    bench: Bench<'a>,
    point: Point,
    header: Header,
}

impl<'a> Ready<'a> {
    fn weave(
        project: &Project,
        course: &'a Course,
        declared: &Declared,
        bench: &str,
    ) -> Result<Self> {
        let point = course.point(&declared.step)?;
        let bench = Bench::new(project, course, bench);
        bench.weave(point, &declared.edit)?;
        let qemu = project.qemu()?;
        let header = Header {
            command: declared.typed(),
            point: course.name(point),
            tree: course.weave(point, Lines::Formatted)?.hash(),
            qemu: qemu.version().to_owned(),
            firmware: firmware(&qemu, &declared.boot)?,
        };
        Ok(Self {
            bench,
            point,
            header,
        })
    }

    /// Its kernel, for a picture. What is recorded as text, the recorded command builds.
    fn kernel(&self, declared: &Declared) -> Result<PathBuf> {
        self.bench
            .build_one(self.point, &declared.edit, Program::Kernel)
    }
}

/// What the reader's command says besides `cargo run`, `cargo test` or `cargo bench`.
const OF_RUN: [&str; 3] = [
    "--headless",
    "--qemu-arg=-icount",
    "--qemu-arg=shift=0,sleep=off",
];

/// One machine at a time, so that results come in order.
const OF_TEST: [&str; 1] = ["--test-threads=1"];

/// Runs `cargo run …`, `cargo test …` or `cargo bench …` as declared, by this repository's runner: without a window, and with
/// a virtual clock or one machine after the other. What it says on both streams is the text.
fn run(project: &Project, bench: &Bench, declared: &Declared) -> Result<String> {
    let words: Vec<&str> = declared.command.split_whitespace().collect();
    let (subcommand, more, arguments) = match words.as_slice() {
        ["cargo", "run", arguments @ ..] => ("run", &OF_RUN[..], arguments),
        ["cargo", of_cases @ ("test" | "bench"), arguments @ ..] => {
            (*of_cases, &OF_TEST[..], arguments)
        }
        _ => bail!(
            "the transcript {}: its command must begin with `cargo run`, `cargo test` or `cargo bench`",
            declared.name
        ),
    };
    let mut parts = arguments.splitn(2, |word| *word == "--");
    let (of_cargo, of_program) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let (mut reader, writer) = std::io::pipe()?;
    let mut command = cargo::cargo_in_tree(bench.dir());
    command.env(
        "CARGO_TARGET_X86_64_UNKNOWN_NONE_RUNNER",
        cargo::runner(&project.root)?,
    );
    command
        .args([subcommand, "--quiet", "--locked"])
        .args(of_cargo)
        .arg("--")
        .args(more)
        .args(of_program)
        .stdin(Stdio::piped())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command.spawn().context("cannot start cargo")?;
    drop(command);
    let input = declared.input.clone().unwrap_or_default();
    let stdin = child.stdin.take();
    // The command may end before it has read all of it; its output says so.
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    child.wait()?;
    // A reader's paths begin in the reader's folder.
    let root = format!("{}/", project.root.display());
    Ok(text.replace("\r\n", "\n").replace(&root, ""))
}

/// The name of a way's firmware and its version.
fn firmware(qemu: &Qemu, boot: &str) -> Result<String> {
    match boot {
        "uefi" => version(&Ovmf::find(qemu)?.code),
        _ => rom(qemu, "bios-256k.bin"),
    }
}

/// The name of a firmware of QEMU's own and its version.
pub fn rom(qemu: &Qemu, name: &str) -> Result<String> {
    let missing = || format!("QEMU's firmware {name} is missing");
    version(&qemu.rom(name).with_context(missing)?)
}

/// A firmware's name with the first digits of its SHA-256: not all have a version that one could ask for.
pub fn version(path: &Path) -> Result<String> {
    let digits = Sha256::digest(fs::read(path)?)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    Ok(format!(
        "{} {digits}",
        path.file_name().unwrap_or_default().display()
    ))
}

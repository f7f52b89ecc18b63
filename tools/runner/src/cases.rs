//! The cases of a test program behind libtest's command line, as `cargo test`, `cargo bench` and nextest call it.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use libtest_mimic::{ColorSetting, FormatSetting};

use crate::case::Case;
use crate::counts::{self, Tally};
use crate::doctor::{self, Need};
use crate::progress::Status;
use crate::trial::Bench;
use crate::{Boot, Error, ExitStatus, Qemu, image, suite};

/// Runs the cases of a test program, each in a machine of its own
#[derive(Clone, Debug, Parser)]
#[command(name = "runner", bin_name = "cargo test --")]
pub struct Options {
    /// Only cases whose names contain one of these
    filters: Vec<String>,
    /// Take filters as whole names
    #[arg(long)]
    exact: bool,
    /// No cases whose names contain this
    #[arg(long, value_name = "FILTER")]
    skip: Vec<String>,
    /// List the cases
    #[arg(long)]
    list: bool,
    /// Only ignored cases
    #[arg(long)]
    ignored: bool,
    /// Ignored cases too
    #[arg(long)]
    include_ignored: bool,
    /// Show what comes on the serial line as it comes
    #[arg(long, alias = "no-capture")]
    nocapture: bool,
    /// How many machines run at once [default: as many as there are cores]
    #[arg(long, value_name = "NUMBER")]
    test_threads: Option<NonZero<usize>>,
    /// One character for each case
    #[arg(short, long, conflicts_with = "format")]
    quiet: bool,
    /// How results are shown
    #[arg(long)]
    format: Option<Format>,
    /// When to use colours
    #[arg(long)]
    color: Option<Color>,
    /// Write results to this file
    #[arg(long, value_name = "FILE")]
    logfile: Option<String>,
    /// The way to boot
    #[arg(long, default_value = "direct")]
    boot: Boot,
    /// Have the machine of one case wait for a debugger on TCP port 1234
    #[arg(long)]
    gdb: bool,
    /// One more argument for QEMU
    #[arg(long = "qemu-arg", value_name = "ARG", allow_hyphen_values = true)]
    qemu_arguments: Vec<String>,
    // `cargo bench` says so. What the cases have counted is shown after them.
    #[arg(long, hide = true)]
    bench: bool,
    // What libtest knows and what changes nothing here.
    #[arg(long, hide = true)]
    show_output: bool,
    #[arg(long, hide = true)]
    test: bool,
    #[arg(short = 'Z', hide = true)]
    unstable: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Pretty,
    Terse,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Options {
    fn selects(&self, case: &Case) -> bool {
        let fits = |filter: &String| match self.exact {
            true => case.name == *filter,
            false => case.name.contains(filter),
        };
        let is_asked_for = self.filters.is_empty() || self.filters.iter().any(fits);
        is_asked_for && !self.skip.iter().any(fits) && (case.ignored || !self.ignored)
    }

    fn runs(&self, case: &Case) -> bool {
        self.selects(case) && (!case.ignored || self.ignored || self.include_ignored)
    }

    /// The same for libtest-mimic, which takes no more than one filter: it gets the names of all that is left out.
    fn arguments(&self, cases: &[Case]) -> suite::Arguments {
        let others = cases.iter().filter(|case| !self.selects(case));
        suite::Arguments {
            exact: true,
            skip: others.map(|case| case.name.clone()).collect(),
            list: self.list,
            ignored: self.ignored,
            include_ignored: self.include_ignored,
            nocapture: self.nocapture,
            test_threads: self.test_threads.map(NonZero::get),
            quiet: self.quiet,
            logfile: self.logfile.clone(),
            format: self.format.map(|format| match format {
                Format::Pretty => FormatSetting::Pretty,
                Format::Terse => FormatSetting::Terse,
                Format::Json => FormatSetting::Json,
            }),
            color: self.color.map(|color| match color {
                Color::Auto => ColorSetting::Auto,
                Color::Always => ColorSetting::Always,
                Color::Never => ColorSetting::Never,
            }),
            ..suite::Arguments::default()
        }
    }

    /// Whether nothing else is written where the tests' lines go.
    fn has_a_quiet_screen(&self) -> bool {
        let has_lines = !matches!(self.format, Some(Format::Terse | Format::Json));
        has_lines && !self.quiet && !self.nocapture && self.logfile.is_none()
    }
}

/// Runs the cases of a test program as its command line asks. `root` is the workspace that has `tools/image`, `target` the
/// folder for all that is made.
///
/// # Errors
/// When something is missing on this machine, or the image cannot be made.
pub fn run(
    elf: &Path,
    cases: Vec<Case>,
    words: impl IntoIterator<Item = OsString>,
    root: &Path,
    target: &Path,
) -> Result<ExitCode, Error> {
    let program = OsString::from("runner");
    let options = Options::parse_from(std::iter::once(program).chain(words));
    let chosen: Vec<&Case> = cases.iter().filter(|case| options.runs(case)).collect();
    if options.gdb && !options.list {
        let [case] = chosen[..] else {
            let count = chosen.len();
            eprintln!("runner: --gdb is for one case, and {count} are to run: name one of them");
            return Ok(ExitStatus::Usage.into());
        };
        say_how_to_attach(elf, case);
    }
    let arguments = options.arguments(&cases);
    let tally = Tally::default();
    let tests = if options.list || chosen.is_empty() {
        cases.into_iter().map(listed).collect()
    } else {
        let mut bench = bench(elf, options.boot, root, target)?;
        bench.arguments.clone_from(&options.qemu_arguments);
        bench.gdb = options.gdb;
        bench.show = options.nocapture || options.gdb;
        let status = Status::new(chosen.len(), options.has_a_quiet_screen());
        if options.bench {
            counts::tests(bench, cases, &tally, &status)
        } else {
            tests(bench, cases, &status)
        }
    };
    let conclusion = suite::run(&arguments, tests);
    let counts = tally.counts()?;
    if !counts.is_empty() {
        println!("counts:\n{}", counts::table(&counts));
    }
    // 101, as libtest: of any other status cargo says that the program failed, not a test.
    Ok(conclusion.exit_code())
}

/// What cases are tried on: this machine's QEMU, and a disk image where one is asked for.
///
/// # Errors
/// When something is missing on this machine, or the image cannot be made.
pub fn bench(elf: &Path, boot: Boot, root: &Path, target: &Path) -> Result<Bench, Error> {
    if boot != Boot::Direct {
        doctor::ensure(Need::Images(boot), root, target)?;
    }
    let image = match boot {
        Boot::Direct => PathBuf::from(elf),
        boot => image::create(elf, boot, None, &root.join("tools/image/Cargo.toml"))?,
    };
    let qemu = Qemu::find(target)?;
    Ok(Bench::new(
        qemu,
        elf.into(),
        boot,
        image,
        target.join("serial"),
    ))
}

/// The cases as tests. `status` shows which run.
pub fn tests(bench: Bench, cases: Vec<Case>, status: &Status) -> Vec<suite::Case> {
    tried(bench, cases, status, Bench::run)
}

/// The cases as tests that are tried in some way.
pub(crate) fn tried(
    bench: Bench,
    cases: Vec<Case>,
    status: &Status,
    attempt: impl Fn(&Bench, &Case) -> Result<(), String> + Clone + Send + 'static,
) -> Vec<suite::Case> {
    let bench = Arc::new(bench);
    let test = |case: Case| {
        let (bench, status, attempt) = (Arc::clone(&bench), status.clone(), attempt.clone());
        let (name, ignored) = (case.name.clone(), case.ignored);
        let run = move || status.during(&case.name, || attempt(&bench, &case));
        suite::Case::new(name, run).ignored(ignored)
    };
    cases.into_iter().map(test).collect()
}

/// A case that is to be listed, not run.
fn listed(case: Case) -> suite::Case {
    suite::Case::new(case.name, || Ok(())).ignored(case.ignored)
}

/// Below the line of a case, the first code is its function's. A breakpoint in memory would not do: there is nothing in memory yet.
fn say_how_to_attach(elf: &Path, case: &Case) {
    eprintln!(
        "runner: the machine waits for a debugger: gdb {} -ex 'target remote :1234' -ex 'hbreak {}:{}' -ex continue",
        elf.display(),
        case.file,
        case.line
    );
}

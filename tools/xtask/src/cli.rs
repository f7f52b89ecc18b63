//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use runner::{Boot, ExitStatus};

/// Cairn's one entry point: boots and tests the kernel, cuts chapters out of
/// it, builds the book.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = ExitStatus::HELP)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is missing on this machine and how to get it
    Doctor {
        /// Get what is missing
        #[arg(long)]
        fix: bool,
    },
    /// Boot the kernel, with the terminal as its serial console
    Run(Run),
    /// Run the kernel's tests, each in a machine of its own
    Test(Test),
    /// Write the files from which a reader starts into an empty folder
    Start { dir: PathBuf },
    /// Write the tree of a chapter, or of one of its steps, into a folder
    Weave {
        /// A chapter or a step: boot, boot.3
        point: String,
        dir: PathBuf,
        /// Do not format, and keep the line numbers of the source
        #[arg(long)]
        keep_lines: bool,
    },
    /// Write one commit for each step and one tag for each chapter
    History {
        /// The git repository to write to [default: this one]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
    /// Print what a chapter, or one of its steps, changes
    Diff {
        /// A chapter or a step: boot, boot.3
        point: String,
    },
    /// Write a disk image for a USB stick, and boot it once to verify it
    Image {
        /// The firmware that is to boot it: bios or uefi
        #[arg(long)]
        boot: Boot,
        /// Where to write it [default: target/cairn-bios.img or target/cairn-uefi.img]
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Build the book into target/book
    Book {
        /// Open it in a browser
        #[arg(long)]
        open: bool,
        /// Record all transcripts anew
        #[arg(long)]
        update: bool,
        /// Of the transcripts only those whose SLUG/NAME contains this
        #[arg(long, value_name = "WORD", requires = "update")]
        only: Option<String>,
    },
    /// Hold a project of your own against a chapter's contracts
    Judge {
        /// The chapter, or the step, that the project has reached: boot, boot.3
        point: String,
        /// The project's folder
        dir: PathBuf,
        /// The way to boot it
        #[arg(long, default_value = "direct")]
        boot: Boot,
    },
    /// Count the instructions that the kernel's paths take, and compare with benches/counts.toml
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        /// Record the counts as they are now
        #[arg(long)]
        accept: bool,
        #[command(subcommand)]
        what: Option<Bench>,
    },
    /// Feed the parsers of firmware's tables inputs that nobody thought of
    Fuzz(Fuzz),
    /// Check all that must hold before a change may land
    Check {
        /// Only the checks whose names contain this
        filter: Option<String>,
        /// Only what belongs to this chapter: steps, tests, hostile-chapters, exercises, mutants, judge, transcripts
        #[arg(long, value_name = "SLUG")]
        chapter: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// How long the loop of edit, build, boot and test takes
    Loop,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Boot the kernel of this chapter or step instead of the finished one
    #[arg(long, value_name = "SLUG[.STEP]")]
    pub chapter: Option<String>,
    #[command(flatten)]
    pub machine: runner::run::Options,
}

#[derive(Debug, Args)]
pub struct Fuzz {
    /// The target, a folder in tools/fuzz/corpus [default: all, one after the other]
    pub target: Option<String>,
    /// For how long altogether
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..1_000_000))]
    pub seconds: u64,
    /// Keep in the corpus the smallest inputs that reach all that was reached
    #[arg(long)]
    pub keep: bool,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Only the tests whose names contain this
    pub filter: Option<String>,
    /// Test the kernel as it is at the end of this chapter
    #[arg(long, value_name = "SLUG", conflicts_with = "all_chapters")]
    pub chapter: Option<String>,
    /// Test the kernel as it is at the end of each chapter
    #[arg(long)]
    pub all_chapters: bool,
    /// Test on this way to boot only [default: direct]
    #[arg(long)]
    pub boot: Option<Boot>,
    /// Boot the finished kernel on the hostile machines instead; the filter is for their groups and names
    #[arg(long, conflicts_with_all = ["chapter", "all_chapters", "boot"])]
    pub hostile: bool,
    /// Record in tests/hostile/results.toml what the kernel does on the hostile machines
    #[arg(long, requires = "hostile", conflicts_with = "filter")]
    pub accept: bool,
}

//! The program that `cargo run` hands the kernel to: boots it, with this terminal as its serial console.
//!
//! `cargo test` and `cargo bench` hand it a test program: then each of its cases runs in a machine of its own.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use runner::run::{self, Options};
use runner::{Error, ExitStatus, case, cases};

/// Boots a kernel in QEMU. The terminal is the kernel's serial console; Ctrl-A X quits.
#[derive(Parser)]
#[command(name = "runner", after_help = ExitStatus::HELP)]
struct Arguments {
    /// The kernel, an ELF file
    elf: PathBuf,
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    // This is tools/runner/ in the workspace.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let root = root.unwrap_or(Path::new("")).to_path_buf();
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let done = test(&root, &target).unwrap_or_else(|| {
        let Arguments { elf, options } = Arguments::parse();
        run::run(&elf, &options, &root, &target).map(ExitCode::from)
    });
    done.unwrap_or_else(|error| {
        eprintln!("runner: {error}");
        error.exit_status().into()
    })
}

/// Runs the cases if the first word names a test program.
fn test(root: &Path, target: &Path) -> Option<Result<ExitCode, Error>> {
    let mut words = env::args_os().skip(1);
    let elf = PathBuf::from(words.next()?);
    match case::read(&elf) {
        Ok(cases) if cases.is_empty() => None,
        Ok(cases) => Some(cases::run(&elf, cases, words, root, target)),
        Err(error @ Error::Cases { .. }) => Some(Err(error)),
        // What is wrong with a kernel, its own boot says better.
        Err(_) => None,
    }
}

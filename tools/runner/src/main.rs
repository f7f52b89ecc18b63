//! The program that `cargo run` hands the kernel to: boots it, with this terminal as its serial console.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use runner::ExitStatus;
use runner::run::{self, Options};

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
    let arguments = Arguments::parse();
    // This is tools/runner/ in the workspace.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let root = root.unwrap_or(Path::new("")).to_path_buf();
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    match run::run(&arguments.elf, &arguments.options, &root, &target) {
        Ok(status) => status.into(),
        Err(error) => {
            eprintln!("runner: {error}");
            error.exit_status().into()
        }
    }
}

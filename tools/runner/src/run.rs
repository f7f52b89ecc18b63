//! Run mode from its options to its exit status, for `cargo run` and for `cargo xtask run`.

use std::path::{Path, PathBuf};

use crate::doctor::{self, Need};
use crate::{Boot, Ending, Error, ExitStatus, Machine, Qemu, console, image};

/// The options of run mode.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The way to boot it
    #[arg(long, default_value = "direct")]
    pub boot: Boot,
    /// Open no window
    #[arg(long)]
    pub headless: bool,
    /// Wait for a debugger on TCP port 1234
    #[arg(long)]
    pub gdb: bool,
    /// The size of memory
    #[arg(long, value_name = "SIZE", default_value = "128M")]
    pub memory: String,
    /// One more argument for QEMU
    #[arg(long = "qemu-arg", value_name = "ARG", allow_hyphen_values = true)]
    pub qemu_arguments: Vec<String>,
}

impl Options {
    /// The machine that they ask for, without a window.
    #[must_use]
    pub fn machine(&self, image: PathBuf) -> Machine {
        let mut machine = Machine::new(self.boot, image);
        machine.memory.clone_from(&self.memory);
        machine.gdb = self.gdb;
        machine.arguments.clone_from(&self.qemu_arguments);
        machine
    }
}

/// Boots the kernel with this terminal as its console, on a disk image where one is asked for. `root` is the workspace that
/// has `tools/image`, `target` the folder for all that is made.
///
/// # Errors
/// When something is missing on this machine, or the image or QEMU fails.
pub fn run(elf: &Path, options: &Options, root: &Path, target: &Path) -> Result<ExitStatus, Error> {
    if options.boot != Boot::Direct {
        doctor::ensure(Need::Images(options.boot), root, target)?;
    }
    let qemu = Qemu::find(target)?;
    let image = match options.boot {
        Boot::Direct => elf.to_path_buf(),
        boot => image::create(elf, boot, None, &root.join("tools/image/Cargo.toml"))?,
    };
    let mut machine = options.machine(image);
    machine.display = console::display(&qemu, options.headless);
    let ending = console::run(&qemu, &machine, elf)?;
    report(&ending, &target.join("serial"))
}

/// Says how it ended, with the logs where QEMU is to blame.
fn report(ending: &Ending, logs: &Path) -> Result<ExitStatus, Error> {
    let status = ending.outcome.exit_status();
    eprintln!("runner: {}", ending.outcome);
    if status == ExitStatus::Qemu || status == ExitStatus::Reset {
        let log = ending.keep(logs, "run")?;
        let log = log.with_extension("qemu.log");
        eprintln!("  QEMU's log: {}", nearby(&log).display());
    }
    Ok(status)
}

/// The path from the current folder on, where the file lies below it.
pub(crate) fn nearby(path: &Path) -> &Path {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path)
}

//! Disk images, made by `tools/image`, which links the `bootloader` crate.
//!
//! That tool is a program of its own workspace, so nobody waits for its build who boots directly.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::{Boot, Error, Machine, Outcome, Progress, Qemu, Session, guests};

/// How long an image may take until the kernel is ready, or done.
fn limit(boot: Boot) -> Duration {
    Duration::from_secs(if boot == Boot::Uefi { 60 } else { 20 })
}

/// Makes a disk image of a kernel, unless there is one already, and returns its path. It lies beside the ELF file, or at
/// `output` where that is given. `tool_manifest` is the path of `tools/image/Cargo.toml`.
///
/// # Errors
/// When the tool cannot be built or fails, or a file cannot be written.
pub fn create(
    elf: &Path,
    boot: Boot,
    output: Option<&Path>,
    tool_manifest: &Path,
) -> Result<PathBuf, Error> {
    if boot == Boot::Direct {
        return Err(Error::NoImage);
    }
    let folder = elf.parent().unwrap_or(Path::new(".")).join("images");
    let kernel = elf.file_stem().unwrap_or_default().to_string_lossy();
    let prefix = format!("{kernel}-{boot}-");
    let image = folder.join(format!("{prefix}{:016x}.img", key(elf, tool_manifest)?));
    if !image.is_file() {
        fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, error))?;
        remove_older(&folder, &prefix);
        make(elf, boot, &image, tool_manifest)?;
    }
    match output {
        None => Ok(image),
        Some(output) => copy(&image, output),
    }
}

/// Makes a disk image at `output` and boots it. It counts as verified when the kernel switches the machine off with success
/// or says that it is ready. Otherwise there is no file at `output`, and the serial log is kept in `logs`.
///
/// # Errors
/// As [`create`], and [`Error::Unverified`].
pub fn verified(
    elf: &Path,
    boot: Boot,
    output: &Path,
    tool_manifest: &Path,
    qemu: &Qemu,
    logs: &Path,
) -> Result<PathBuf, Error> {
    let image = create(elf, boot, None, tool_manifest)?;
    verify(&image, boot, qemu, logs)?;
    copy(&image, output)
}

/// Boots an image until the kernel is ready or done.
fn verify(image: &Path, boot: Boot, qemu: &Qemu, logs: &Path) -> Result<(), Error> {
    let mut session = Session::start(qemu, &Machine::new(boot, image))?;
    let limit = limit(boot);
    let deadline = Instant::now() + limit;
    let ending = loop {
        match session.next(Some(deadline)) {
            Progress::Output(_) => {}
            Progress::Ready | Progress::Stopped => break session.stop(Outcome::Stopped)?,
            Progress::Ended => break session.finish()?,
            Progress::TimedOut => break session.time_out(limit)?,
        }
    };
    if ending.outcome.is_success() {
        return Ok(());
    }
    let log = ending.keep(logs, &format!("image-{boot}"))?;
    Err(Error::Unverified {
        outcome: ending.outcome.to_string(),
        log,
        status: ending.outcome.exit_status(),
    })
}

/// What an image depends on: the kernel and the tool.
fn key(elf: &Path, tool_manifest: &Path) -> Result<u64, Error> {
    let mut hasher = DefaultHasher::new();
    let lock = tool_manifest.with_file_name("Cargo.lock");
    let source = tool_manifest.with_file_name("src").join("main.rs");
    for path in [elf, tool_manifest, &lock, &source] {
        fs::read(path)
            .map_err(|error| Error::io("read", path, error))?
            .hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Removes the images of earlier builds; another process may be booting one, then the system keeps it or we do.
fn remove_older(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Runs the tool.
fn make(elf: &Path, boot: Boot, image: &Path, tool_manifest: &Path) -> Result<(), Error> {
    let elf = absolute(elf)?;
    let tool = absolute(tool_manifest)?;
    let folder = tool.parent().unwrap_or(Path::new("/")).to_path_buf();
    announce(boot, &folder);
    let run = |partial: &Path| {
        let status = cargo(&folder)
            .args([
                "run",
                "--quiet",
                "--locked",
                "--target",
                "host-tuple",
                "--manifest-path",
            ])
            .arg(&tool)
            .args(["--", "--boot", boot.name(), "--kernel"])
            .arg(&elf)
            .arg("--output")
            .arg(partial)
            .status()
            .map_err(|error| Error::io("run", "cargo", error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Error::Image { status })
        }
    };
    guests::whole(&absolute(image)?, run, |error| {
        Error::io("write", image, error)
    })
}

/// Tells whoever waits what for.
fn announce(boot: Boot, folder: &Path) {
    if !io::stderr().is_terminal() {
        return;
    }
    let first = if folder.join("target").is_dir() {
        ""
    } else {
        "; the first time this builds the boot loader, about two minutes"
    };
    eprintln!("runner: making a disk image for {boot}{first}");
}

/// Cargo as if it were called in `folder` by hand: its settings in that folder count, those that the cargo which runs us
/// passes down for the kernel do not.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(leaks) {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether a variable carries the outer cargo's build into the inner one.
fn leaks(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "CARGO_TARGET_DIR",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_UNSTABLE_BUILD_STD",
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_BOOTSTRAP",
        "MAKEFLAGS",
    ];
    const PREFIXES: [&str; 6] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BUILD_",
        "CARGO_PROFILE_",
        "CARGO_BIN_",
        "CARGO_TARGET_X86_64_UNKNOWN_NONE_",
    ];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// A path that holds in another folder too.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| Error::io("find", path, error))
}

/// Copies an image to where the user wants it, complete or not at all.
fn copy(image: &Path, output: &Path) -> Result<PathBuf, Error> {
    let failed = |error| Error::io("write", output, error);
    guests::whole(
        output,
        |partial| fs::copy(image, partial).map(drop).map_err(failed),
        failed,
    )?;
    Ok(output.to_path_buf())
}

//! Debian's compiler, laid out as a toolchain of rustup's, with `core` and `alloc` for the kernel's target.
//!
//! It lies in rustup's folder, so that `cargo clean` leaves it alone and all clones share it: about 75 MiB.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{env, fs, io};

use super::Places;
use super::fix::{run_silently, words};
use super::shell::Shell;
use crate::Error;

/// The file that says which compiler a sysroot belongs to.
const STAMP: &str = "debian-compiler";

/// A sysroot, made or to be made.
pub(super) struct Sysroot<'a> {
    /// Where all versions' lie.
    folder: PathBuf,
    /// The version of the compiler's package.
    package: &'a str,
    /// The version of the compiler.
    version: &'a str,
    /// Where Debian's files are: `/usr`.
    system: &'a Path,
}

impl<'a> Sysroot<'a> {
    /// The target that `core` and `alloc` are built for. What images need besides, `bootloader` builds itself.
    pub(super) const TARGET: &'static str = "x86_64-unknown-none";

    /// The sysroot of this version.
    pub(super) fn new(places: &'a Places, package: &'a str, version: &'a str) -> Self {
        Self {
            folder: places.rustup.join("cairn"),
            package,
            version,
            system: &places.system,
        }
    }

    /// Where it lies.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(self.package)
    }

    /// Makes it, unless it is there already. Returns whether it was made.
    pub(super) fn make(&self, shell: &mut dyn Shell) -> Result<bool, Error> {
        create(&self.folder)?;
        let lock = self.folder.join("lock");
        let lock = fs::File::create(&lock).map_err(|error| Error::io("create", &lock, error))?;
        lock.lock()
            .map_err(|error| Error::io("lock", &self.folder, error))?;
        if version(&self.path(), self.system).is_some() {
            return Ok(false);
        }
        // Whatever is here was interrupted: nobody else has the lock.
        let build = self.folder.join("build");
        remove(&build)?;
        remove(&self.path())?;
        self.lay_out(&build.join("sysroot"))?;
        self.build(&build, shell)?;
        rename(&build.join("sysroot"), &self.path())?;
        remove(&build)?;
        Ok(true)
    }

    /// Removes those of other versions, which nothing refers to any more.
    pub(super) fn remove_others(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.path().join(STAMP).is_file()) {
            if entry.path() != self.path() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Everything but the target: Debian's own files are linked to, and programs are told where the sysroot is.
    fn lay_out(&self, to: &Path) -> Result<(), Error> {
        let bin = to.join("bin");
        let host = format!("lib/rustlib/{}-unknown-linux-gnu", env::consts::ARCH);
        let tools = to.join(&host).join("bin");
        create(&bin)?;
        create(&tools)?;
        let sysroot = quoted(&self.path());
        for program in ["rustc", "rustdoc"] {
            let path = quoted(&self.system.join("bin").join(program));
            script(
                &bin.join(program),
                &format!("exec {path} --sysroot {sysroot} \"$@\""),
            )?;
        }
        let clippy = quoted(&self.system.join("bin/clippy-driver"));
        script(
            &bin.join("clippy-driver"),
            &format!("SYSROOT={sysroot} exec {clippy} \"$@\""),
        )?;
        // It runs the `clippy-driver` beside itself, and so may not be a link.
        let cargo_clippy = self.system.join("bin/cargo-clippy");
        fs::copy(&cargo_clippy, bin.join("cargo-clippy"))
            .map_err(|error| Error::io("copy", &cargo_clippy, error))?;
        for program in ["cargo", "cargo-fmt", "rustfmt"] {
            link(&self.system.join("bin").join(program), &bin.join(program))?;
        }
        // The kernel's linker, and what `bootloader` makes its stages with.
        for (program, name) in [
            ("lld", "rust-lld"),
            ("llvm-objcopy", "llvm-objcopy"),
            ("llvm-objdump", "llvm-objdump"),
        ] {
            link(&self.system.join("bin").join(program), &tools.join(name))?;
        }
        for part in [format!("{host}/lib"), "lib/rustlib/src".into()] {
            link(&self.system.join(&part), &to.join(&part))?;
        }
        let stamp = stamp(self.version, self.system)
            .map_err(|error| Error::io("read", self.system.join("bin/rustc"), error))?;
        write(&to.join(STAMP), &stamp)
    }

    /// Builds `core` and `alloc` as they come from rustup, and puts them into the sysroot.
    fn build(&self, folder: &Path, shell: &mut dyn Shell) -> Result<(), Error> {
        eprintln!(
            "doctor: building core and alloc for {} with Debian's compiler {}; this takes about a minute, once",
            Self::TARGET,
            self.version
        );
        let empty = folder.join("empty");
        create(&empty.join("src"))?;
        write(&empty.join("Cargo.toml"), MANIFEST)?;
        write(&empty.join("src/lib.rs"), "#![no_std]\n")?;
        let command = self.cargo(&empty);
        run_silently(
            &command,
            "cargo needs crates.io for this, or what it has in its cache",
            shell,
        )?;
        let libraries = folder
            .join("sysroot/lib/rustlib")
            .join(Self::TARGET)
            .join("lib");
        create(&libraries)?;
        let built = empty.join("target").join(Self::TARGET).join("release");
        collect(&built, &libraries)?;
        let is_empty = fs::read_dir(&libraries).is_ok_and(|mut files| files.next().is_none());
        if is_empty {
            let nothing = io::ErrorKind::NotFound.into();
            return Err(Error::io("find the libraries in", built, nothing));
        }
        Ok(())
    }

    /// Cargo, with nothing of ours but what is said here: no toolchain of rustup's, no configuration of the repository's.
    fn cargo(&self, folder: &Path) -> Vec<String> {
        let system = self.system.to_string_lossy();
        let unset = [
            "CARGO",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUSTUP_TOOLCHAIN",
        ];
        let unset = unset.iter().flat_map(|name| ["-u", name]);
        let flags = format!(
            "RUSTFLAGS=-Cforce-frame-pointers=yes --remap-path-prefix={system}/lib/rustlib/src/rust=/rustc/{}",
            self.version
        );
        [
            words(&["env", "--chdir", &folder.to_string_lossy()]),
            unset.map(str::to_owned).collect(),
            words(&[
                "RUSTC_BOOTSTRAP=1",
                &format!("RUSTC={system}/bin/rustc"),
                &flags,
                &format!("{system}/bin/cargo"),
                "build",
                "--quiet",
                "--release",
                "--target",
                Self::TARGET,
                "--target-dir",
                "target",
                "-Zbuild-std=core,alloc,compiler_builtins",
                "-Zbuild-std-features=compiler-builtins-mem",
            ]),
        ]
        .concat()
    }
}

/// A package that needs nothing but `core`. Lines in the debug information let a backtrace name what is in `core`.
const MANIFEST: &str = r#"[package]
name = "empty"
version = "0.0.0"
edition = "2024"

[workspace]

[profile.release]
debug = "line-tables-only"
"#;

/// The version of the compiler that a sysroot was made for, if that is the one which is installed.
pub(super) fn version(sysroot: &Path, system: &Path) -> Option<String> {
    let text = fs::read_to_string(sysroot.join(STAMP)).ok()?;
    let version = text.lines().next()?;
    let is_of_this = stamp(version, system).ok()? == text;
    is_of_this.then(|| version.to_owned())
}

/// What tells one compiler from another at no cost: a new package brings a new file.
fn stamp(version: &str, system: &Path) -> io::Result<String> {
    let file = fs::metadata(system.join("bin/rustc"))?;
    let time = file.modified()?.duration_since(UNIX_EPOCH);
    let time = time.map_or(0, |time| time.as_secs());
    Ok(format!("{version}\n{} bytes, {time}\n", file.len()))
}

/// Moves the libraries that cargo built, wherever it put them, but not the empty package's.
fn collect(from: &Path, to: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(from).map_err(|error| Error::io("read", from, error))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            collect(&entry.path(), to)?;
        } else if name.ends_with(".rlib") && !name.starts_with("libempty") {
            rename(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", folder, error))
        }
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(|error| Error::io("move", from, error))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| Error::io("write", path, error))
}

/// A path as a word of the shell's.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

/// Writes a program of one line.
fn script(path: &Path, line: &str) -> Result<(), Error> {
    write(path, &format!("#!/bin/sh\n{line}\n"))?;
    make_executable(path).map_err(|error| Error::io("write", path, error))
}

/// Makes a link to a file or folder that is there.
fn link(to: &Path, path: &Path) -> Result<(), Error> {
    fs::metadata(to).map_err(|error| Error::io("find", to, error))?;
    symlink(to, path).map_err(|error| Error::io("link to", to, error))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(unix)]
use std::os::unix::fs::symlink;

// Debian's packages are on Debian only.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

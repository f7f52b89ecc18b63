//! The pinned toolchain, found by looking into rustup's folders: asking rustup costs more than all other checks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The toolchain that `rust-toolchain.toml` pins.
pub(crate) struct Toolchain {
    /// Its version, `stable` if the file cannot be read.
    pub(crate) channel: String,
    /// Where it is installed.
    pub(crate) sysroot: Option<PathBuf>,
}

impl Toolchain {
    /// Finds it.
    pub(crate) fn find(root: &Path) -> Toolchain {
        let channel = channel(root).unwrap_or_else(|| "stable".into());
        let sysroot = in_rustup(&channel).or_else(ask_compiler);
        Toolchain { channel, sysroot }
    }

    /// A path in it, if it is there.
    pub(crate) fn part(&self, path: &str) -> Option<PathBuf> {
        let part = self.sysroot.as_ref()?.join(path);
        part.exists().then_some(part)
    }

    /// A program that lies under the host's name, which we need not know.
    pub(crate) fn tool(&self, name: &str) -> Option<PathBuf> {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        let hosts = fs::read_dir(self.sysroot.as_ref()?.join("lib/rustlib")).ok()?;
        hosts
            .flatten()
            .map(|host| host.path().join("bin").join(&name))
            .find(|tool| tool.is_file())
    }
}

/// The pinned version.
fn channel(root: &Path) -> Option<String> {
    let text = fs::read_to_string(root.join("rust-toolchain.toml")).ok()?;
    let file: toml::Table = text.parse().ok()?;
    Some(file.get("toolchain")?.get("channel")?.as_str()?.to_owned())
}

/// The folder of rustup's that has it. The cargo that runs us names its toolchain; otherwise it is the one whose name begins
/// with the version.
fn in_rustup(channel: &str) -> Option<PathBuf> {
    let home = env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".rustup")))?;
    let toolchains = home.join("toolchains");
    let named = env::var_os("RUSTUP_TOOLCHAIN")
        .map(|name| toolchains.join(name))
        .filter(|path| is_sysroot(path));
    named.or_else(|| {
        let entries = fs::read_dir(&toolchains).ok()?;
        let ours = |name: &str| {
            name == channel
                || name
                    .strip_prefix(channel)
                    .is_some_and(|rest| rest.starts_with('-'))
        };
        entries
            .flatten()
            .find(|entry| entry.file_name().to_str().is_some_and(ours))
            .map(|entry| entry.path())
            .filter(|path| is_sysroot(path))
    })
}

fn is_sysroot(path: &Path) -> bool {
    path.join("lib/rustlib").is_dir()
}

/// Without rustup: the compiler on `PATH`, if there is one.
fn ask_compiler() -> Option<PathBuf> {
    if rustup().is_some() {
        return None;
    }
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    is_sysroot(&path).then_some(path)
}

/// Where rustup is.
pub(crate) fn rustup() -> Option<PathBuf> {
    let name = format!("rustup{}", env::consts::EXE_SUFFIX);
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = cargo_home
        .map(|home| home.join("bin"))
        .into_iter()
        .chain(env::split_paths(&path));
    folders
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

//! The pinned toolchain, found by looking into rustup's folders: asking rustup costs more than all other checks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::{Places, fallback, sysroot};

/// The toolchain that `rust-toolchain.toml` pins, or the one that stands in for it.
pub(crate) struct Toolchain {
    /// Its name: a version, or [`fallback::NAME`].
    pub(crate) channel: String,
    /// Where it is installed.
    pub(crate) sysroot: Option<PathBuf>,
    /// For one that stands in: its version, and for which.
    pub(crate) version: String,
}

impl Toolchain {
    /// Finds it.
    pub(crate) fn find(places: &Places) -> Toolchain {
        let channel = pinned(&places.root);
        if fallback::is_in_use() || is_overridden(places) {
            return stand_in(places, &channel);
        }
        let sysroot = in_rustup(&channel, &places.rustup).or_else(ask_compiler);
        Toolchain {
            channel,
            sysroot,
            version: String::new(),
        }
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

/// Debian's compiler, unless its package has changed since the sysroot was made.
fn stand_in(places: &Places, pinned: &str) -> Toolchain {
    let folder = places.rustup.join("toolchains").join(fallback::NAME);
    let version = sysroot::version(&folder, &places.system);
    Toolchain {
        channel: fallback::NAME.into(),
        sysroot: version.is_some().then_some(folder),
        version: version.map_or_else(String::new, |version| {
            format!("Debian's {version}, in place of {pinned}; `rustup override unset` goes back")
        }),
    }
}

/// Whether rustup is told to use Debian's compiler in the repository's folder, which goes before `rust-toolchain.toml`.
pub(crate) fn is_overridden(places: &Places) -> bool {
    let chosen = || {
        let text = fs::read_to_string(places.rustup.join("settings.toml")).ok()?;
        let settings: toml::Table = text.parse().ok()?;
        let root = fs::canonicalize(&places.root).ok()?;
        let name = settings.get("overrides")?.get(root.to_str()?)?.as_str()?;
        Some(name == fallback::NAME)
    };
    chosen().unwrap_or(false)
}

/// The pinned version, `stable` if the file cannot be read.
pub(crate) fn pinned(root: &Path) -> String {
    channel(root).unwrap_or_else(|| "stable".into())
}

fn channel(root: &Path) -> Option<String> {
    let text = fs::read_to_string(root.join("rust-toolchain.toml")).ok()?;
    let file: toml::Table = text.parse().ok()?;
    Some(file.get("toolchain")?.get("channel")?.as_str()?.to_owned())
}

/// The folder of rustup's that has it. The cargo that runs us names its toolchain; otherwise it is the one whose name begins
/// with the version.
fn in_rustup(channel: &str, home: &Path) -> Option<PathBuf> {
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

/// Where rustup keeps its toolchains.
pub(crate) fn rustup_home() -> PathBuf {
    let home = || env::home_dir().unwrap_or_default().join(".rustup");
    env::var_os("RUSTUP_HOME").map_or_else(home, PathBuf::from)
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

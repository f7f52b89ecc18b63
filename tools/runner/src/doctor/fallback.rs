//! The machine without rustup's server: Debian's compiler stands in for the pinned one.
//!
//! 1. Debian packages a recent compiler with its sources, but not `core` for a machine without an operating system: we
//!    build that once, and lay all of it out as a toolchain of rustup's, under [`NAME`], in rustup's own folder.
//! 2. A folder has it by `rustup override`, which goes before its `rust-toolchain.toml`. So plain `cargo run` has it too,
//!    also after another tag is checked out there.
//! 3. `rustup override unset` takes it back.

use std::env;
use std::path::Path;

use super::fix::{install, run_silently, words};
use super::install::Thing;
use super::shell::{Shell, System};
use super::sysroot::Sysroot;
use super::{Places, toolchain};
use crate::Error;

/// The toolchain's name in rustup.
pub const NAME: &str = "cairn-debian";

/// All that the toolchain is made of; the first one gives it its version.
const PACKAGES: [&str; 7] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rustfmt-web",
    "rust-web-clippy",
    "lld",
    "llvm",
];

/// Whether this process, and so all that it starts, uses Debian's compiler.
#[must_use]
pub fn is_in_use() -> bool {
    env::var_os("RUSTUP_TOOLCHAIN").is_some_and(|name| name == NAME)
}

/// Lets another folder use what this process uses: a project that was just written has a `rust-toolchain.toml` of its own.
/// Does nothing where the pinned compiler is in use.
///
/// # Errors
/// [`Error::Missing`] when rustup fails.
pub fn spread(folder: &Path) -> Result<(), Error> {
    if is_in_use() {
        choose(folder, &mut System)
    } else {
        Ok(())
    }
}

/// Whether it is Debian's compiler that lacks something.
pub(super) fn lacks(thing: &Thing) -> bool {
    match thing {
        Thing::Toolchain { channel }
        | Thing::Target { channel, .. }
        | Thing::Component { channel, .. } => channel == NAME,
        _ => false,
    }
}

/// Puts Debian's compiler into the place of the pinned one, for the repository's folder, and says why.
pub(super) fn put(places: &Places, why: &str, shell: &mut dyn Shell) -> Result<(), Error> {
    let pinned = toolchain::pinned(&places.root);
    let package = installed(&pinned, shell)?;
    let version = upstream(&package);
    let sysroot = Sysroot::new(places, &package, version);
    let built = sysroot.make(shell)?;
    run_silently(
        &words(&[
            "rustup",
            "--quiet",
            "toolchain",
            "link",
            NAME,
            &sysroot.path().to_string_lossy(),
        ]),
        "",
        shell,
    )?;
    choose(&places.root, shell)?;
    sysroot.remove_others();
    let libraries = format!("core and alloc for {}", Sysroot::TARGET);
    let libraries = if built {
        format!("built {libraries}")
    } else {
        format!("{libraries} were there already")
    };
    eprintln!(
        "doctor: {why}; Debian's compiler {version} now stands in for {pinned} in this folder ({libraries})"
    );
    Ok(())
}

/// Has a folder use it.
fn choose(folder: &Path, shell: &mut dyn Shell) -> Result<(), Error> {
    run_silently(
        &words(&[
            "rustup",
            "--quiet",
            "override",
            "set",
            NAME,
            "--path",
            &folder.to_string_lossy(),
        ]),
        "",
        shell,
    )
}

/// Installs the packages that are missing or too old. Returns the version of the compiler's.
fn installed(pinned: &str, shell: &mut dyn Shell) -> Result<String, Error> {
    let serves = |version: &String| is_at_least(upstream(version), pinned);
    let is_complete = PACKAGES.iter().all(|name| shell.package(name).is_some());
    let compiler = |shell: &dyn Shell| shell.package(PACKAGES[0]);
    if let Some(version) = compiler(shell).filter(|version| is_complete && serves(version)) {
        return Ok(version);
    }
    let advice = format!(
        "get Debian's compiler with:\n      sudo apt-get install --no-install-recommends {}",
        PACKAGES.join(" ")
    );
    install(&PACKAGES, &advice, shell)?;
    let version = compiler(shell).unwrap_or_default();
    if serves(&version) {
        Ok(version)
    } else {
        Err(Error::CompilerTooOld {
            package: PACKAGES[0],
            found: version,
            needed: pinned.to_owned(),
        })
    }
}

/// The version of what is packaged, without the packagers' additions: `1.96.0` of `1.96.0+dfsg1-1~deb12u2`.
fn upstream(package: &str) -> &str {
    let end = package.find(|c: char| c != '.' && !c.is_ascii_digit());
    &package[..end.unwrap_or(package.len())]
}

/// Whether a version is another or newer. A channel's name, like `stable`, asks for none.
fn is_at_least(version: &str, needed: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.')
            .filter_map(|number| number.parse().ok())
            .collect()
    };
    numbers(version) >= numbers(needed)
}

/// Starts this program anew with Debian's compiler in its environment, where it was put into the place of the pinned one
/// after the program had been started. It returns when there is no need to.
pub(super) fn start_anew(places: &Places) -> Result<(), Error> {
    if is_in_use() || !toolchain::is_overridden(places) {
        return Ok(());
    }
    let program = env::current_exe().map_err(|error| Error::io("find", "this program", error))?;
    let mut command = std::process::Command::new(&program);
    command
        .args(env::args_os().skip(1))
        .env("RUSTUP_TOOLCHAIN", NAME)
        // The pinned toolchain's.
        .env_remove("CARGO");
    Err(Error::io("start", program, replace(&mut command)))
}

/// Becomes another program. Returns only if that fails.
#[cfg(unix)]
fn replace(command: &mut std::process::Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(not(unix))]
fn replace(_: &mut std::process::Command) -> std::io::Error {
    std::io::ErrorKind::Unsupported.into()
}

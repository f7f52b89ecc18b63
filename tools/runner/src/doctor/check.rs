//! The checks themselves.

use std::path::{Path, PathBuf};

use super::install::Thing;
use super::toolchain::{Toolchain, rustup};
use super::{Finding, Need, Places, State, fallback};
use crate::{Boot, Error, Ovmf, Qemu};

/// All that a need asks for.
pub(super) fn all(need: Need, places: &Places, target: &Path) -> Vec<Finding> {
    let toolchain = Toolchain::find(places);
    let mut findings = rust(need, &toolchain);
    let qemu = Qemu::find(target);
    findings.push(machine(&qemu));
    findings.push(present(Thing::Roms, roms(qemu.as_ref().ok())));
    if need.image(Boot::Uefi) {
        let ovmf = qemu.as_ref().ok().and_then(Ovmf::look);
        findings.push(present(Thing::Ovmf, ovmf.map(|ovmf| ovmf.code)));
    }
    findings
}

/// The toolchain and its parts.
fn rust(need: Need, toolchain: &Toolchain) -> Vec<Finding> {
    let channel = || toolchain.channel.clone();
    let target = |target| {
        let folder = toolchain.part(&format!("lib/rustlib/{target}/lib"));
        present(
            Thing::Target {
                channel: channel(),
                target,
            },
            folder,
        )
    };
    let component = |component, found| {
        present(
            Thing::Component {
                channel: channel(),
                component,
            },
            found,
        )
    };
    let mut findings = Vec::new();
    // A compiler without rustup serves as well.
    if rustup().is_some() || toolchain.sysroot.is_none() {
        findings.push(present(Thing::Rustup, rustup()));
    }
    findings.push(version(
        Thing::Toolchain { channel: channel() },
        &toolchain.version,
        toolchain.sysroot.clone(),
    ));
    findings.push(target("x86_64-unknown-none"));
    // Debian's compiler does without: `bootloader` builds `core` for its stages itself.
    if need.image(Boot::Uefi) && toolchain.channel != fallback::NAME {
        findings.push(target("x86_64-unknown-uefi"));
    }
    if need.image(Boot::Bios) || need.image(Boot::Uefi) {
        findings.push(component(
            "rust-src",
            toolchain.part("lib/rustlib/src/rust/library/core"),
        ));
        findings.push(component("llvm-tools", toolchain.tool("llvm-objcopy")));
    }
    if matches!(need, Need::Book | Need::Everything) {
        findings.push(component(
            "rustfmt",
            toolchain.part(&format!("bin/rustfmt{}", std::env::consts::EXE_SUFFIX)),
        ));
    }
    findings
}

/// QEMU, with what is wrong with one that does not serve.
fn machine(qemu: &Result<Qemu, Error>) -> Finding {
    let state = match qemu {
        Ok(qemu) => State::Found {
            version: qemu.version().into(),
            place: qemu.path().into(),
        },
        Err(Error::QemuTooOld { path, found, .. }) => State::Missing {
            reason: format!("{} is {found}", path.display()),
        },
        Err(Error::QemuMissing { .. }) => State::Missing {
            reason: String::new(),
        },
        Err(other) => State::Missing {
            reason: other.to_string(),
        },
    };
    Finding {
        thing: Thing::Qemu,
        state,
    }
}

/// Both of QEMU's firmwares; the place of the second.
fn roms(qemu: Option<&Qemu>) -> Option<PathBuf> {
    qemu?.rom("bios-256k.bin")?;
    qemu?.rom("qboot.rom")
}

/// Something that is there or not.
fn present(thing: Thing, place: Option<PathBuf>) -> Finding {
    version(thing, "", place)
}

/// Something that is there or not, and which.
fn version(thing: Thing, version: &str, place: Option<PathBuf>) -> Finding {
    let state = match place {
        Some(place) => State::Found {
            version: version.into(),
            place,
        },
        None => State::Missing {
            reason: String::new(),
        },
    };
    Finding { thing, state }
}

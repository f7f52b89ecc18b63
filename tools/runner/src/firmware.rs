//! Where the UEFI firmware lies on this machine.

use std::env;
use std::path::{Path, PathBuf};

use crate::doctor::install;
use crate::{Error, Qemu};

/// OVMF, the UEFI firmware for QEMU's machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ovmf {
    /// The code, which is never written to.
    pub code: PathBuf,
    /// The initial contents of the variables, which each machine gets a copy of; `None` if `code` holds both.
    pub variables: Option<PathBuf>,
}

/// Pairs of code and variables: Debian and Ubuntu, Fedora, Arch, openSUSE.
const PAIRS: [(&str, &str); 8] = [
    (
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/OVMF/OVMF_VARS_4M.fd",
    ),
    (
        "/usr/share/OVMF/OVMF_CODE.fd",
        "/usr/share/OVMF/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        "/usr/share/edk2/ovmf/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
        "/usr/share/edk2/x64/OVMF_VARS.4m.fd",
    ),
    (
        "/usr/share/edk2-ovmf/x64/OVMF_CODE.fd",
        "/usr/share/edk2-ovmf/x64/OVMF_VARS.fd",
    ),
    (
        "/usr/share/qemu/ovmf-x86_64-4m-code.bin",
        "/usr/share/qemu/ovmf-x86_64-4m-vars.bin",
    ),
    (
        "/usr/share/qemu/ovmf-x86_64-code.bin",
        "/usr/share/qemu/ovmf-x86_64-vars.bin",
    ),
    (
        "/usr/share/qemu/edk2-x86_64-code.fd",
        "/usr/share/qemu/edk2-i386-vars.fd",
    ),
];

impl Ovmf {
    /// Finds it: `CAIRN_OVMF`, the distributions' places, QEMU's own.
    ///
    /// # Errors
    /// [`Error::FirmwareMissing`] with the command that installs it.
    pub fn find(qemu: &Qemu) -> Result<Ovmf, Error> {
        Ovmf::look(qemu).ok_or_else(|| Error::FirmwareMissing {
            what: "OVMF (UEFI for QEMU)",
            install: install::command(install::Thing::Ovmf),
        })
    }

    /// Like [`Ovmf::find`], without advice.
    pub(crate) fn look(qemu: &Qemu) -> Option<Ovmf> {
        if let Some(code) = env::var_os("CAIRN_OVMF") {
            return Ovmf::named(PathBuf::from(code));
        }
        let in_share = qemu.share().into_iter().map(|share| {
            (
                share.join("edk2-x86_64-code.fd"),
                share.join("edk2-i386-vars.fd"),
            )
        });
        let pairs = PAIRS
            .iter()
            .map(|(code, variables)| (PathBuf::from(code), PathBuf::from(variables)));
        pairs
            .chain(in_share)
            .find(|(code, variables)| code.is_file() && variables.is_file())
            .map(|(code, variables)| Ovmf {
                code,
                variables: Some(variables),
            })
    }

    /// The file named by the user, with the variables beside it if its name says that it is the code alone.
    fn named(code: PathBuf) -> Option<Ovmf> {
        let variables = variables_beside(&code);
        code.is_file().then_some(Ovmf { code, variables })
    }
}

/// `OVMF_VARS_4M.fd` for `OVMF_CODE_4M.fd`, and so on.
fn variables_beside(code: &Path) -> Option<PathBuf> {
    let name = code.file_name()?.to_str()?;
    let candidates = [
        name.replace("CODE", "VARS"),
        name.replace("code", "vars"),
        name.replace("x86_64-code", "i386-vars"),
    ];
    candidates
        .iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| code.with_file_name(candidate))
        .find(|path| path.is_file())
}

//! How each thing is installed on each platform.

use std::fmt;
use std::fs;

use super::fallback;

/// Something that Cairn needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// The manager of toolchains.
    Rustup,
    /// The pinned compiler.
    Toolchain {
        /// Its version.
        channel: String,
    },
    /// The standard library for a target.
    Target {
        /// The toolchain.
        channel: String,
        /// The target.
        target: &'static str,
    },
    /// A part of the toolchain.
    Component {
        /// The toolchain.
        channel: String,
        /// The part.
        component: &'static str,
    },
    /// The machine.
    Qemu,
    /// The firmware that comes with QEMU.
    Roms,
    /// UEFI.
    Ovmf,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Rustup => f.write_str("rustup"),
            Thing::Toolchain { channel } => write!(f, "Rust {channel}"),
            Thing::Target { target, .. } => write!(f, "target {target}"),
            Thing::Component { component, .. } => f.write_str(component),
            Thing::Qemu => f.write_str("QEMU 7.2 or newer"),
            Thing::Roms => f.write_str("SeaBIOS and qboot"),
            Thing::Ovmf => f.write_str("OVMF (UEFI)"),
        }
    }
}

/// A platform with a package manager that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Debian, Ubuntu and what is made from them.
    Debian,
    /// Fedora and its kin.
    Fedora,
    /// Arch Linux.
    Arch,
    /// macOS with Homebrew.
    MacOs,
    /// Windows with winget.
    Windows,
    /// Some other system.
    Other,
}

impl Platform {
    /// Those that we know commands for.
    pub const KNOWN: [Platform; 5] = [
        Platform::Debian,
        Platform::Fedora,
        Platform::Arch,
        Platform::MacOs,
        Platform::Windows,
    ];

    /// This machine's.
    #[must_use]
    pub fn here() -> Platform {
        if cfg!(windows) {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::MacOs
        } else {
            Platform::of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
        }
    }

    /// The platform that an `os-release` file describes.
    #[must_use]
    pub fn of(os_release: &str) -> Platform {
        let value = |line: &'_ str| {
            line.split_once('=')
                .filter(|(key, _)| matches!(*key, "ID" | "ID_LIKE"))
                .map(|(_, value)| value.replace('"', ""))
        };
        let names: Vec<String> = os_release.lines().filter_map(value).collect();
        let like = |name: &str| {
            names
                .iter()
                .flat_map(|names| names.split_whitespace())
                .any(|word| word == name)
        };
        if like("debian") || like("ubuntu") {
            Platform::Debian
        } else if like("fedora") {
            Platform::Fedora
        } else if like("arch") {
            Platform::Arch
        } else {
            Platform::Other
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Platform::Debian => "Debian, Ubuntu",
            Platform::Fedora => "Fedora",
            Platform::Arch => "Arch",
            Platform::MacOs => "macOS",
            Platform::Windows => "Windows",
            Platform::Other => "elsewhere",
        }
    }

    /// The command that installs a package of its own, without the name of the package.
    fn installer(self) -> &'static str {
        match self {
            Platform::Debian => "sudo apt-get install --no-install-recommends",
            Platform::Fedora => "sudo dnf install",
            Platform::Arch => "sudo pacman -S",
            Platform::MacOs => "brew install",
            Platform::Windows => "winget install --id",
            Platform::Other => "install",
        }
    }
}

/// The package that has it, if it comes in packages.
#[must_use]
pub(crate) fn package(thing: &Thing, platform: Platform) -> Option<&'static str> {
    let [debian, fedora, arch, mac, windows] = match thing {
        Thing::Qemu => [
            "qemu-system-x86",
            "qemu-system-x86-core",
            "qemu-system-x86",
            "qemu",
            "SoftwareFreedomConservancy.QEMU",
        ],
        Thing::Roms => [
            "qemu-system-data",
            "seabios-bin",
            "qemu-system-x86-firmware",
            "qemu",
            "SoftwareFreedomConservancy.QEMU",
        ],
        Thing::Ovmf => [
            "ovmf",
            "edk2-ovmf",
            "edk2-ovmf",
            "qemu",
            "SoftwareFreedomConservancy.QEMU",
        ],
        _ => return None,
    };
    match platform {
        Platform::Debian => Some(debian),
        Platform::Fedora => Some(fedora),
        Platform::Arch => Some(arch),
        Platform::MacOs => Some(mac),
        Platform::Windows => Some(windows),
        Platform::Other => None,
    }
}

/// The command that installs a thing on a platform.
fn on(thing: &Thing, platform: Platform) -> String {
    match thing {
        Thing::Rustup if platform == Platform::Windows => {
            "winget install --id Rustlang.Rustup".into()
        }
        Thing::Rustup => "curl --proto =https -sSf https://sh.rustup.rs | sh".into(),
        lacking if fallback::lacks(lacking) => "cargo xtask doctor --fix".into(),
        Thing::Toolchain { channel } => {
            format!("rustup toolchain install {channel} --profile minimal")
        }
        Thing::Target { channel, target } => {
            format!("rustup target add --toolchain {channel} {target}")
        }
        Thing::Component { channel, component } => {
            format!("rustup component add --toolchain {channel} {component}")
        }
        packaged => format!(
            "{} {}",
            platform.installer(),
            package(packaged, platform).unwrap_or("qemu")
        ),
    }
}

/// The command that installs a thing here; for an unknown system, Debian's.
#[must_use]
pub(crate) fn command(thing: Thing) -> String {
    let platform = Platform::here();
    on(
        &thing,
        if platform == Platform::Other {
            Platform::Debian
        } else {
            platform
        },
    )
}

/// Lines that say how to get a thing: the platform's command, or all platforms' where the platform is unknown.
#[must_use]
pub fn advice(thing: &Thing, platform: Platform) -> String {
    if platform != Platform::Other {
        return format!("      {}", on(thing, platform));
    }
    let line = |platform: &Platform| {
        format!(
            "      {:15} {}",
            format!("{}:", platform.name()),
            on(thing, *platform)
        )
    };
    Platform::KNOWN
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

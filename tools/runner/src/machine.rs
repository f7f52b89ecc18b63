//! One machine, and the command line that makes QEMU build it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::Folder;
use crate::log::Log;
use crate::{Error, Ovmf, Qemu};

/// The way a kernel is booted.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    clap::ValueEnum,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Boot {
    /// QEMU loads the ELF file and enters it through its PVH note
    #[default]
    Direct,
    /// From a disk image, by a BIOS
    Bios,
    /// From a disk image, by UEFI
    Uefi,
}

impl Boot {
    /// All ways, in the order of the book.
    pub const ALL: [Boot; 3] = [Boot::Direct, Boot::Bios, Boot::Uefi];

    /// Its name on the command line and in `chapter.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Boot::Direct => "direct",
            Boot::Bios => "bios",
            Boot::Uefi => "uefi",
        }
    }
}

impl std::fmt::Display for Boot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The firmware of a machine that is booted directly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Firmware {
    /// QEMU's usual BIOS; it initialises VGA text mode.
    #[default]
    SeaBios,
    /// A minimal one: twice as fast, with no VGA and a local APIC that is left disabled.
    Qboot,
}

/// Where the guest's screen goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Display {
    /// Nowhere.
    #[default]
    None,
    /// Into a window, if this QEMU can open one.
    Window,
}

/// A machine to boot a kernel on.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The way the kernel is booted.
    pub boot: Boot,
    /// The ELF file for [`Boot::Direct`]; otherwise the disk image.
    pub image: PathBuf,
    /// The firmware for [`Boot::Direct`].
    pub firmware: Firmware,
    /// The size of memory, as QEMU's `-m` takes it. BIOS images need 24 MiB.
    pub memory: String,
    /// QEMU's `-cpu`; its default if `None`.
    pub cpu: Option<String>,
    /// Whether it has a serial port. Without one nobody hears the kernel, and it is told nothing.
    pub serial: bool,
    /// Where the screen goes.
    pub display: Display,
    /// QEMU's `-icount`: for `shift=0,sleep=off` the time-stamp counter counts guest instructions exactly.
    pub icount: Option<String>,
    /// Whether to wait for a debugger on TCP port 1234.
    pub gdb: bool,
    /// QEMU's `-accel`. `/dev/kvm` can exist and be useless, so it is `tcg` unless someone asks otherwise.
    pub accelerator: String,
    /// Whether the machine stays, with its picture on the screen, when the kernel ends it: it lacks the device through which
    /// a kernel ends QEMU, and QEMU stops where it would power off or reset.
    pub stays: bool,
    /// More arguments for QEMU, each one word, after all others.
    pub arguments: Vec<String>,
}

impl Machine {
    /// The standard machine: q35, 128 MiB, no window.
    #[must_use]
    pub fn new(boot: Boot, image: impl Into<PathBuf>) -> Machine {
        Machine {
            boot,
            image: image.into(),
            firmware: Firmware::default(),
            memory: "128M".into(),
            cpu: None,
            serial: true,
            display: Display::None,
            icount: None,
            gdb: false,
            accelerator: "tcg".into(),
            stays: false,
            arguments: Vec::new(),
        }
    }

    /// QEMU's arguments. What it writes goes into `folder`.
    pub(crate) fn arguments(&self, qemu: &Qemu, folder: &Folder) -> Result<Vec<OsString>, Error> {
        let mut line = Line::default();
        line.words(&[
            "-machine",
            "q35",
            "-nodefaults",
            "-no-user-config",
            "-no-reboot",
            "-accel",
            &self.accelerator,
        ]);
        line.words(&["-m", &self.memory]);
        if self.serial {
            line.words(&["-chardev", "stdio,id=serial,signal=off"]);
            line.words(&["-serial", "chardev:serial"]);
        }
        line.words(if self.stays {
            &["-no-shutdown"]
        } else {
            &["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
        });
        line.words(&["-d", Log::ITEMS, "-D"]).word(folder.file(LOG));
        line.option("-cpu", self.cpu.as_deref());
        line.option("-icount", self.icount.as_deref());
        self.screen(qemu, &mut line);
        self.way_in(qemu, folder, &mut line)?;
        if self.gdb {
            line.words(&["-s", "-S"]);
        }
        line.0.extend(self.arguments.iter().map(OsString::from));
        Ok(line.0)
    }

    /// The screen, and with a window QEMU's monitor in its menu.
    fn screen(&self, qemu: &Qemu, line: &mut Line) {
        match (self.display, qemu.window()) {
            (Display::Window, Some(window)) => line.words(&["-display", window, "-monitor", "vc"]),
            _ => line.words(&["-display", "none"]),
        };
        let qboot = self.boot == Boot::Direct && self.firmware == Firmware::Qboot;
        line.words(&["-vga", if qboot { "none" } else { "std" }]);
    }

    /// What gets the kernel into memory.
    fn way_in(&self, qemu: &Qemu, folder: &Folder, line: &mut Line) -> Result<(), Error> {
        match self.boot {
            Boot::Direct => {
                if self.firmware == Firmware::Qboot {
                    line.words(&["-bios", "qboot.rom"]);
                }
                line.words(&["-kernel"]).word(self.image.as_os_str());
            }
            Boot::Bios => line.drive("format=raw,snapshot=on,file=", &self.image),
            Boot::Uefi => {
                let ovmf = Ovmf::find(qemu)?;
                line.drive("if=pflash,unit=0,format=raw,readonly=on,file=", &ovmf.code);
                if let Some(template) = &ovmf.variables {
                    let variables = folder.file("variables.fd");
                    copy_writable(template, &variables)?;
                    line.drive("if=pflash,unit=1,format=raw,file=", &variables);
                }
                line.drive("format=raw,snapshot=on,file=", &self.image);
            }
        }
        Ok(())
    }
}

/// QEMU's log in the machine's folder.
pub(crate) const LOG: &str = "qemu.log";

/// Copies a file's contents, not its permissions: firmware is installed read-only.
fn copy_writable(from: &Path, to: &Path) -> Result<(), Error> {
    let bytes = fs::read(from).map_err(|error| Error::io("read", from, error))?;
    fs::write(to, bytes).map_err(|error| Error::io("write", to, error))
}

/// A command line in the making.
#[derive(Default)]
struct Line(Vec<OsString>);

impl Line {
    fn word(&mut self, word: impl Into<OsString>) -> &mut Line {
        self.0.push(word.into());
        self
    }

    fn words(&mut self, words: &[&str]) -> &mut Line {
        self.0.extend(words.iter().map(OsString::from));
        self
    }

    fn option(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.words(&[name, value]);
        }
    }

    /// A drive whose last option is a path; QEMU wants the commas in it doubled.
    fn drive(&mut self, options: &str, path: &Path) {
        let file = path.display().to_string().replace(',', ",,");
        self.words(&["-drive", &format!("{options}{file}")]);
    }
}

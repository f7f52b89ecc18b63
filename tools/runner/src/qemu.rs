//! The installed QEMU: where it is, which version, and which windows it can open.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;
use std::{env, fs};

use crate::Error;
use crate::doctor::install;

/// The name of the program.
const PROGRAM: &str = if cfg!(windows) {
    "qemu-system-x86_64.exe"
} else {
    "qemu-system-x86_64"
};

/// Where installers put it that do not extend `PATH`.
const PLACES: [&str; 5] = [
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/opt/local/bin",
    r"C:\Program Files\qemu",
    r"C:\msys64\ucrt64\bin",
];

/// The displays that are windows, best first.
const WINDOWS: [&str; 3] = ["cocoa", "gtk", "sdl"];

/// A QEMU that is new enough.
#[derive(Clone, Debug)]
pub struct Qemu {
    path: PathBuf,
    version: String,
    window: Option<String>,
}

impl Qemu {
    /// The oldest version that Cairn is tested with.
    pub const OLDEST: (u32, u32) = (7, 2);

    /// Finds QEMU: `CAIRN_QEMU`, `PATH`, the usual places. `target` is cargo's target folder, where the answer is remembered:
    /// asking QEMU costs more than all other checks together.
    ///
    /// # Errors
    /// [`Error::QemuMissing`], [`Error::NotQemu`] or [`Error::QemuTooOld`].
    pub fn find(target: &Path) -> Result<Qemu, Error> {
        let path = locate()?;
        let (version, window) = match remembered(target, &path) {
            Some(known) => known,
            None => ask_and_remember(target, &path)?,
        };
        if parse(&version) < Some(Qemu::OLDEST) {
            return Err(Error::QemuTooOld {
                path,
                found: version,
                install: install::command(install::Thing::Qemu),
            });
        }
        Ok(Qemu {
            path,
            version,
            window,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version, such as `7.2.22`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The display that opens a window, if this QEMU has one: distributions put them into packages of their own.
    #[must_use]
    pub fn window(&self) -> Option<&str> {
        self.window.as_deref()
    }

    /// The folders with QEMU's own firmware.
    pub(crate) fn share(&self) -> Vec<PathBuf> {
        let real = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let beside = |path: &Path| path.parent().map(Path::to_path_buf);
        let mut folders: Vec<PathBuf> = Vec::new();
        for program in [&real, &self.path] {
            let Some(bin) = beside(program) else { continue };
            folders.push(bin.join("share")); // Windows
            folders.push(bin.join("../share/qemu"));
        }
        folders.push("/usr/share/qemu".into());
        folders.push("/usr/share/seabios".into());
        folders
    }

    /// A firmware file of QEMU's own.
    #[must_use]
    pub fn rom(&self, name: &str) -> Option<PathBuf> {
        self.share()
            .into_iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    }
}

/// The program, wherever it is.
fn locate() -> Result<PathBuf, Error> {
    if let Some(path) = env::var_os("CAIRN_QEMU").map(PathBuf::from) {
        let missing = Error::NotQemu {
            path: path.clone(),
            said: "there is no such file; CAIRN_QEMU names it".into(),
        };
        return path.is_file().then_some(path).ok_or(missing);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(PLACES.iter().map(PathBuf::from));
    places
        .map(|folder| folder.join(PROGRAM))
        .find(|path| path.is_file())
        .ok_or_else(|| Error::QemuMissing {
            install: install::command(install::Thing::Qemu),
        })
}

/// `7.2.22` becomes `(7, 2)`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// What was remembered about this program, if it is still the same file.
fn remembered(target: &Path, path: &Path) -> Option<(String, Option<String>)> {
    let text = fs::read_to_string(target.join(MEMORY)).ok()?;
    let mut lines = text.lines();
    if lines.next()? != stamp(path)? {
        return None;
    }
    let version = lines.next()?.to_owned();
    Some((
        version,
        lines
            .next()
            .filter(|line| !line.is_empty())
            .map(str::to_owned),
    ))
}

/// The file in the target folder that remembers QEMU.
const MEMORY: &str = "qemu-version";

/// What makes a program file the same as before: its path, its size, its time.
fn stamp(path: &Path) -> Option<String> {
    let about = fs::metadata(path).ok()?;
    let time = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!(
        "{} {} {}",
        path.display(),
        about.len(),
        time.as_nanos()
    ))
}

/// Asks QEMU for its version and its displays.
fn ask_and_remember(target: &Path, path: &Path) -> Result<(String, Option<String>), Error> {
    let said = output(path, &["--version"])?;
    let Some(version) = said
        .split_whitespace()
        .skip_while(|word| *word != "version")
        .nth(1)
    else {
        return Err(Error::NotQemu {
            path: path.into(),
            said: said.lines().next().unwrap_or("nothing").into(),
        });
    };
    let displays = output(path, &["-display", "help"])?;
    let window = WINDOWS
        .iter()
        .find(|window| displays.lines().any(|line| line.trim() == **window));
    let known = (
        version.to_owned(),
        window.map(|window| (*window).to_owned()),
    );
    if let Some(stamp) = stamp(path) {
        // Not remembering costs time, nothing else.
        let _ = fs::create_dir_all(target);
        let _ = fs::write(
            target.join(MEMORY),
            format!(
                "{stamp}\n{}\n{}\n",
                known.0,
                known.1.as_deref().unwrap_or("")
            ),
        );
    }
    Ok(known)
}

/// What a program writes on standard output.
fn output(path: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = Command::new(path)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Error::io("run", path, error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

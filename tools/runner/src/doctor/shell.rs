//! What fixing needs from the system.

use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use std::{env, fs};

/// How a program ended that was listened to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Whether it succeeded.
    pub success: bool,
    /// Its complaints: what it wrote to standard error, without what it said of its progress.
    pub said: String,
}

/// What fixing needs from the system; tests have one of their own.
pub trait Shell {
    /// Runs a program to its end, with its output on our standard error. Returns whether it succeeded.
    ///
    /// # Errors
    /// When it cannot be run.
    fn run(&mut self, words: &[&str]) -> io::Result<bool>;
    /// Runs a program to its end, shows what it says of its progress, and keeps its complaints.
    ///
    /// # Errors
    /// When it cannot be run.
    fn listen(&mut self, words: &[&str]) -> io::Result<Heard>;
    /// The version of one of Debian's packages, if it is installed.
    fn package(&self, name: &str) -> Option<String>;
    /// Whether a program is on `PATH`.
    fn has(&self, program: &str) -> bool;
    /// Whether we may install packages as we are.
    fn is_root(&self) -> bool;
    /// Whether somebody could type a password.
    fn is_interactive(&self) -> bool;
    /// Whether apt's lists of packages are there and recent.
    fn lists_are_fresh(&self) -> bool;
}

/// The system itself.
#[derive(Debug, Default)]
pub struct System;

/// Lists of packages older than this may name packages that the server no longer has.
const FRESH: Duration = Duration::from_secs(7 * 24 * 3600);

impl Shell for System {
    fn run(&mut self, words: &[&str]) -> io::Result<bool> {
        // Standard output is not ours: it may be the guest's, or a report's.
        let status = command(words).stdout(io::stderr()).status()?;
        Ok(status.success())
    }

    fn listen(&mut self, words: &[&str]) -> io::Result<Heard> {
        let mut child = command(words)
            .env("RUST_BACKTRACE", "0")
            .stdout(io::stderr())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = String::new();
        for line in child.stderr.take().into_iter().flat_map(lines) {
            if line.starts_with("info:") {
                eprintln!("{line}");
            } else {
                said.push_str(&line);
                said.push('\n');
            }
        }
        let success = child.wait()?.success();
        Ok(Heard { success, said })
    }

    fn package(&self, name: &str) -> Option<String> {
        let output = Command::new("dpkg-query")
            .args([
                "--show",
                "--showformat=${db:Status-Status} ${Version}",
                name,
            ])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let said = String::from_utf8(output.stdout).ok()?;
        said.strip_prefix("installed ").map(str::to_owned)
    }

    fn has(&self, program: &str) -> bool {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&env::var_os("PATH").unwrap_or_default())
            .any(|folder| folder.join(&name).is_file())
    }

    #[cfg(unix)]
    fn is_root(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    #[cfg(not(unix))]
    fn is_root(&self) -> bool {
        false
    }

    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn lists_are_fresh(&self) -> bool {
        newest(Path::new("/var/lib/apt/lists"))
            .and_then(|time| time.elapsed().ok())
            .is_some_and(|age| age < FRESH)
    }
}

fn command(words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().unwrap_or((&"", &[]));
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The lines of an output, in whatever encoding.
fn lines(output: impl io::Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// The time of the newest list of packages.
fn newest(lists: &Path) -> Option<SystemTime> {
    let is_list = |name: &str| name.contains("_Packages") || name.contains("_InRelease");
    let entries = fs::read_dir(lists).ok()?.flatten();
    let lists = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_list));
    lists
        .filter_map(|entry| entry.metadata().ok()?.modified().ok())
        .max()
}

//! Git, run so that neither the user's configuration nor the environment changes what comes out.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// A repository.
pub(crate) struct Git<'a> {
    dir: &'a Path,
}

/// Variables that would lead git to another repository or another way of hashing.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_DEFAULT_HASH",
];

impl<'a> Git<'a> {
    /// The repository whose top is `dir`; makes it where the folder is new or empty.
    pub fn open(dir: &'a Path) -> Result<Self, Error> {
        let git = Self { dir };
        let vacancy = Vacancy::of(dir)?;
        if vacancy == Vacancy::None || vacancy == Vacancy::OnlyGit {
            if git.is_top()? {
                return Ok(git);
            }
            if vacancy == Vacancy::None {
                let dir = dir.to_path_buf();
                return Err(Error::NoRepository { dir });
            }
        }
        git.init()?;
        Ok(git)
    }

    fn init(&self) -> Result<(), Error> {
        let path = || self.dir.to_path_buf();
        fs::create_dir_all(self.dir).map_err(|source| Error::Write {
            path: path(),
            source,
        })?;
        let fixed = [
            "--template=",
            "--object-format=sha1",
            "--initial-branch=main",
        ];
        self.run(&[&["init", "--quiet"][..], &fixed].concat(), b"")
            .map(drop)
    }

    /// Whether the folder is the top of a working tree, or a bare repository.
    fn is_top(&self) -> Result<bool, Error> {
        let real = |path: &str| fs::canonicalize(path).ok();
        let own = fs::canonicalize(self.dir).ok();
        let asked = ["rev-parse", "--is-bare-repository", "--absolute-git-dir"];
        let (status, text) = self.try_run(&asked, b"")?;
        if !status {
            return match text.contains("not a git repository") {
                true => Ok(false),
                // For one, git distrusts repositories of other users, and says what to do.
                false => Err(failure(&asked, &text)),
            };
        }
        let (bare, folder) = text.trim().split_once('\n').unwrap_or(("false", ""));
        if bare == "true" {
            return Ok(real(folder) == own);
        }
        let (status, text) = self.try_run(&["rev-parse", "--show-toplevel"], b"")?;
        Ok(status && real(text.trim_end_matches(['\r', '\n'])) == own)
    }

    /// What a command prints; its failure is an error.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Result<String, Error> {
        match self.try_run(arguments, input)? {
            (true, output) => Ok(output),
            (false, message) => Err(failure(arguments, &message)),
        }
    }

    /// Whether a command succeeds, and what it prints: on failure what it complains about.
    pub fn try_run(&self, arguments: &[&str], input: &[u8]) -> Result<(bool, String), Error> {
        let mut command = Command::new("git");
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.args([
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.ignoreCase=false",
            "-c",
            "core.quotePath=false",
        ]);
        command
            .env("LC_ALL", "C")
            .arg("-C")
            .arg(self.dir)
            .args(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // Git may print before it has read everything. A closed pipe means that it has ended; its status tells why.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = output.map_err(failed)?;
        let text = if output.status.success() {
            output.stdout
        } else {
            output.stderr
        };
        Ok((
            output.status.success(),
            String::from_utf8_lossy(&text).into_owned(),
        ))
    }
}

fn failed(error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => Error::Missing {
            program: "git",
            cure: "install it with your system's package manager (`apt-get install git`, `dnf install git`, `pacman -S git`, `brew install git`, `winget install Git.Git`)",
        },
        _ => Error::Failed {
            program: "git".to_string(),
            message: error.to_string(),
        },
    }
}

fn failure(arguments: &[&str], message: &str) -> Error {
    Error::Failed {
        program: format!("git {}", arguments.first().copied().unwrap_or_default()),
        message: message.trim().to_string(),
    }
}

/// What a folder holds before `git init`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vacancy {
    /// Nothing, or it does not exist.
    Empty,
    /// A `.git` alone: a repository, or what an interrupted run has left of one.
    OnlyGit,
    /// Something else.
    None,
}

impl Vacancy {
    fn of(dir: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Read {
            path: dir.to_path_buf(),
            source,
        };
        let entries = match fs::read_dir(dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Empty),
            entries => entries.map_err(unreadable)?,
        };
        let names: Result<Vec<_>, _> = entries.map(|entry| Ok(entry?.file_name())).collect();
        Ok(match &names.map_err(unreadable)?[..] {
            [] => Self::Empty,
            [name] if name == ".git" => Self::OnlyGit,
            _ => Self::None,
        })
    }
}

//! Formatting: woven Rust ends in rustfmt, and the same text is formatted once.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::tree;

/// Runs rustfmt and remembers what it said, in this process and under `target/weave/rustfmt`.
#[derive(Debug)]
pub(crate) struct Formatter {
    root: PathBuf,
    /// What the result depends on apart from the text: the toolchain and rustfmt's configuration.
    key: Vec<u8>,
    known: Mutex<HashMap<String, String>>,
}

/// Why a text was not formatted.
pub(crate) enum Refusal {
    /// The text is wrong, at this line of it.
    Text {
        line: usize,
        message: String,
    },
    Other(Error),
}

const CONFIGURATION: &str = "rustfmt.toml";

impl Formatter {
    pub fn new(root: &Path) -> Self {
        let mut key = Vec::new();
        for file in ["rust-toolchain.toml", CONFIGURATION] {
            key.extend(fs::read(root.join(file)).unwrap_or_default());
            key.push(0);
        }
        Self {
            root: root.to_path_buf(),
            key,
            known: Mutex::default(),
        }
    }

    /// The text as rustfmt writes it.
    pub fn format(&self, text: &str) -> Result<String, Refusal> {
        let hash = tree::hash(&[&self.key, text.as_bytes()]);
        if let Some(known) = self.known().get(&hash) {
            return Ok(known.clone());
        }
        let path = self.folder().join(&hash);
        let formatted = match fs::read_to_string(&path) {
            Ok(formatted) if !formatted.is_empty() => formatted,
            _ => {
                let formatted = self.run(text)?;
                self.remember(&path, &formatted);
                formatted
            }
        };
        self.known().insert(hash, formatted.clone());
        Ok(formatted)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder(&self) -> PathBuf {
        self.root.join("target").join("weave").join("rustfmt")
    }

    /// Keeps a result for the next process. Where that fails, the next one formats again.
    fn remember(&self, path: &Path, formatted: &str) {
        let part = path.with_extension(format!("{}.part", std::process::id()));
        let kept = fs::create_dir_all(self.folder())
            .and_then(|()| fs::write(&part, formatted))
            .and_then(|()| fs::rename(&part, path));
        if kept.is_err() {
            // Best effort: what cannot be written cannot be removed either.
            let _ = fs::remove_file(&part);
        }
    }

    /// A configuration that is the root's or empty, never the user's.
    fn configuration(&self) -> PathBuf {
        let own = self.root.join(CONFIGURATION);
        if own.is_file() {
            return own;
        }
        let empty = self.folder().join(CONFIGURATION);
        if !empty.is_file() {
            // Without the file rustfmt says so itself.
            let _ = fs::create_dir_all(self.folder()).and_then(|()| fs::write(&empty, ""));
        }
        empty
    }

    fn run(&self, text: &str) -> Result<String, Refusal> {
        let mut child = Command::new("rustfmt")
            .args([
                "--edition",
                "2024",
                "--emit",
                "stdout",
                "--color",
                "never",
                "--config-path",
            ])
            .arg(self.configuration())
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if let Some(mut input) = child.stdin.take() {
            // A closed pipe means that rustfmt has ended; its status tells why.
            let _ = input.write_all(text.as_bytes());
        }
        let output = child.wait_with_output().map_err(failed)?;
        let message = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return String::from_utf8(output.stdout).map_err(|_| other("it wrote no UTF-8"));
        }
        if message.contains("not installed") || message.contains("is not applicable") {
            return Err(Refusal::Other(missing()));
        }
        Err(place(&message).unwrap_or_else(|| other(message.trim())))
    }
}

fn missing() -> Error {
    Error::Missing {
        program: "rustfmt",
        cure: "run `rustup component add rustfmt`",
    }
}

fn other(message: &str) -> Refusal {
    Refusal::Other(Error::Failed {
        program: "rustfmt".to_string(),
        message: message.to_string(),
    })
}

fn failed(error: std::io::Error) -> Refusal {
    match error.kind() {
        std::io::ErrorKind::NotFound => Refusal::Other(missing()),
        _ => other(&error.to_string()),
    }
}

/// The line and first sentence of a message that points into standard input.
fn place(message: &str) -> Option<Refusal> {
    let at = message
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> <stdin>:"))?;
    let line = at.split(':').next()?.parse().ok()?;
    let message = message.lines().next()?.to_string();
    Some(Refusal::Text { line, message })
}

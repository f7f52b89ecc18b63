//! Trees: what stands in a folder at a point.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The lock file, which cargo writes and no reader types.
pub(crate) const LOCK: &str = "Cargo.lock";

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its content.
    pub text: Vec<u8>,
    /// It is one of the given files, which no page shows.
    pub given: bool,
    /// It is a script that the system may run.
    pub executable: bool,
}

impl File {
    pub(crate) fn new(text: Vec<u8>, given: bool) -> Self {
        // Not the host's mode bits, which Windows lacks.
        let executable = text.starts_with(b"#!/");
        Self {
            text,
            given,
            executable,
        }
    }
}

/// The files of a point, by path with slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    pub(crate) files: BTreeMap<String, File>,
}

impl Tree {
    /// All files by path.
    pub fn files(&self) -> &BTreeMap<String, File> {
        &self.files
    }

    /// 40 hexadecimal digits over all paths and contents, the same on every host.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (path, file) in &self.files {
            for part in [path.as_bytes(), &file.text] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        digits(hasher)
    }

    /// The files that the reader types: neither given nor the lock file.
    pub fn written(&self) -> Tree {
        let typed = |path: &str, file: &File| !file.given && path != LOCK;
        let files = self.files.iter().filter(|(path, file)| typed(path, file));
        Tree {
            files: files
                .map(|(path, file)| (path.clone(), file.clone()))
                .collect(),
        }
    }

    pub(crate) fn insert(&mut self, path: &str, file: File) {
        self.files.insert(path.to_string(), file);
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files
            .get(path)
            .and_then(|file| std::str::from_utf8(&file.text).ok())
    }
}

/// 40 hexadecimal digits over `parts`.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    digits(hasher)
}

fn digits(hasher: Sha256) -> String {
    hasher
        .finalize()
        .iter()
        .take(20)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

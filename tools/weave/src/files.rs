//! Reading files and listing folders, the same on every host.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The folders in `dir`, sorted; those whose name begins with a dot are skipped.
pub(crate) fn folders(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = entries(dir)?;
    Ok(entries
        .into_iter()
        .filter(|path| path.is_dir() && !hidden(path))
        .collect())
}

/// All files below `path` (or `path` itself, if it is one), sorted, without `target` folders and what editors leave.
pub(crate) fn walk(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in entries(path)? {
        if !skipped(&entry) {
            found.extend(walk(&entry)?);
        }
    }
    Ok(found)
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read {
        path: dir.to_path_buf(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn hidden(path: &Path) -> bool {
    name(path).starts_with('.')
}

fn skipped(path: &Path) -> bool {
    let name = name(path);
    let leftover = [".swp", ".swo", ".orig", ".rej", "~"]
        .iter()
        .any(|end| name.ends_with(end));
    leftover || name == ".DS_Store" || name.starts_with(".#") || (name == "target" && path.is_dir())
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// `path` relative to `root`, with slashes on every host.
pub(crate) fn slashed(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The file's bytes. Text has its line endings made `\n`, so that a checkout on Windows weaves the same.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Read {
        path: path.to_path_buf(),
        source,
    })?;
    match String::from_utf8(bytes) {
        Ok(text) if text.contains("\r\n") && !text.contains('\0') => {
            Ok(text.replace("\r\n", "\n").into_bytes())
        }
        Ok(text) => Ok(text.into_bytes()),
        Err(error) => Ok(error.into_bytes()),
    }
}

/// The file's text.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let wrong = |_| std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(read(path)?)
        .map_err(wrong)
        .map_err(|source| Error::Read {
            path: path.to_path_buf(),
            source,
        })
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

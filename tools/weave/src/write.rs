//! Writing a tree into a folder: only what differs, nothing that is the user's, nothing half.
//!
//! A manifest in the folder's `target/` names each file that a weave wrote, with the hashes that it may have. It is
//! written before the files, with the old hash and the new one, and again after them, with the new one alone: so
//! an interrupted run leaves a folder that the next one recognises whole. Each file comes into place by a rename.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::tree::{self, File, Tree};

/// What writing a tree has changed, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have new content.
    pub changed: Vec<String>,
    /// Files of an earlier weave that are gone.
    pub removed: Vec<String>,
}

const MANIFEST: &str = "target/weave.manifest";
const PART: &str = "target/weave.part";

/// The hashes that each file of ours may have.
type Manifest = BTreeMap<String, BTreeSet<String>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edits {
    Refuse,
    Overwrite,
}

impl Tree {
    /// Makes `dir` hold this tree. The folder has to be new, empty, or written by an earlier weave.
    ///
    /// # Errors
    /// When the folder is somebody else's, or when a file that is to be written or removed was changed since it was
    /// woven; then nothing is touched. When the folder cannot be written.
    pub fn write(&self, dir: &Path) -> Result<Written, Error> {
        Folder::new(dir).write(self, Edits::Refuse)
    }

    /// As [`Tree::write`], for a folder that belongs to the tools, under `target/`: what was edited there is overwritten.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_worker(&self, dir: &Path) -> Result<Written, Error> {
        Folder::new(dir).write(self, Edits::Overwrite)
    }
}

struct Folder<'a> {
    dir: &'a Path,
}

/// What has to be done.
#[derive(Default)]
struct Plan<'a> {
    write: Vec<(&'a str, &'a File)>,
    remove: Vec<String>,
    conflicts: Vec<String>,
}

impl<'a> Folder<'a> {
    fn new(dir: &'a Path) -> Self {
        Self { dir }
    }

    fn write(&self, tree: &Tree, edits: Edits) -> Result<Written, Error> {
        let known = self.manifest()?;
        if known.is_none() && edits == Edits::Refuse && !self.is_empty()? {
            return Err(Error::NotOurs {
                dir: self.dir.to_path_buf(),
            });
        }
        let known = known.unwrap_or_default();
        let plan = self.plan(tree, &known, edits)?;
        if !plan.conflicts.is_empty() {
            return Err(Error::Edited {
                dir: self.dir.to_path_buf(),
                files: plan.conflicts,
            });
        }
        let wanted = manifest_of(tree);
        if plan.write.is_empty() && plan.remove.is_empty() && wanted == known {
            return Ok(Written::default());
        }
        self.carry_out(plan, known, wanted)
    }

    fn carry_out(
        &self,
        plan: Plan<'_>,
        mut known: Manifest,
        wanted: Manifest,
    ) -> Result<Written, Error> {
        let last = known == wanted;
        for (path, hashes) in &wanted {
            known
                .entry(path.clone())
                .or_default()
                .extend(hashes.iter().cloned());
        }
        if !last {
            self.put_manifest(&known)?;
        }
        for path in &plan.remove {
            self.remove(path)?;
        }
        let mut changed = Vec::new();
        for (path, file) in plan.write {
            self.put(path, &file.text, file.executable)?;
            changed.push(path.to_string());
        }
        if !last {
            self.put_manifest(&wanted)?;
        }
        Ok(Written {
            changed,
            removed: plan.remove,
        })
    }

    fn plan<'b>(&self, tree: &'b Tree, known: &Manifest, edits: Edits) -> Result<Plan<'b>, Error> {
        let mut plan = Plan::default();
        let ours = |path: &str, hash: &str| {
            edits == Edits::Overwrite || known.get(path).is_some_and(|hashes| hashes.contains(hash))
        };
        for (path, file) in &tree.files {
            match self.content(path)? {
                Content::File(text) if text == file.text => {}
                Content::File(text) if !ours(path, &tree::hash(&[&text])) => {
                    plan.conflicts.push(path.clone())
                }
                Content::Other => plan.conflicts.push(path.clone()),
                Content::File(_) | Content::Nothing => plan.write.push((path, file)),
            }
        }
        for path in known.keys().filter(|path| !tree.files.contains_key(*path)) {
            match self.content(path)? {
                Content::File(text) if ours(path, &tree::hash(&[&text])) => {
                    plan.remove.push(path.clone())
                }
                Content::File(_) => plan.conflicts.push(path.clone()),
                Content::Nothing | Content::Other => {}
            }
        }
        Ok(plan)
    }

    /// What stands at a path; a link counts as something that is not ours.
    fn content(&self, path: &str) -> Result<Content, Error> {
        let whole = self.path(path);
        match fs::symlink_metadata(&whole) {
            Ok(data) if data.is_file() => {
                let text = fs::read(&whole).map_err(|source| Error::Read {
                    path: whole,
                    source,
                })?;
                Ok(Content::File(text))
            }
            Ok(_) => Ok(Content::Other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Content::Nothing),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(Content::Other),
            Err(source) => Err(Error::Read {
                path: whole,
                source,
            }),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        path.split('/')
            .fold(self.dir.to_path_buf(), |whole, part| whole.join(part))
    }

    /// Whether the folder holds nothing but what an interrupted first run may have left.
    fn is_empty(&self) -> Result<bool, Error> {
        let names = |dir: &Path| match fs::read_dir(dir) {
            Ok(entries) => entries
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect::<io::Result<Vec<_>>>(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        let unreadable = |source| Error::Write {
            path: self.dir.to_path_buf(),
            source,
        };
        let top = names(self.dir).map_err(unreadable)?;
        if top.iter().any(|name| name != "target") {
            return Ok(false);
        }
        let below = names(&self.dir.join("target")).map_err(unreadable)?;
        Ok(below.iter().all(|name| name == "weave.part"))
    }

    fn manifest(&self) -> Result<Option<Manifest>, Error> {
        let path = self.path(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(source) => return Err(Error::Read { path, source }),
        };
        let mut manifest = Manifest::new();
        for (hash, path) in text.lines().filter_map(|line| line.split_once("  ")) {
            manifest
                .entry(path.to_string())
                .or_default()
                .insert(hash.to_string());
        }
        Ok(Some(manifest))
    }

    fn put_manifest(&self, manifest: &Manifest) -> Result<(), Error> {
        let lines = manifest
            .iter()
            .flat_map(|(path, hashes)| hashes.iter().map(move |hash| format!("{hash}  {path}\n")));
        self.put(MANIFEST, lines.collect::<String>().as_bytes(), false)
    }

    /// Writes a file beside and renames it into place.
    fn put(&self, path: &str, text: &[u8], executable: bool) -> Result<(), Error> {
        let (whole, part) = (self.path(path), self.path(PART));
        let failed = |source| Error::Write {
            path: whole.clone(),
            source,
        };
        for folder in [&whole, &part].into_iter().filter_map(|path| path.parent()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&part, text)
            .and_then(|()| set_mode(&part, executable))
            .map_err(failed)?;
        fs::rename(&part, &whole).map_err(failed)
    }

    /// Removes a file and the folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<(), Error> {
        let whole = self.path(path);
        fs::remove_file(&whole).map_err(|source| Error::Write {
            path: whole.clone(),
            source,
        })?;
        let mut folder = whole.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.dir) {
            // A folder that is not empty stays, and so do those above it.
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

enum Content {
    File(Vec<u8>),
    Nothing,
    Other,
}

fn manifest_of(tree: &Tree) -> Manifest {
    tree.files
        .iter()
        .map(|(path, file)| (path.clone(), BTreeSet::from([tree::hash(&[&file.text])])))
        .collect()
}

#[cfg(unix)]
fn set_mode(path: &Path, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if executable {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
    } else {
        Ok(())
    }
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _executable: bool) -> io::Result<()> {
    Ok(())
}

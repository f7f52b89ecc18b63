//! Woven trees, built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use weave::edit::Edit;
use weave::{Course, Lines, Point};

use crate::cargo::{self, Built, Program};
use crate::project::Project;
use crate::tests;

/// The programs of unchanged trees that this process has built, by tree and name: the same
/// kernel is needed again for each mutant of it.
static KEPT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());

/// One fixed folder in which trees are woven and built one after the other, so
/// that cargo compiles only what differs between them.
pub struct Bench<'a> {
    course: &'a Course,
    dir: PathBuf,
}

/// A woven tree that stands on the bench, built.
pub struct Woven {
    /// The kernel's ELF file.
    pub elf: PathBuf,
    /// The ELF file of the tests that run in a machine, where there are any.
    pub cases: Option<PathBuf>,
    /// What the compiler warned of.
    pub warnings: Vec<String>,
}

impl<'a> Bench<'a> {
    /// The bench of this name.
    pub fn new(project: &Project, course: &'a Course, name: &str) -> Self {
        Self {
            course,
            dir: project.target.join("weave").join(name),
        }
    }

    /// The folder in which the tree stands.
    pub fn dir(&self) -> &PathBuf {
        &self.dir
    }

    /// Weaves the tree of `point`, changed by `edits`. Returns its hash.
    pub fn weave(&self, point: Point, edits: &[Edit]) -> Result<String> {
        let tree = self.course.weave(point, Lines::Formatted)?.edited(edits)?;
        tree.write_worker(&self.dir)?;
        Ok(tree.hash())
    }

    /// Weaves the tree of `point`, changed by `edits`, and builds its kernel
    /// and its tests.
    pub fn build(&self, point: Point, edits: &[Edit]) -> Result<Woven> {
        let hash = self.weave(point, edits)?;
        let Built { elf, mut warnings } = self.program(point, Program::Kernel, &hash)?;
        let mut cases = None;
        if tests::has_cases(&self.dir) {
            let built = self.program(point, Program::Cases, &hash)?;
            warnings.extend(built.warnings);
            cases = Some(built.elf);
        }
        Ok(Woven {
            elf,
            cases,
            warnings,
        })
    }

    /// Weaves the tree of `point`, and builds its cases of `cargo bench` where it has any.
    /// Returns what the compiler warned of.
    pub fn build_counts(&self, point: Point) -> Result<Vec<String>> {
        if !self.dir.join("benches/counts/main.rs").is_file() {
            return Ok(Vec::new());
        }
        let hash = self.weave(point, &[])?;
        Ok(self.program(point, Program::Counts, &hash)?.warnings)
    }

    /// Weaves the tree of `point`, changed by `edits`, and builds one program. Returns
    /// its ELF file.
    pub fn build_one(&self, point: Point, edits: &[Edit], program: Program) -> Result<PathBuf> {
        let tree = self.course.weave(point, Lines::Formatted)?.edited(edits)?;
        let hash = tree.hash();
        let key = format!("{hash}-{}", program.name());
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(elf) = kept.get(&key).cloned() {
            return Ok(elf);
        }
        drop(kept);
        tree.write_worker(&self.dir)?;
        let elf = self.program(point, program, &hash)?.elf;
        match edits {
            [] => self.keep(key, &elf),
            _ => Ok(elf),
        }
    }

    /// Copies a program to where the next build leaves it alone.
    fn keep(&self, key: String, elf: &Path) -> Result<PathBuf> {
        let copy = self.dir.join("target/kept").join(&key);
        fs::create_dir_all(copy.parent().unwrap_or(&self.dir))
            .and_then(|()| fs::copy(elf, &copy))
            .with_context(|| format!("cannot write {}", copy.display()))?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, copy.clone());
        Ok(copy)
    }

    fn program(&self, point: Point, program: Program, hash: &str) -> Result<Built> {
        let place = || format!("the tree of {} does not build", self.course.name(point));
        cargo::build_woven(&self.dir, program, hash).with_context(place)
    }
}

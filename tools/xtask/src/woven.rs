//! Woven trees, built.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use weave::edit::Edit;
use weave::{Course, Lines, Point};

use crate::cargo::{self, Built, Program};
use crate::project::Project;
use crate::tests;

/// The programs of unchanged trees that this process has built, by tree and name. A step's is
/// needed again at the end of its chapter, and for each mutant.
static KEPT: Mutex<BTreeMap<String, Built>> = Mutex::new(BTreeMap::new());

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
        let program = |program| self.kept_or_built(point, edits, program, &hash);
        let Built { elf, mut warnings } = program(Program::Kernel)?;
        let mut cases = None;
        if tests::has_cases(&self.dir) {
            let built = program(Program::Cases)?;
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
        let hash = self.weave(point, edits)?;
        Ok(self.kept_or_built(point, edits, program, &hash)?.elf)
    }

    /// A program of the tree that stands here, of this hash.
    fn kept_or_built(
        &self,
        point: Point,
        edits: &[Edit],
        program: Program,
        hash: &str,
    ) -> Result<Built> {
        let key = format!("{hash}-{}", program.name());
        if let Some(built) = kept().get(&key).cloned() {
            return Ok(built);
        }
        let built = self.program(point, program, hash)?;
        match edits {
            [] => self.keep(key, built),
            _ => Ok(built),
        }
    }

    /// Copies a program to where the next build leaves it alone.
    fn keep(&self, key: String, built: Built) -> Result<Built> {
        let elf = self.dir.join("target/kept").join(&key);
        fs::create_dir_all(elf.parent().unwrap_or(&self.dir))
            .and_then(|()| fs::copy(&built.elf, &elf))
            .with_context(|| format!("cannot write {}", elf.display()))?;
        let built = Built { elf, ..built };
        kept().insert(key, built.clone());
        Ok(built)
    }

    fn program(&self, point: Point, program: Program, hash: &str) -> Result<Built> {
        let place = || format!("the tree of {} does not build", self.course.name(point));
        cargo::build_woven(&self.dir, program, hash).with_context(place)
    }
}

fn kept() -> MutexGuard<'static, BTreeMap<String, Built>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Checks of what readers and we change on purpose: solutions of exercises, broken kernels,
//! mutants.

use anyhow::{Context, Result, bail, ensure};
use runner::Boot;
use runner::contract::Contract;
use weave::edit::Edit;
use weave::{Chapter, Course, Point};

use super::chapters::BENCH;
use super::judge;
use super::scope::Scope;
use crate::cargo::Program;
use crate::contracts::{self, Candidate, Ways};
use crate::judge::judge_kernel;
use crate::project::Project;
use crate::records::{self, Exercise, Mutant};
use crate::side_by_side::side_by_side;
use crate::woven::{Bench, Woven};

/// Where a change is tried.
struct Place<'a> {
    project: &'a Project,
    course: &'a Course,
    chapter: &'a Chapter,
    bench: Bench<'a>,
}

/// Every solution builds and does what its exercise asks; every broken kernel is caught.
pub fn exercises(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut jobs = Vec::new();
    for chapter in scope.chapters(&course) {
        let exercises = records::exercises(chapter)?;
        jobs.extend(exercises.into_iter().map(|exercise| (chapter, exercise)));
    }
    side_by_side(&jobs, BENCH, |(chapter, exercise), bench| {
        let place = Place::new(project, &course, chapter, bench);
        let name = || format!("exercise {}", exercise.name);
        place.exercise(exercise).with_context(name)
    })?;
    Ok(format!("{} solved", jobs.len()))
}

/// Every mutant is caught by the test that it names.
pub fn mutants(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut jobs = Vec::new();
    for chapter in scope.chapters(&course) {
        let mutants = records::mutants(chapter)?;
        jobs.extend(mutants.into_iter().map(|mutant| (chapter, mutant)));
    }
    side_by_side(&jobs, BENCH, |(chapter, mutant), bench| {
        let place = Place::new(project, &course, chapter, bench);
        let caught = place.mutant(mutant);
        caught.with_context(|| format!("mutant {}", mutant.name))
    })?;
    Ok(format!("{} caught", jobs.len()))
}

impl<'a> Place<'a> {
    fn new(project: &'a Project, course: &'a Course, chapter: &'a Chapter, bench: &str) -> Self {
        let bench = Bench::new(project, course, bench);
        Self {
            project,
            course,
            chapter,
            bench,
        }
    }

    fn exercise(&self, exercise: &Exercise) -> Result<()> {
        if !exercise.edit.is_empty() {
            self.solved(exercise)?;
        }
        match &exercise.caught_by {
            Some(name) => self.caught(&exercise.step, &exercise.broken, name),
            None => Ok(()),
        }
    }

    /// The solution builds without a warning, and keeps the chapter's contracts and its own.
    fn solved(&self, exercise: &Exercise) -> Result<()> {
        let point = self.course.point(&exercise.step)?;
        let woven = self.bench.build(point, &exercise.edit)?;
        let warnings = woven.warnings.join("\n");
        ensure!(
            warnings.is_empty(),
            "the solution builds with warnings:\n{warnings}"
        );
        let candidate = Candidate::new(self.project, &woven.elf, Ways::Only(Boot::Direct))?;
        let contracts = contracts::of(self.chapter)?
            .into_iter()
            .chain(exercise.contracts()?);
        for contract in contracts.filter(|contract| contract.ways().contains(&Boot::Direct)) {
            let kept = candidate.keeps(&contract, Boot::Direct, &exercise.name);
            kept.map_err(anyhow::Error::msg)
                .with_context(|| format!("the solution breaks {}", contract.name))?;
        }
        self.cases_pass(&woven)
    }

    /// A chapter's cases are in the module of its name; a solution may have added some.
    fn cases_pass(&self, woven: &Woven) -> Result<()> {
        let Some(elf) = &woven.cases else {
            return Ok(());
        };
        let module = self.chapter.slug.replace('-', "_") + "::";
        let root = &self.project.root;
        let bench = runner::cases::bench(elf, Boot::Direct, root, &self.project.target)?;
        for case in runner::case::read(elf)? {
            if case.name.starts_with(&module) {
                let passed = bench.run(&case).map_err(anyhow::Error::msg);
                passed.with_context(|| format!("{} fails with the solution", case.name))?;
            }
        }
        Ok(())
    }

    /// The test that a mutant names catches it; and if that is a contract, the judge finds so.
    fn mutant(&self, mutant: &Mutant) -> Result<()> {
        if !judge::is_seen(mutant) {
            return self.caught(&mutant.step, &mutant.edit, &mutant.caught_by);
        }
        let point = self.course.point(&mutant.step)?;
        ensure!(
            self.passes(point, &[], &mutant.caught_by)?,
            "{} fails before the change",
            mutant.caught_by
        );
        let elf = (self.bench).build_one(point, &mutant.edit, Program::Kernel)?;
        let (project, course) = (self.project, self.course);
        let findings = judge_kernel(project, course, &mutant.step, &elf, Boot::Direct)?;
        judge::finds(mutant, &judge::broken(findings))
    }

    /// The tree of `step` passes a test; with `edits` it builds and fails it. The test
    /// is a contract of the chapter, or a case: `case serial::text_gets_out`.
    fn caught(&self, step: &str, edits: &[Edit], name: &str) -> Result<()> {
        let point = self.course.point(step)?;
        ensure!(
            self.passes(point, &[], name)?,
            "{name} fails before the change"
        );
        ensure!(
            !self.passes(point, edits, name)?,
            "{name} does not notice the change"
        );
        Ok(())
    }

    /// Whether the tree, with `edits`, passes the test of this name.
    fn passes(&self, point: Point, edits: &[Edit], name: &str) -> Result<bool> {
        match name.strip_prefix("case ") {
            Some(name) => self.passes_case(point, edits, name),
            None => self.keeps_contract(point, edits, name),
        }
    }

    fn passes_case(&self, point: Point, edits: &[Edit], name: &str) -> Result<bool> {
        let elf = self.bench.build_one(point, edits, Program::Cases)?;
        let cases = runner::case::read(&elf)?;
        let case = cases.iter().find(|case| case.name == name);
        let case = case.with_context(|| format!("there is no case {name}"))?;
        let root = &self.project.root;
        let bench = runner::cases::bench(&elf, Boot::Direct, root, &self.project.target)?;
        Ok(bench.run(case).is_ok())
    }

    fn keeps_contract(&self, point: Point, edits: &[Edit], name: &str) -> Result<bool> {
        let contracts = contracts::of(self.chapter)?;
        let Some(contract) = contracts.iter().find(|contract| contract.name == name) else {
            let names: Vec<&str> = contracts
                .iter()
                .map(|other: &Contract| other.name.as_str())
                .collect();
            bail!(
                "there is no contract {name}; the contracts are: {}",
                names.join(", ")
            );
        };
        let elf = self.bench.build_one(point, edits, Program::Kernel)?;
        let candidate = Candidate::new(self.project, &elf, Ways::Only(Boot::Direct))?;
        Ok(candidate.keeps(contract, Boot::Direct, "caught").is_ok())
    }
}

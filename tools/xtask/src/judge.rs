//! Holds a reader's own project against a chapter's contracts, and says in
//! sentences what it found.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use runner::contract::Contract;
use runner::{Boot, ExitStatus};
use weave::{Chapter, Course};

use crate::cargo;
use crate::contracts::{self, Candidate, Ways};
use crate::project::Project;

/// What came of one contract.
pub struct Finding {
    /// The chapter whose contract it is.
    pub slug: String,
    /// The contract.
    pub contract: Contract,
    /// Why it is not kept, if it is not.
    pub broken: Option<String>,
}

/// Judges the project in `dir` and prints the answer.
pub fn run(project: &Project, name: &str, dir: &Path, boot: Boot) -> Result<ExitStatus> {
    let course = project.course()?;
    let findings = judge(project, &course, name, dir, boot)?;
    for finding in &findings {
        println!("{}", sentence(&course, finding));
    }
    let kept = findings
        .iter()
        .filter(|finding| finding.broken.is_none())
        .count();
    if kept == findings.len() {
        println!(
            "\nThis kernel does all {kept} things that it is to do at the end of this chapter."
        );
        return Ok(ExitStatus::Success);
    }
    println!("\nThis kernel does {kept} of {} things.", findings.len());
    Ok(ExitStatus::Failed)
}

/// Builds the project in `dir` and judges its kernel.
pub fn judge(
    project: &Project,
    course: &Course,
    name: &str,
    dir: &Path,
    boot: Boot,
) -> Result<Vec<Finding>> {
    judge_kernel(project, course, name, &build(dir)?, boot)
}

/// Holds a kernel against all contracts that bind it at the end of a chapter, or of the step
/// that `name` names.
pub fn judge_kernel(
    project: &Project,
    course: &Course,
    name: &str,
    elf: &Path,
    boot: Boot,
) -> Result<Vec<Finding>> {
    let point = course.point(name)?;
    let candidate = Candidate::new(project, elf, Ways::Only(boot))?;
    let binding = contracts::binding(course, point)?.into_iter();
    let on_this_way = binding.filter(|(_, contract)| contract.ways().contains(&boot));
    let judge = |(slug, contract): (String, Contract)| {
        let title = format!("judge/{}", contract.title(&slug, boot));
        let broken = candidate.keeps(&contract, boot, &title).err();
        Finding {
            slug,
            contract,
            broken,
        }
    };
    Ok(on_this_way.map(judge).collect())
}

/// The kernel of somebody's project: the one program that a plain build makes.
fn build(dir: &Path) -> Result<PathBuf> {
    let manifest = dir.join("Cargo.toml");
    ensure!(
        manifest.is_file(),
        "{} has no Cargo.toml: name the folder of your project, which `cargo xtask start` has made",
        dir.display()
    );
    cargo::build_project(dir).with_context(|| {
        format!(
            "the project in {} does not build: mend what the compiler says first",
            dir.display()
        )
    })
}

fn sentence(course: &Course, finding: &Finding) -> String {
    let Finding {
        slug,
        contract,
        broken,
    } = finding;
    let name = contract.name.replace('_', " ");
    match broken {
        None => format!("It {name}."),
        Some(why) => format!(
            "It is not so that it {name}.\n  {}\n  Read again: {}",
            why.replace('\n', "\n  "),
            section(course, slug, &contract.section)
        ),
    }
}

/// Where the page explains it: its heading if the anchor is a step's.
fn section(course: &Course, slug: &str, anchor: &str) -> String {
    let heading = |chapter: &Chapter| {
        let number: usize = anchor.strip_prefix(slug)?.strip_prefix('-')?.parse().ok()?;
        Some(format!(
            " \"{}\"",
            chapter.steps.get(number.checked_sub(1)?)?.heading
        ))
    };
    let chapter = course.chapter(slug).ok();
    let title = chapter.map_or(slug, |chapter| chapter.title.as_str());
    let heading = chapter.and_then(heading).unwrap_or_default();
    format!("chapter {title}, section{heading} (book/src/{slug}.md#{anchor})")
}

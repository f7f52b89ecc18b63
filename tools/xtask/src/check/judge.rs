//! Checks of `judge`, on the last chapter's own tree and on one with something broken. That it
//! finds what is broken in each chapter, the check of the mutants shows.

use anyhow::{Context, Result, ensure};
use runner::Boot;
use weave::Course;
use weave::edit::Edit;

use super::scope::Scope;
use crate::judge::{self, Finding};
use crate::project::Project;
use crate::records::{self, Mutant};
use crate::woven::Bench;

/// The last chapter's own tree keeps everything, and its first mutant that a contract catches does not.
pub fn check(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let chapters: Vec<_> = scope.chapters(&course).collect();
    let own = &chapters.last().context("there are no chapters yet")?.slug;
    let broken = judged(project, &course, own, &[])?;
    ensure!(
        broken.is_empty(),
        "{own}: its own tree is found to break {broken:?}"
    );
    let mut seen = Vec::new();
    for chapter in &chapters {
        seen.extend(records::mutants(chapter)?.into_iter().filter(is_seen));
    }
    let Some(mutant) = seen.pop() else {
        return Ok("one project judged".to_owned());
    };
    finds(
        &mutant,
        &judged(project, &course, &mutant.step, &mutant.edit)?,
    )?;
    Ok("two projects judged".to_owned())
}

/// Whether a contract notices it. What only a case notices, the judge does not see.
pub fn is_seen(mutant: &Mutant) -> bool {
    !mutant.caught_by.starts_with("case ")
}

/// What the project breaks that is the tree of this step, changed by `edits`.
fn judged(project: &Project, course: &Course, step: &str, edits: &[Edit]) -> Result<Vec<String>> {
    let bench = Bench::new(project, course, "judge");
    bench.weave(course.point(step)?, edits)?;
    let findings = judge::judge(project, course, step, bench.dir(), Boot::Direct)?;
    Ok(broken(findings))
}

/// The names of the contracts that are broken.
pub fn broken(findings: Vec<Finding>) -> Vec<String> {
    let broken = (findings.into_iter()).filter(|finding| finding.broken.is_some());
    broken.map(|finding| finding.contract.name).collect()
}

/// What is found broken has to be what catches the mutant.
pub fn finds(mutant: &Mutant, broken: &[String]) -> Result<()> {
    let Mutant {
        step, caught_by, ..
    } = mutant;
    ensure!(
        broken.contains(caught_by),
        "{step}: the judge finds that a mutant breaks {broken:?}, not {caught_by}"
    );
    Ok(())
}

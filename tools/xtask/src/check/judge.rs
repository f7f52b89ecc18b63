//! Checks of `judge`, on each chapter's own tree and on trees with one thing broken.

use anyhow::{Result, ensure};
use runner::Boot;
use weave::Course;
use weave::edit::Edit;

use super::scope::Scope;
use crate::judge;
use crate::project::Project;
use crate::records;
use crate::side_by_side::side_by_side;
use crate::woven::Bench;

/// A project that is judged.
struct Candidate {
    /// How far it is.
    point: String,
    /// What is broken in it.
    edits: Vec<Edit>,
    /// The contract that it must be found to break, if something is broken.
    caught_by: Option<String>,
}

/// The last chapter's own tree keeps everything, as its tests do; each mutant breaks what it is caught by.
pub fn check(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let candidates = candidates(&course, scope)?;
    side_by_side(&candidates, "judge", |candidate, bench| {
        judged(project, &course, candidate, bench)
    })?;
    Ok(format!("{} projects judged", candidates.len()))
}

fn candidates(course: &Course, scope: &Scope) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    let own = scope.chapters(course).last();
    candidates.extend(own.map(|chapter| Candidate {
        point: chapter.slug.clone(),
        edits: Vec::new(),
        caught_by: None,
    }));
    for chapter in scope.chapters(course) {
        // What only a case notices, no contract sees.
        let seen = |mutant: &records::Mutant| !mutant.caught_by.starts_with("case ");
        let mutants = records::mutants(chapter)?.into_iter().filter(seen);
        candidates.extend(mutants.map(|mutant| Candidate {
            point: mutant.step,
            edits: mutant.edit,
            caught_by: Some(mutant.caught_by),
        }));
    }
    Ok(candidates)
}

/// The judge finds what is broken, and nothing where nothing is.
fn judged(project: &Project, course: &Course, candidate: &Candidate, bench: &str) -> Result<()> {
    let Candidate {
        point,
        edits,
        caught_by,
    } = candidate;
    let bench = Bench::new(project, course, bench);
    bench.weave(course.point(point)?, edits)?;
    let findings = judge::judge(project, course, point, bench.dir(), Boot::Direct)?;
    let broken = findings
        .into_iter()
        .filter(|finding| finding.broken.is_some());
    let broken: Vec<_> = broken.map(|finding| finding.contract.name).collect();
    match caught_by {
        None => ensure!(
            broken.is_empty(),
            "{point}: its own tree is found to break {broken:?}"
        ),
        Some(name) => ensure!(
            broken.contains(name),
            "{point}: a mutant breaks {broken:?}, not {name}"
        ),
    }
    Ok(())
}

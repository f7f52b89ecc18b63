//! Checks of `judge`, on each chapter's own tree and on trees with one thing broken.

use anyhow::{Result, ensure};
use runner::Boot;
use weave::Course;
use weave::edit::Edit;

use super::scope::Scope;
use crate::judge;
use crate::project::Project;
use crate::records;
use crate::woven::Bench;

/// Each chapter's own tree keeps everything; each mutant breaks what it is caught by.
pub fn check(project: &Project, scope: &Scope) -> Result<String> {
    let course = project.course()?;
    let mut count = 0;
    for chapter in scope.chapters(&course) {
        let broken = broken(project, &course, &chapter.slug, &[])?;
        ensure!(
            broken.is_empty(),
            "chapter {}: its own tree is found to break {broken:?}",
            chapter.slug
        );
        count += 1;
        // What only a case notices, no contract sees.
        let seen = |mutant: &records::Mutant| !mutant.caught_by.starts_with("case ");
        for mutant in records::mutants(chapter)?.into_iter().filter(seen) {
            let broken = self::broken(project, &course, &mutant.step, &mutant.edit)?;
            let named = broken.contains(&mutant.caught_by);
            ensure!(
                named,
                "mutant {}: it breaks {broken:?}, not {}",
                mutant.name,
                mutant.caught_by
            );
            count += 1;
        }
    }
    Ok(format!("{count} projects judged"))
}

/// The contracts that a woven tree with these edits breaks.
fn broken(project: &Project, course: &Course, point: &str, edits: &[Edit]) -> Result<Vec<String>> {
    let bench = Bench::new(project, course, "judge");
    bench.weave(course.point(point)?, edits)?;
    let findings = judge::judge(project, course, point, bench.dir(), Boot::Direct)?;
    let broken = findings
        .into_iter()
        .filter(|finding| finding.broken.is_some());
    Ok(broken.map(|finding| finding.contract.name).collect())
}

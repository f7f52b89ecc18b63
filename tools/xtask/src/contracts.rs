//! Contracts as tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use runner::contract::Contract;
use runner::suite::Case;
use runner::{Boot, Qemu, image};
use weave::{Chapter, Course, Point};

use crate::project::Project;

/// A chapter's contracts.
pub fn of(chapter: &Chapter) -> Result<Vec<Contract>> {
    chapter
        .contract
        .iter()
        .cloned()
        .map(|table| Ok(Contract::parse(table)?))
        .collect()
}

/// The contracts that the kernel of `point` must keep: those of its chapter and
/// of the chapters before, as far as they still hold.
pub fn binding(course: &Course, point: Point) -> Result<Vec<(String, Contract)>> {
    let mut binding = Vec::new();
    for chapter in &course.chapters()[..=point.chapter()] {
        for contract in of(chapter)? {
            let until = contract
                .until
                .as_deref()
                .map(|slug| course.point(&format!("{slug}.1")));
            if until.transpose()?.is_none_or(|until| point < until) {
                binding.push((chapter.slug.clone(), contract));
            }
        }
    }
    Ok(binding)
}

/// Which ways to boot are tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    /// This one only.
    Only(Boot),
    /// Direct boot, and on each of the other ways a chapter's first contract that holds there: of the kernel's own chapter,
    /// and in the finished kernel of every chapter.
    Smoke,
}

/// A kernel to hold against contracts, with the disk images made of it.
pub struct Candidate {
    qemu: Qemu,
    elf: PathBuf,
    images: Vec<(Boot, PathBuf)>,
    logs: PathBuf,
}

impl Candidate {
    /// Makes the images that `ways` needs.
    pub fn new(project: &Project, elf: &Path, ways: Ways) -> Result<Arc<Self>> {
        let boots: &[Boot] = match ways {
            Ways::Only(Boot::Direct) => &[],
            Ways::Only(Boot::Bios) => &[Boot::Bios],
            Ways::Only(Boot::Uefi) => &[Boot::Uefi],
            Ways::Smoke => &[Boot::Bios, Boot::Uefi],
        };
        let make = |boot: &Boot| {
            Ok((
                *boot,
                image::create(elf, *boot, None, &project.image_tool())?,
            ))
        };
        Ok(Arc::new(Self {
            qemu: project.qemu()?,
            elf: elf.to_path_buf(),
            images: boots.iter().map(make).collect::<Result<_>>()?,
            logs: project.logs(),
        }))
    }

    /// Boots the kernel and holds it against one contract. `title` names the log.
    pub fn keeps(&self, contract: &Contract, boot: Boot, title: &str) -> Result<(), String> {
        let image = self
            .images
            .iter()
            .find(|(way, _)| *way == boot)
            .map_or(&self.elf, |(_, image)| image);
        contract
            .run(&self.qemu, boot, image, &self.logs, title)
            .map_err(|broken| broken.what)
    }
}

/// One test for each contract of the kernel of `point` and each way to boot. `prefix` stands before its name.
pub fn cases(
    candidate: &Arc<Candidate>,
    course: &Course,
    point: Point,
    ways: Ways,
    prefix: &str,
) -> Result<Vec<Case>> {
    let binding = binding(course, point)?;
    let own =
        (!is_finished(course, point)).then(|| course.chapters()[point.chapter()].slug.as_str());
    let case = |(index, boot): (usize, Boot)| {
        let (slug, contract) = &binding[index];
        let title = format!("{prefix}{}", contract.title(slug, boot));
        let (candidate, contract, name) = (Arc::clone(candidate), contract.clone(), title.clone());
        Case::new(title, move || candidate.keeps(&contract, boot, &name))
    };
    Ok(chosen(&binding, ways, own).into_iter().map(case).collect())
}

/// Whether it is the kernel of the last chapter.
fn is_finished(course: &Course, point: Point) -> bool {
    point.chapter() + 1 == course.chapters().len()
}

/// The chapters of which something is tested on all ways to boot: the kernel's own, and for the finished kernel all.
pub fn smoked(course: &Course, point: Point) -> &[Chapter] {
    let last = point.chapter();
    let first = if is_finished(course, point) { 0 } else { last };
    &course.chapters()[first..=last]
}

/// Which contracts are tested on which ways. `own` is the chapter whose contracts alone are tested on other ways than
/// direct boot, if not all are.
fn chosen(binding: &[(String, Contract)], ways: Ways, own: Option<&str>) -> Vec<(usize, Boot)> {
    let mut chosen: Vec<(usize, Boot)> = Vec::new();
    for (index, (slug, contract)) in binding.iter().enumerate() {
        for &boot in contract.ways() {
            let is_of = |other: &(usize, Boot)| other.1 == boot && binding[other.0].0 == *slug;
            let wanted = match ways {
                Ways::Only(only) => boot == only,
                Ways::Smoke if boot == Boot::Direct => true,
                Ways::Smoke => own.is_none_or(|own| own == slug) && !chosen.iter().any(is_of),
            };
            if wanted {
                chosen.push((index, boot));
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(name: &str, boot: &str) -> Contract {
        let text = format!("name = '{name}'\nsection = 's'\nboot = [{boot}]\noutcome = 'success'");
        Contract::parse(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn other_ways_have_the_first_contract_of_a_chapter_that_holds_there() {
        let binding = [
            ("a", contract("one", "'direct'")),
            ("a", contract("two", "'direct', 'bios'")),
            ("a", contract("three", "")),
            ("b", contract("four", "")),
        ]
        .map(|(slug, contract)| (slug.to_owned(), contract));
        let names = |ways, own| {
            let name = |(index, boot): (usize, Boot)| format!("{} {boot}", binding[index].1.name);
            let mut names: Vec<_> = chosen(&binding, ways, own).into_iter().map(name).collect();
            names.retain(|name| !name.ends_with("direct"));
            names.join(", ")
        };
        let all = "two bios, three uefi, four bios, four uefi";
        assert_eq!(names(Ways::Smoke, None), all);
        assert_eq!(names(Ways::Smoke, Some("b")), "four bios, four uefi");
        assert_eq!(
            names(Ways::Only(Boot::Uefi), Some("b")),
            "three uefi, four uefi"
        );
        assert_eq!(chosen(&binding, Ways::Smoke, Some("b")).len(), 6);
    }
}

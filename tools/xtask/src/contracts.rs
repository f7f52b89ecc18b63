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
    /// Direct boot, and the first contract of each chapter on the other ways.
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

/// One test for each contract and way to boot. `prefix` stands before its name.
pub fn cases(
    candidate: &Arc<Candidate>,
    contracts: Vec<(String, Contract)>,
    ways: Ways,
    prefix: &str,
) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut smoked: Vec<(String, Boot)> = Vec::new();
    for (slug, contract) in contracts {
        let contract = Arc::new(contract);
        for &boot in contract.ways() {
            let wanted = match ways {
                Ways::Only(only) => boot == only,
                Ways::Smoke if boot == Boot::Direct => true,
                Ways::Smoke => !smoked.contains(&(slug.clone(), boot)),
            };
            if !wanted {
                continue;
            }
            smoked.push((slug.clone(), boot));
            let title = format!("{prefix}{}", contract.title(&slug, boot));
            let (candidate, contract, name) =
                (Arc::clone(candidate), Arc::clone(&contract), title.clone());
            cases.push(Case::new(title, move || {
                candidate.keeps(&contract, boot, &name)
            }));
        }
    }
    cases
}

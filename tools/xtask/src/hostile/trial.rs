//! One machine, from its start to what was seen on it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use runner::contract;
use runner::{Boot, Qemu, image};
use transcript::Seen;

use super::matrix::{Machine, REFUSAL};
use super::tables;
use crate::project::Project;

/// The finished kernel, and what its machines need.
pub struct Trials {
    qemu: Qemu,
    elf: PathBuf,
    images: Vec<(Boot, PathBuf)>,
    logs: PathBuf,
    tables: PathBuf,
}

impl Trials {
    /// Makes the images for these ways to boot.
    pub fn new(project: &Project, elf: &Path, boots: &[Boot]) -> Result<Self> {
        let mut images = Vec::new();
        for boot in [Boot::Bios, Boot::Uefi] {
            if boots.contains(&boot) {
                let tool = project.image_tool();
                images.push((boot, image::create(elf, boot, None, &tool)?));
            }
        }
        Ok(Self {
            qemu: project.qemu()?,
            elf: elf.to_path_buf(),
            images,
            logs: project.logs(),
            tables: project.target.join("tables"),
        })
    }

    /// Boots the kernel on this machine, and tells what was seen. The message says why it is not as expected.
    pub fn of(&self, machine: &Machine) -> Result<Seen, String> {
        let mut contract = machine.contract.clone();
        let tables = self.tables_of(machine);
        let tables = tables.map_err(|error| format!("{error:#}"))?;
        contract.machine.splice(0..0, tables);
        let image = self.images.iter().find(|(boot, _)| *boot == machine.boot);
        let image = image.map_or(&self.elf, |(_, image)| image);
        let title = machine.title();
        let seen = contract
            .hold(&self.qemu, machine.boot, image, &self.logs, &title)
            .map_err(|broken| broken.what)?;
        let said = said(&seen, machine.particular);
        let refusals = said.iter().filter(|line| line.starts_with(REFUSAL)).count();
        if refusals > 1 {
            return Err(format!("it says {refusals} times that it cannot boot"));
        }
        let masked = said.iter().map(|line| machine.listed.masked(line));
        Ok(Seen {
            name: machine.listed.name.clone(),
            said: masked.collect(),
            ended: seen.ending.outcome.to_string(),
        })
    }

    /// How QEMU puts the machine's tables into memory or gives them to firmware, if it has tables of its own.
    fn tables_of(&self, machine: &Machine) -> Result<Vec<String>> {
        let mut arguments = vec!["-machine".to_owned(), "acpi=off".to_owned()];
        if let Some(name) = &machine.tables {
            let path = self.write(&format!("{name}.bin"), &tables::find(name)?.bytes)?;
            let place = tables::PLACE;
            let device = format!("loader,file={path},addr={place:#x},force-raw=on");
            arguments.extend(["-device".to_owned(), device]);
        } else if let Some(name) = &machine.firmware_tables {
            for (file, bytes) in tables::files(name)? {
                let path = self.write(&format!("{name}-{}", file.replace('/', "-")), &bytes)?;
                let item = format!("name={file},file={path}");
                arguments.extend(["-fw_cfg".to_owned(), item]);
            }
        } else {
            arguments.clear();
        }
        Ok(arguments)
    }

    /// Writes tables into a file, and returns its path for one of QEMU's options.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let file = self.tables.join(name);
        fs::create_dir_all(&self.tables)
            .and_then(|()| fs::write(&file, bytes))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file.display().to_string().replace(',', ",,"))
    }
}

/// The lines that say something about this machine: those that were expected, but for prompts, and all warnings and
/// refusals, in the order in which they came.
fn said(seen: &contract::Seen, particular: usize) -> Vec<String> {
    let expected = &seen.lines[..particular.min(seen.lines.len())];
    let is_prompt = |line: &&String| line.starts_with("cairn>");
    let expected: Vec<_> = expected.iter().filter(|line| !is_prompt(line)).collect();
    let serial = String::from_utf8_lossy(&seen.ending.serial);
    let tells = |line: &&str| {
        line.starts_with("WARN ")
            || line.starts_with(REFUSAL)
            || expected.iter().any(|other| other.as_str() == *line)
    };
    let lines = serial.lines().map(str::trim_end);
    let mut said: Vec<String> = lines.filter(tells).map(str::to_owned).collect();
    // What was on the screen only.
    let unheard = expected.into_iter().filter(|line| !said.contains(line));
    said.extend(unheard.cloned().collect::<Vec<_>>());
    without_repetitions(&said)
}

/// A line that is said several times in a row, once.
fn without_repetitions(lines: &[String]) -> Vec<String> {
    let once = |same: &[String]| match same {
        [line] => line.clone(),
        same => format!("{} ({} times)", same[0], same.len()),
    };
    lines
        .chunk_by(|one, other| one == other)
        .map(once)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runner::{Ending, Outcome};

    use super::*;

    fn seen(serial: &str, lines: &[&str]) -> contract::Seen {
        contract::Seen {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ending: Ending {
                outcome: Outcome::Succeeded,
                serial: serial.into(),
                stderr: String::new(),
                log: String::new(),
                command: String::new(),
                duration: Duration::ZERO,
            },
        }
    }

    #[test]
    fn what_was_expected_and_all_warnings_are_said() {
        let serial = "INFO  one\r\nWARN  no two\r\nINFO  three\r\ncairn> echo alive\r\nalive\r\n";
        let seen = seen(serial, &["INFO  three", "cairn> echo alive", "alive"]);
        assert_eq!(said(&seen, 1), ["WARN  no two", "INFO  three"]);
        assert_eq!(said(&seen, 2), said(&seen, 1), "a prompt says nothing");
        assert_eq!(said(&seen, 0), ["WARN  no two"]);
    }

    #[test]
    fn a_refusal_is_said_and_so_is_what_only_the_screen_shows() {
        let refusal = "cairn: cannot boot: it is small";
        assert_eq!(said(&seen(refusal, &[]), 0), [refusal]);
        assert_eq!(said(&seen("", &["WARN  x", "cairn>"]), 1), ["WARN  x"]);
        let often = "WARN  x\nWARN  x\nWARN  y\nWARN  x";
        let told = ["WARN  x (2 times)", "WARN  y", "WARN  x"];
        assert_eq!(said(&seen(often, &[]), 0), told);
    }
}

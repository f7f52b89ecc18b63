//! What was seen on the machines, against what is recorded.

use std::fs;

use anyhow::{Context, Result, bail};
use runner::Ovmf;
use transcript::{Results, Seen};

use super::ACCEPT;
use crate::project::Project;
use crate::transcripts::{rom, version};

/// QEMU's own firmware that the machines use.
const ROMS: [&str; 2] = ["qboot.rom", "bios-256k.bin"];

/// What was seen, with the versions of what it was seen with.
pub fn of(project: &Project, machines: Vec<Seen>) -> Result<Results> {
    let qemu = project.qemu()?;
    let mut firmware = ROMS
        .iter()
        .map(|name| rom(&qemu, name))
        .collect::<Result<Vec<_>>>()?;
    firmware.push(version(&Ovmf::find(&qemu)?.code)?);
    Ok(Results {
        qemu: qemu.version().to_owned(),
        firmware,
        machines,
    })
}

/// What is recorded.
pub fn read(project: &Project) -> Result<Results> {
    let place = || format!("{}: record it with `{ACCEPT}`", Results::PATH);
    let text = fs::read_to_string(project.root.join(Results::PATH)).with_context(place)?;
    Results::parse(&text).with_context(|| format!("record it anew with `{ACCEPT}`"))
}

/// Records.
pub fn write(project: &Project, results: &Results) -> Result<()> {
    Ok(fs::write(
        project.root.join(Results::PATH),
        results.to_string(),
    )?)
}

/// Whether all is as recorded. Only the same versions have to give the same results.
pub fn verdict(recorded: &Results, now: &Results) -> Result<String> {
    let differences = differences(&recorded.machines, &now.machines);
    let count = now.machines.len();
    if differences.is_empty() {
        return Ok(format!("on {count} machines all is as recorded"));
    }
    let what = differences.join("\n");
    let (before, here) = (recorded.versions(), now.versions());
    if before != here {
        return Ok(format!(
            "on {count} machines all is as expected; it is not as recorded, which may be: it was recorded with {before}, and here \
             are {here}\n{what}"
        ));
    }
    bail!("it is not as recorded; if that is right, record it with `{ACCEPT}`\n{what}")
}

/// The machines that are recorded otherwise.
pub fn different(recorded: &[Seen], now: &[Seen]) -> Vec<String> {
    let is_recorded = |seen: &&Seen| recorded.iter().any(|other| other.name == seen.name);
    let is_different = |seen: &&Seen| !recorded.contains(seen);
    let different = now.iter().filter(is_recorded).filter(is_different);
    different.map(|seen| seen.name.clone()).collect()
}

/// Has later results take the place of those of the same machines.
pub fn replace(seen: &mut [Seen], later: Vec<Seen>) {
    for later in later {
        if let Some(seen) = seen.iter_mut().find(|seen| seen.name == later.name) {
            *seen = later;
        }
    }
}

/// A line or two for each machine on which it is not the same.
fn differences(recorded: &[Seen], now: &[Seen]) -> Vec<String> {
    let find = |all: &[Seen], name: &str| all.iter().find(|seen| seen.name == name).cloned();
    let mut differences = Vec::new();
    for seen in now {
        match find(recorded, &seen.name) {
            None => differences.push(format!("  {}: not recorded", seen.name)),
            Some(before) => differences.extend(difference(&before, seen)),
        }
    }
    let gone = recorded
        .iter()
        .filter(|seen| find(now, &seen.name).is_none());
    differences.extend(gone.map(|seen| format!("  {}: recorded, but no machine now", seen.name)));
    let order = |all: &[Seen]| all.iter().map(|seen| seen.name.clone()).collect::<Vec<_>>();
    if differences.is_empty() && order(recorded) != order(now) {
        differences.push("  the machines come in another order than recorded".to_owned());
    }
    differences
}

/// What differs on one machine.
fn difference(recorded: &Seen, now: &Seen) -> Option<String> {
    if recorded == now {
        return None;
    }
    let mut text = format!("  {}:", now.name);
    let mut pairs = vec![(recorded.ended.as_str(), now.ended.as_str())];
    let (before, after) = (recorded.said.join("; "), now.said.join("; "));
    pairs.insert(0, (&before, &after));
    for (before, after) in pairs {
        if before != after {
            text += &format!("\n    recorded: {}", shown(before));
            text += &format!("\n    now:      {}", shown(after));
        }
    }
    Some(text)
}

fn shown(said: &str) -> &str {
    if said.is_empty() { "nothing" } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, said: &[&str], ended: &str) -> Seen {
        Seen {
            name: name.into(),
            said: said.iter().map(|line| (*line).to_owned()).collect(),
            ended: ended.into(),
        }
    }

    fn results(machines: &[Seen], qemu: &str) -> Results {
        Results {
            qemu: qemu.into(),
            firmware: vec!["qboot.rom 0123".into()],
            machines: machines.to_vec(),
        }
    }

    fn recorded() -> [Seen; 2] {
        [
            seen("small", &["cairn: cannot boot: it is small"], "it stopped"),
            seen("usual", &[], "it ended"),
        ]
    }

    #[track_caller]
    fn differs(now: &[Seen], words: &str) {
        let before = results(&recorded(), "7.2.22");
        let error = verdict(&before, &results(now, "7.2.22")).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(words), "{message}");
        assert!(message.contains(ACCEPT), "{message}");
        let other = verdict(&before, &results(now, "9.0.0")).unwrap();
        assert!(other.contains("recorded with QEMU 7.2.22"), "{other}");
        assert!(other.contains(words), "{other}");
    }

    #[test]
    fn the_same_passes() {
        let before = results(&recorded(), "7.2.22");
        let said = verdict(&before, &results(&recorded(), "9.0.0")).unwrap();
        assert_eq!(said, "on 2 machines all is as recorded");
    }

    #[test]
    fn a_second_look_replaces_the_first() {
        let [small, usual] = recorded();
        let other = seen("usual", &["WARN  no clock"], "it ended");
        let new = seen("new", &[], "it ended");
        let mut now = [small.clone(), other, new.clone()];
        assert_eq!(different(&recorded(), &now), ["usual"]);
        replace(&mut now, vec![usual.clone()]);
        assert_eq!(now, [small, usual, new]);
        assert!(different(&recorded(), &now).is_empty());
    }

    #[test]
    fn each_difference_is_told_by_machine() {
        let [small, usual] = recorded();
        let other = seen("small", &[], "it stopped");
        differs(
            &[other, usual.clone()],
            "\n  small:\n    recorded: cairn: cannot boot: it is small\n    now:      nothing",
        );
        let other = seen("usual", &[], "it hung");
        differs(
            &[small.clone(), other],
            "\n  usual:\n    recorded: it ended\n    now:      it hung",
        );
        let new = seen("new", &[], "it ended");
        let more = [small.clone(), usual.clone(), new];
        differs(&more, "\n  new: not recorded");
        differs(
            std::slice::from_ref(&small),
            "\n  usual: recorded, but no machine now",
        );
        differs(&[usual, small], "\n  the machines come in another order");
    }
}

//! Exact counts: what the cases of `cargo bench` count now, against what is recorded.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use runner::counts::{self, Count, Tally};
use runner::progress::Status;
use runner::{Boot, case, cases, suite};
use transcript::{Counts, Versions};

use crate::cargo::{self, Program};
use crate::project::Project;
use crate::transcripts;

/// The command that records.
const ACCEPT: &str = "cargo xtask bench --accept";

/// The firmware of the machines in which cases run.
const FIRMWARE: &str = "qboot.rom";

/// Records the counts as they are now.
pub fn accept(project: &Project) -> Result<String> {
    let now = count(project)?;
    // A file that cannot be read is no obstacle to a new one.
    let recorded = read(project).map_or_else(|_| Vec::new(), |recorded| recorded.counts);
    print!("{}", table(&rows(&recorded, &now.counts)));
    fs::write(project.root.join(Counts::PATH), now.to_string())?;
    Ok(format!("{} is written", Counts::PATH))
}

/// Prints the counts as they are recorded and as they are now, and says whether they are the same.
pub fn compare(project: &Project) -> Result<String> {
    let (recorded, now) = (read(project)?, count(project)?);
    print!("{}", table(&rows(&recorded.counts, &now.counts)));
    verdict(&recorded, &now)
}

/// What is recorded.
fn read(project: &Project) -> Result<Counts> {
    let place = || format!("{}: record it with `{ACCEPT}`", Counts::PATH);
    let text = fs::read_to_string(project.root.join(Counts::PATH)).with_context(place)?;
    Counts::parse(&text).context(Counts::PATH)
}

/// Counts, each case in a machine of its own.
fn count(project: &Project) -> Result<Counts> {
    let elf = cargo::build(&project.root, Program::Counts)?;
    let cases = case::read(&elf)?;
    let bench = cases::bench(&elf, Boot::Direct, &project.root, &project.target)?;
    let (tally, status) = (Tally::default(), Status::new(cases.len(), false));
    let tests = counts::tests(bench, cases, &tally, &status);
    let conclusion = suite::run(&suite::arguments(None), tests);
    ensure!(!conclusion.has_failed(), "not all cases count");
    let counts = tally.counts()?.into_iter();
    let qemu = project.qemu()?;
    Ok(Counts {
        versions: Versions {
            qemu: qemu.version().to_owned(),
            firmware: transcripts::rom(&qemu, FIRMWARE)?,
            rustc: cargo::rustc_version(&project.root)?,
        },
        counts: counts
            .map(|Count { name, number }| (name, number))
            .collect(),
    })
}

/// A name with its number as recorded and now.
struct Row<'a> {
    name: &'a str,
    recorded: Option<u64>,
    now: Option<u64>,
}

impl Row<'_> {
    fn differs(&self) -> bool {
        self.recorded != self.now
    }

    fn difference(&self) -> String {
        match (self.recorded, self.now) {
            (Some(recorded), Some(now)) if recorded == now => "0".to_owned(),
            (Some(recorded), Some(now)) => format!("{:+}", i128::from(now) - i128::from(recorded)),
            (Some(_), None) => "missing".to_owned(),
            (None, _) => "new".to_owned(),
        }
    }
}

/// All names: those of now, then those that are recorded only.
fn rows<'a>(recorded: &'a [(String, u64)], now: &'a [(String, u64)]) -> Vec<Row<'a>> {
    let find = |counts: &[(String, u64)], name: &str| {
        let found = counts.iter().find(|(other, _)| other == name);
        found.map(|(_, number)| *number)
    };
    let gone = recorded
        .iter()
        .filter(|(name, _)| find(now, name).is_none());
    now.iter()
        .chain(gone)
        .map(|(name, _)| Row {
            name,
            recorded: find(recorded, name),
            now: find(now, name),
        })
        .collect()
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let line = |name: &str, cells: [String; 3]| {
        let [recorded, now, difference] = cells;
        format!("{name:width$}  {recorded:>12}  {now:>12}  {difference:>12}\n")
    };
    let head = ["recorded", "now", "difference"].map(str::to_owned);
    let cell = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let lines = rows.iter().map(|row| {
        line(
            row.name,
            [cell(row.recorded), cell(row.now), row.difference()],
        )
    });
    std::iter::once(line("", head)).chain(lines).collect()
}

/// Whether the counts are as recorded. Only the same versions have to count the same.
fn verdict(recorded: &Counts, now: &Counts) -> Result<String> {
    if recorded.counts == now.counts {
        return Ok(format!("all {} counts are as recorded", now.counts.len()));
    }
    let rows = rows(&recorded.counts, &now.counts);
    let what = match rows.iter().filter(|row| row.differs()).count() {
        0 => "the counts come in another order than recorded".to_owned(),
        1 => "1 count is not as recorded".to_owned(),
        number => format!("{number} counts are not as recorded"),
    };
    if recorded.versions != now.versions {
        return Ok(format!(
            "{what}, which may be: they were recorded with {}, and here are {}",
            recorded.versions, now.versions
        ));
    }
    bail!("{what}; if that is right, record them with `{ACCEPT}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)], qemu: &str) -> Counts {
        let counts = counts
            .iter()
            .map(|(name, number)| ((*name).to_owned(), *number));
        Counts {
            versions: Versions {
                qemu: qemu.into(),
                firmware: "qboot.rom 0123".into(),
                rustc: "1.95.0".into(),
            },
            counts: counts.collect(),
        }
    }

    const RECORDED: [(&str, u64); 3] = [("nothing", 4), ("lock", 17), ("line 8", 794)];

    #[track_caller]
    fn differs(now: &[(&str, u64)], words: &str) {
        let recorded = counts(&RECORDED, "7.2.22");
        let error = verdict(&recorded, &counts(now, "7.2.22")).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(words), "{message}");
        assert!(message.contains(ACCEPT), "{message}");
        let other = verdict(&recorded, &counts(now, "9.0.0")).unwrap();
        assert!(other.contains("recorded with QEMU 7.2.22"), "{other}");
        assert!(other.contains("here are QEMU 9.0.0"), "{other}");
    }

    #[test]
    fn the_same_counts_pass() {
        let recorded = counts(&RECORDED, "7.2.22");
        for qemu in ["7.2.22", "9.0.0"] {
            let seen = verdict(&recorded, &counts(&RECORDED, qemu)).unwrap();
            assert_eq!(seen, "all 3 counts are as recorded");
        }
    }

    #[test]
    fn each_difference_is_one() {
        let changed = [("nothing", 4), ("lock", 16), ("line 8", 795)];
        differs(&changed, "2 counts are");
        differs(&RECORDED[..2], "1 count is");
        let more = [&RECORDED[..], &[("page", 99)]].concat();
        differs(&more, "1 count is");
        let renamed = [("nothing", 4), ("lock", 17), ("line 9", 794)];
        differs(&renamed, "2 counts are");
        let moved = [("lock", 17), ("nothing", 4), ("line 8", 794)];
        differs(&moved, "another order");
    }

    #[test]
    fn the_table_has_every_name() {
        let recorded = counts(&RECORDED, "").counts;
        let now = counts(&[("lock", 18), ("page", 99), ("nothing", 4)], "").counts;
        let expected = "             recorded           now    difference
lock               17            18            +1
page                -            99           new
nothing             4             4             0
line 8            794             -       missing
";
        assert_eq!(table(&rows(&recorded, &now)), expected);
    }
}

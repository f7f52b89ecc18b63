//! The hostile machines: what is odd about each, what the kernel said on it, and how it ended.

use crate::highlight::escape;
use std::path::Path;
use transcript::{Listed, MachinesError, Matrix, Results, Seen};

/// The command that records.
const ACCEPT: &str = "cargo xtask test --hostile --accept";

/// Why machines cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MachineError {
    #[error("{path}: {error}")]
    File {
        path: &'static str,
        error: std::io::Error,
    },
    #[error(transparent)]
    Unreadable(#[from] MachinesError),
    #[error("no machines are in the group `{group}`; the groups are: {known}")]
    NoGroup { group: String, known: String },
    #[error(
        "it is not recorded what the kernel does on the machine {name}; record it with `{ACCEPT}`"
    )]
    NotRecorded { name: String },
}

/// All machines, with what is recorded about them.
pub(crate) struct Machines {
    matrix: Matrix,
    results: Results,
}

impl Machines {
    /// Reads both files of the clone at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, MachineError> {
        let text = |path: &'static str| {
            let text = std::fs::read_to_string(root.join(path));
            text.map_err(|error| MachineError::File { path, error })
        };
        Ok(Self {
            matrix: Matrix::parse(&text(Matrix::PATH)?)?,
            results: Results::parse(&text(Results::PATH)?)?,
        })
    }

    /// A table of the machines of a group.
    pub(crate) fn group(&self, group: &str) -> Result<String, MachineError> {
        let machines = self.of(group);
        if machines.is_empty() {
            return Err(MachineError::NoGroup {
                group: group.to_owned(),
                known: self.groups().join(", "),
            });
        }
        let row = |machine: &&Listed| Ok(row(machine, self.seen(machine)?));
        let rows: Vec<_> = machines
            .iter()
            .map(row)
            .collect::<Result<_, MachineError>>()?;
        let head = [
            "Machine",
            "What is odd",
            "What the kernel says",
            "How it ends",
        ];
        Ok(self.table(&head, &rows))
    }

    /// A table of all groups, with the numbers of their machines.
    pub(crate) fn summary(&self) -> Result<String, MachineError> {
        let (mut rows, mut all) = (Vec::new(), [0, 0]);
        for group in self.groups() {
            let counts = self.counts(group)?;
            all = [all[0] + counts[0], all[1] + counts[1]];
            rows.push(summed(&format!("<code>{}</code>", escape(group)), counts));
        }
        rows.push(summed("all", all));
        let head = ["Group", "Machines", "Booted", "Refused"];
        Ok(self.table(&head, &rows))
    }

    /// How many machines of a group there are, and on how many the kernel boots.
    fn counts(&self, group: &str) -> Result<[usize; 2], MachineError> {
        let machines = self.of(group);
        let refused = machines
            .iter()
            .map(|machine| Ok(is_refused(self.seen(machine)?)));
        let refused: Vec<bool> = refused.collect::<Result<_, MachineError>>()?;
        let booted = refused.iter().filter(|is_refused| !**is_refused).count();
        Ok([machines.len(), booted])
    }

    /// The groups, in the order of the matrix.
    fn groups(&self) -> Vec<&str> {
        let mut groups = Vec::new();
        for machine in &self.matrix.machines {
            if !groups.contains(&machine.group.as_str()) {
                groups.push(machine.group.as_str());
            }
        }
        groups
    }

    fn of(&self, group: &str) -> Vec<&Listed> {
        let machines = self.matrix.machines.iter();
        machines.filter(|machine| machine.group == group).collect()
    }

    fn seen(&self, machine: &Listed) -> Result<&Seen, MachineError> {
        let seen = self.results.machines.iter();
        let found = seen.into_iter().find(|seen| seen.name == machine.name);
        found.ok_or_else(|| MachineError::NotRecorded {
            name: machine.name.clone(),
        })
    }

    fn table(&self, head: &[&str], rows: &[String]) -> String {
        let head: String = head.iter().map(|text| format!("<th>{text}</th>")).collect();
        format!(
            "<figure class=\"machines\">\n<figcaption>Recorded with {}</figcaption>\n<div class=\"table-wrapper\">\n<table>\n\
             <thead><tr>{head}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n</div>\n</figure>",
            escape(&self.results.versions()),
            rows.concat(),
        )
    }
}

fn row(machine: &Listed, seen: &Seen) -> String {
    let mut said: Vec<_> = seen.said.iter().map(|line| code(line)).collect();
    if said.is_empty() {
        said.push("nothing of it".to_owned());
    }
    let cells = [
        code(&machine.name),
        inline(&machine.odd),
        said.join("<br>"),
        escape(&seen.ended),
    ];
    cells_of(&cells)
}

fn summed(name: &str, [machines, booted]: [usize; 2]) -> String {
    let numbers = [machines, booted, machines - booted].map(|number| number.to_string());
    let [machines, booted, refused] = numbers;
    cells_of(&[name.to_owned(), machines, booted, refused])
}

fn cells_of(cells: &[String]) -> String {
    let cells: String = cells
        .iter()
        .map(|cell| format!("<td>{cell}</td>"))
        .collect();
    format!("<tr>{cells}</tr>\n")
}

/// Whether the kernel said that it cannot use the machine.
fn is_refused(seen: &Seen) -> bool {
    let is_refusal = |line: &String| line.starts_with("cairn: cannot boot: ");
    seen.said.iter().any(is_refusal)
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// Text with code between backticks.
fn inline(text: &str) -> String {
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => escape(part),
        _ => code(part),
    };
    text.split('`').enumerate().map(part).collect()
}

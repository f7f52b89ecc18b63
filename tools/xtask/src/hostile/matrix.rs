//! The matrix: each machine is a contract that the kernel has to keep on it.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use runner::Boot;
use runner::contract::{Contract, Line};
use serde::Deserialize;
use toml::{Table, Value};
use transcript::{Listed, Matrix};

/// What a kernel says that cannot use the machine.
pub const REFUSAL: &str = "cairn: cannot boot: ";

/// A machine of the matrix.
pub struct Machine {
    /// What is said about it for people.
    pub listed: Listed,
    /// The way it is booted.
    pub boot: Boot,
    /// The ACPI tables that are put into its memory, by name. Firmware then leaves none.
    pub tables: Option<String>,
    /// The ACPI tables that firmware gets instead of QEMU's, by name.
    pub firmware_tables: Option<String>,
    /// Whether earlier chapters' kernels meet it, too.
    pub in_chapters: bool,
    /// How it ends.
    pub ends: Ends,
    /// What the kernel has to do.
    pub contract: Contract,
    /// So many matches of the dialogue say what is particular; the others only end it.
    pub particular: usize,
}

/// How a machine ends: what is added to its dialogue, and the outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ends {
    /// On the serial line the kernel obeys one command, and is told to shut down.
    #[default]
    Command,
    /// The same, and it is the machine's power that goes off, not the exit device's.
    #[serde(rename = "power-off")]
    PowerOff,
    /// As a command, with keys that are pressed, and on the screen.
    Keys,
    /// With the keys of a command to shut down, which nobody sees.
    Blind,
    /// The kernel cannot be told anything. It waits.
    Rest,
    /// The kernel says that it cannot use the machine, and stops.
    Refusal,
}

/// What is read here of a machine's table; the rest is the contract's.
#[derive(Deserialize)]
struct Own {
    #[serde(default)]
    boot: Boot,
    tables: Option<String>,
    firmware_tables: Option<String>,
    #[serde(default)]
    chapters: bool,
    #[serde(default)]
    ends: Ends,
}

const OWN: [&str; 5] = ["boot", "tables", "firmware_tables", "chapters", "ends"];

/// A filter that fits no machine.
#[derive(Debug)]
pub struct Unknown {
    filter: String,
    groups: Vec<String>,
}

impl std::error::Error for Unknown {}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let (filter, groups) = (&self.filter, self.groups.join(", "));
        write!(
            out,
            "no machine's name contains {filter}; they stand in {}, in the groups {groups}",
            Matrix::PATH
        )
    }
}

/// The machines whose titles contain `filter`; all without one.
pub fn chosen(root: &Path, filter: Option<&str>) -> Result<Vec<Machine>> {
    let mut machines = read(root)?;
    let mut groups: Vec<_> = machines.iter().map(|it| it.listed.group.clone()).collect();
    groups.dedup();
    let filter = filter.unwrap_or_default();
    machines.retain(|machine| machine.title().contains(filter));
    if machines.is_empty() {
        let filter = filter.to_owned();
        return Err(Unknown { filter, groups }.into());
    }
    Ok(machines)
}

/// All machines, in the order of the file.
pub fn read(root: &Path) -> Result<Vec<Machine>> {
    let text = std::fs::read_to_string(root.join(Matrix::PATH)).context(Matrix::PATH)?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Machine>> {
    let machine = |listed: Listed| {
        let place = format!("{}: {}", Matrix::PATH, listed.name);
        Machine::new(listed).context(place)
    };
    Matrix::parse(text)?
        .machines
        .into_iter()
        .map(machine)
        .collect()
}

impl Machine {
    fn new(listed: Listed) -> Result<Self> {
        let mut table = listed.rest.clone();
        let own: Table = OWN
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), table.remove(*key)?)))
            .collect();
        let Own {
            boot,
            tables,
            firmware_tables,
            chapters,
            ends,
        } = own.try_into()?;
        table.insert("name".into(), Value::from(listed.name.as_str()));
        table.insert("section".into(), Value::from(listed.group.as_str()));
        for key in ["outcome", "until"] {
            ensure!(!table.contains_key(key), "unknown field `{key}`");
        }
        table.insert("outcome".into(), Value::from(ends.outcome()));
        let mut contract = Contract::parse(table)?;
        ensure!(
            tables.is_none() || firmware_tables.is_none(),
            "its tables come from one side: `tables` or `firmware_tables`"
        );
        contract.boot = vec![boot];
        contract.seconds.get_or_insert(patience(boot));
        let particular = contract.dialogue.iter().filter(|it| is_pattern(it)).count();
        ensure!(
            ends != Ends::Refusal || refuses(&contract.dialogue),
            "it ends with a refusal, so the dialogue expects a line that begins with `^{REFUSAL}`"
        );
        ensure!(
            contract.serial || !matches!(ends, Ends::Command | Ends::PowerOff),
            "it has no serial port: say with `ends` what happens instead of a command"
        );
        contract.dialogue.extend(ends.dialogue());
        Ok(Self {
            listed,
            boot,
            tables,
            firmware_tables,
            in_chapters: chapters,
            ends,
            contract,
            particular,
        })
    }

    /// The test's name.
    pub fn title(&self) -> String {
        format!("{}::{}", self.listed.group, self.listed.name)
    }
}

/// How long a machine may take, in seconds. Some have more processors than this one by far, and all run at once.
fn patience(boot: Boot) -> u64 {
    match boot {
        Boot::Direct => 30,
        Boot::Bios => 60,
        Boot::Uefi => 120,
    }
}

fn is_pattern(line: &Line) -> bool {
    matches!(line, Line::Expect(_) | Line::Screen(_))
}

fn refuses(dialogue: &[Line]) -> bool {
    let begins = |pattern: &String| pattern.starts_with(&format!("^{REFUSAL}"));
    dialogue.iter().any(|line| match line {
        Line::Expect(pattern) | Line::Screen(pattern) => begins(pattern),
        _ => false,
    })
}

impl Ends {
    /// As a contract writes it.
    fn outcome(self) -> &'static str {
        match self {
            Self::Command | Self::Keys | Self::Blind => "success",
            Self::PowerOff => "power-off",
            Self::Rest => "running",
            Self::Refusal => "unusable",
        }
    }

    /// What shows that the kernel lives, and ends it.
    fn dialogue(self) -> Vec<Line> {
        let text = |text: &str| text.to_owned();
        let shutdown = "s h u t d o w n ret";
        match self {
            Self::Command | Self::PowerOff => vec![
                Line::Expect(text("cairn> ")),
                Line::Send(text("echo alive\n")),
                Line::Expect(text("^alive")),
                Line::Send(text("shutdown\n")),
            ],
            Self::Keys => vec![
                Line::Screen(text("^cairn>$")),
                Line::Press(text("e c h o spc a l i v e ret")),
                Line::Screen(text("^alive$")),
                Line::Press(text(shutdown)),
            ],
            Self::Blind => vec![Line::Rests(10), Line::Press(text(shutdown))],
            Self::Rest => vec![Line::Rests(10)],
            Self::Refusal => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tables::named;
    use super::*;

    const MACHINE: &str = "[[machine]]\nname = 'small'\ngroup = 'memory'\nodd = 'o'\n";

    fn one(text: &str) -> Machine {
        let mut machines = parse(&format!("{MACHINE}{text}")).unwrap();
        machines.remove(0)
    }

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let error = parse(&format!("{MACHINE}{text}")).err();
        let message = format!("{:#}", error.expect("it is refused"));
        assert!(message.contains(words), "{message}");
        assert!(message.starts_with(Matrix::PATH), "{message}");
        assert!(message.contains("small"), "{message}");
    }

    #[test]
    fn a_kernel_that_boots_obeys_a_command_and_shuts_down() {
        let machine = one("dialogue = [{ expect = '^a' }, { send = 'x' }]");
        assert_eq!(machine.title(), "memory::small");
        assert_eq!(machine.particular, 1);
        assert_eq!(machine.contract.dialogue.len(), 2 + 4);
        assert_eq!(machine.contract.ways(), [Boot::Direct]);
        assert_eq!(one("boot = 'bios'").contract.ways(), [Boot::Bios]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        refused("colour = 1", "unknown field `colour`");
        refused("outcome = 'reset'", "unknown field `outcome`");
        refused("ends = 'hang'", "unknown variant `hang`");
        refused("ends = 'refusal'", "begins with `^cairn: cannot boot: `");
        refused(
            "ends = 'refusal'\ndialogue = [{ expect = 'cannot boot' }]",
            "begins with `^cairn: cannot boot: `",
        );
        refused("serial = false", "has no serial port");
        refused(
            "tables = 'right'\nfirmware_tables = 'right'",
            "from one side",
        );
    }

    /// The repository's own matrix.
    fn own() -> Vec<Machine> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        read(&root).unwrap()
    }

    #[test]
    fn there_are_enough_machines_of_every_kind() {
        let machines = own();
        assert!(machines.len() >= 100, "{} machines", machines.len());
        for ends in [
            Ends::Command,
            Ends::PowerOff,
            Ends::Keys,
            Ends::Blind,
            Ends::Rest,
            Ends::Refusal,
        ] {
            assert!(machines.iter().any(|it| it.ends == ends), "{ends:?}");
        }
        for boot in Boot::ALL {
            assert!(machines.iter().any(|it| it.boot == boot), "{boot}");
        }
        let groups: BTreeSet<_> = machines.iter().map(|it| &it.listed.group).collect();
        assert_eq!(groups.len(), 13, "{groups:?}");
    }

    #[test]
    fn all_tables_are_asked_for_and_all_that_are_asked_for_exist() {
        let machines = own();
        let asked: BTreeSet<_> = machines
            .iter()
            .filter_map(|it| it.tables.as_deref())
            .collect();
        let built: BTreeSet<_> = named::names().collect();
        assert_eq!(asked, built);
        let mut by_firmware = machines
            .iter()
            .filter_map(|it| it.firmware_tables.as_deref());
        assert!(by_firmware.all(|name| built.contains(name)));
    }

    #[test]
    fn an_unknown_filter_gets_the_groups() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let error = chosen(&root, Some("moon")).err().expect("it is refused");
        assert!(error.is::<Unknown>());
        let message = error.to_string();
        assert!(message.contains("moon"), "{message}");
        assert!(message.contains("memory, processors, "), "{message}");
        assert!(!chosen(&root, Some("memory::")).unwrap().is_empty());
    }
}

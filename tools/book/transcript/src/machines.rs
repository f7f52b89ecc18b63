//! The hostile machines: what is said about each for people, and what the kernel did on it.

use regex_lite::{Captures, Regex};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;

/// The matrix of machines, `tests/hostile/machines.toml`.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The machines, in the order of the file.
    pub machines: Vec<Listed>,
}

/// One machine of the matrix.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The group that it is shown in.
    pub group: String,
    /// What is odd about it, in a few words.
    pub odd: String,
    /// Regular expressions for what may differ between two boots, or two builds. It is recorded as `…`. Where there is a
    /// group in brackets, only that is.
    #[serde(default)]
    pub mask: Vec<String>,
    /// How it is built and what is expected of it, which is none of the book's business.
    #[serde(flatten)]
    pub rest: toml::Table,
}

/// What the kernel did on the machines, `tests/hostile/results.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// QEMU's version.
    pub qemu: String,
    /// The firmware and its versions.
    pub firmware: Vec<String>,
    /// The machines, in the order of the matrix.
    #[serde(rename = "machine", default)]
    pub machines: Vec<Seen>,
}

/// What the kernel did on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The machine's name.
    pub name: String,
    /// What the kernel said about it.
    pub said: Vec<String>,
    /// How it ended.
    pub ended: String,
}

/// One of the two files cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct MachinesError {
    path: &'static str,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    machine: Vec<Listed>,
}

impl Matrix {
    /// Where the file lies in the repository, with slashes.
    pub const PATH: &str = "tests/hostile/machines.toml";

    /// Reads the file. Names are different, and masks are regular expressions.
    pub fn parse(text: &str) -> Result<Self, MachinesError> {
        let File { machine: machines } = read(Self::PATH, text)?;
        let refused = |what| MachinesError {
            path: Self::PATH,
            what,
        };
        let mut names = BTreeSet::new();
        for machine in &machines {
            machine.masks().map_err(refused)?;
            if !names.insert(&machine.name) {
                return Err(refused(format!("two machines are called {}", machine.name)));
            }
        }
        Ok(Self { machines })
    }
}

impl Listed {
    /// The text as it is recorded.
    pub fn masked(&self, text: &str) -> String {
        // They have been read once.
        let masks = self.masks().unwrap_or_default();
        masks
            .iter()
            .fold(text.to_owned(), |text, mask| masked(&text, mask))
    }

    fn masks(&self) -> Result<Vec<Regex>, String> {
        let compile = |mask: &String| {
            let refused = |error| format!("{}: `{mask}` is no mask: {error}", self.name);
            Regex::new(mask).map_err(refused)
        };
        self.mask.iter().map(compile).collect()
    }
}

fn masked(text: &str, mask: &Regex) -> String {
    let replace = |found: &Captures| match (found.get(0), found.get(1)) {
        (Some(all), Some(part)) => {
            let (start, end) = (part.start() - all.start(), part.end() - all.start());
            format!("{}…{}", &all.as_str()[..start], &all.as_str()[end..])
        }
        _ => "…".to_owned(),
    };
    mask.replace_all(text, replace).into_owned()
}

impl Results {
    /// Where the file lies in the repository, with slashes.
    pub const PATH: &str = "tests/hostile/results.toml";

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, MachinesError> {
        read(Self::PATH, text)
    }

    /// What has an influence on the results, besides the source.
    pub fn versions(&self) -> String {
        format!("QEMU {}, {}", self.qemu, self.firmware.join(", "))
    }
}

impl fmt::Display for Results {
    /// The file's content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Recorded by `cargo xtask test --hostile --accept`.")?;
        writeln!(f, "qemu = {}", quoted(&self.qemu))?;
        list(f, "firmware", &self.firmware)?;
        for Seen { name, said, ended } in &self.machines {
            writeln!(f, "\n[[machine]]\nname = {}", quoted(name))?;
            list(f, "said", said)?;
            writeln!(f, "ended = {}", quoted(ended))?;
        }
        Ok(())
    }
}

/// A list of texts, one a line.
fn list(f: &mut fmt::Formatter<'_>, name: &str, texts: &[String]) -> fmt::Result {
    if texts.is_empty() {
        return writeln!(f, "{name} = []");
    }
    writeln!(f, "{name} = [")?;
    for text in texts {
        writeln!(f, "    {},", quoted(text))?;
    }
    writeln!(f, "]")
}

fn quoted(text: &str) -> toml::Value {
    toml::Value::from(text)
}

fn read<T: for<'de> Deserialize<'de>>(path: &'static str, text: &str) -> Result<T, MachinesError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text
            .bytes()
            .take(start)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1;
        let what = format!("line {line}: {}", error.message());
        MachinesError { path, what }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results() -> Results {
        let seen = |name: &str, said: &[&str], ended: &str| Seen {
            name: name.into(),
            said: said.iter().map(|line| (*line).to_owned()).collect(),
            ended: ended.into(),
        };
        Results {
            qemu: "7.2.22".into(),
            firmware: vec!["qboot.rom 0123".into(), "OVMF 4567".into()],
            machines: vec![
                seen("no-screen", &["no \"screen\"", "b\\c"], "it ended"),
                seen("usual", &[], "it ended"),
            ],
        }
    }

    #[test]
    fn results_are_written_and_read_again() {
        let file = results().to_string();
        assert_eq!(Results::parse(&file).unwrap(), results());
        assert_eq!(
            results().versions(),
            "QEMU 7.2.22, qboot.rom 0123, OVMF 4567"
        );
    }

    #[test]
    fn results_that_are_malformed_are_refused_with_the_line() {
        let file = results().to_string().replace("ended =", "ends =");
        let error = Results::parse(&file).unwrap_err().to_string();
        assert!(
            error.contains("tests/hostile/results.toml: line "),
            "{error}"
        );
        assert!(error.contains("unknown field `ends`"), "{error}");
    }

    const MACHINE: &str = "[[machine]]\nname = 'a'\ngroup = 'g'\nodd = 'o'\n";

    #[test]
    fn a_machine_keeps_what_is_not_for_people() {
        let text = format!("{MACHINE}memory = '4M'\n");
        let matrix = Matrix::parse(&text).unwrap();
        let [machine] = &matrix.machines[..] else {
            panic!("{matrix:?}");
        };
        assert_eq!((machine.name.as_str(), machine.odd.as_str()), ("a", "o"));
        assert_eq!(machine.rest.to_string().trim(), "memory = \"4M\"");
    }

    #[test]
    fn a_wrong_matrix_is_refused() {
        let refused = |text: &str, words: &str| {
            let error = Matrix::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
            assert!(error.starts_with(Matrix::PATH), "{error}");
        };
        refused(&MACHINE.repeat(2), "two machines are called a");
        refused(&format!("{MACHINE}mask = ['(']"), "a: `(` is no mask");
        refused("[[machine]]\nname = 'a'", "missing field `group`");
        refused("[machine", "line 1: ");
    }

    #[test]
    fn masks_cover_all_or_a_group() {
        let masked = |mask: &str, text: &str| {
            let text_of = format!("{MACHINE}mask = ['{mask}']");
            Matrix::parse(&text_of).unwrap().machines[0].masked(text)
        };
        assert_eq!(masked(r"\d+", "12 of 34"), "… of …");
        assert_eq!(masked(r"(\d+) KiB", "12 of 34 KiB"), "12 of … KiB");
    }
}

//! Exact counts: what the cases of `cargo bench` have counted.
//!
//! With `-icount shift=0` the time-stamp counter counts the guest's instructions. A case writes what it has counted on the
//! serial line, each number in a line `count NAME: NUMBER`, for example `count lock and unlock: 14`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::case::Case;
use crate::cases;
use crate::progress::Status;
use crate::suite;
use crate::trial::Bench;

/// What a line with a count starts with.
const START: &str = "count ";

/// The option of QEMU that makes the time-stamp counter count instructions.
const CLOCK: &str = "-icount";

/// One number that a case has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// What was counted: words of printable ASCII without `"` and `\`, with one space between them.
    pub name: String,
    /// How many.
    pub number: u64,
}

/// Why the counts of a case, or of all, are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// The machine's time-stamp counter is a clock.
    #[error(
        "its machine counts no instructions: give the case `machine: \"-icount shift=0,sleep=off\"`"
    )]
    Clock,
    /// The case has counted nothing.
    #[error("it has counted nothing: a case of `cargo bench` prints lines `count NAME: NUMBER`")]
    Nothing,
    /// A line that starts as a count goes on otherwise.
    #[error(
        "`{line}` is no count: it is written `count NAME: NUMBER`, with one space between words and without quotation marks"
    )]
    Malformed {
        /// The line.
        line: String,
    },
    /// Two counts have the same name.
    #[error("`{name}` is counted twice: each count needs a name of its own")]
    Twice {
        /// Their name.
        name: String,
    },
}

/// The counts of all cases that have run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: Arc<Mutex<BTreeMap<Place, Vec<Count>>>>,
}

/// A case's place in the program: its file and line, and its name, since a macro may put several cases on one line.
type Place = (String, u32, String);

impl Tally {
    /// All counts, in the order of the program.
    ///
    /// # Errors
    /// [`CountError::Twice`] when two cases use the same name.
    pub fn counts(&self) -> Result<Vec<Count>, CountError> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        apart(counts.values().flatten().cloned().collect())
    }

    fn add(&self, case: &Case, counts: Vec<Count>) {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (case.file.clone(), case.line, case.name.clone());
        all.insert(place, counts);
    }
}

/// The cases as tests that also have to count something, which goes into the `tally`. `status` shows which run.
pub fn tests(bench: Bench, cases: Vec<Case>, tally: &Tally, status: &Status) -> Vec<suite::Case> {
    let tally = tally.clone();
    cases::tried(bench, cases, status, move |bench, case| {
        if !case.machine.iter().any(|word| word == CLOCK) {
            return Err(CountError::Clock.to_string());
        }
        let said = bench.said(case)?;
        let counts = read(&String::from_utf8_lossy(&said)).map_err(|error| error.to_string())?;
        tally.add(case, counts);
        Ok(())
    })
}

/// The counts in what a case has said.
fn read(said: &str) -> Result<Vec<Count>, CountError> {
    let lines = said.lines().map(str::trim_end);
    let counts: Result<Vec<Count>, CountError> = lines
        .filter(|line| line.starts_with(START))
        .map(|line| count(line).ok_or_else(|| CountError::Malformed { line: line.into() }))
        .collect();
    match counts? {
        none if none.is_empty() => Err(CountError::Nothing),
        counts => apart(counts),
    }
}

/// `count NAME: NUMBER`.
fn count(line: &str) -> Option<Count> {
    let (name, number) = line.strip_prefix(START)?.rsplit_once(": ")?;
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_plain);
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && name.split(' ').all(is_word)).then_some(())?;
    Some(Count {
        name: name.into(),
        number: number.parse().ok()?,
    })
}

/// The counts, if no two have the same name.
fn apart(counts: Vec<Count>) -> Result<Vec<Count>, CountError> {
    for (index, Count { name, .. }) in counts.iter().enumerate() {
        if counts[..index].iter().any(|count| count.name == *name) {
            return Err(CountError::Twice { name: name.clone() });
        }
    }
    Ok(counts)
}

/// The counts as a table: names at the left, numbers in a column.
#[must_use]
pub fn table(counts: &[Count]) -> String {
    let widest = |width: fn(&Count) -> usize| counts.iter().map(width).max().unwrap_or(0);
    let names = widest(|count| count.name.len());
    let numbers = widest(|count| count.number.to_string().len());
    counts
        .iter()
        .map(|Count { name, number }| format!("  {name:names$}  {number:numbers$}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(name: &str, number: u64) -> Count {
        let name = name.into();
        Count { name, number }
    }

    #[test]
    fn counts_are_lines_among_others() {
        let said = "case lock\r\ncount lock and unlock: 14\r\nnothing\r\ncount Vec::push: 0\r\n";
        let counts = [counted("lock and unlock", 14), counted("Vec::push", 0)];
        assert_eq!(read(said).unwrap(), counts);
        assert_eq!(
            table(&counts),
            "  lock and unlock  14\n  Vec::push         0\n"
        );
    }

    #[test]
    fn who_counts_nothing_is_refused() {
        assert_eq!(
            read("case lock\r\nit counts 14\r\n"),
            Err(CountError::Nothing)
        );
    }

    #[test]
    fn a_name_twice_is_refused() {
        let name = "lock".into();
        let said = "count lock: 1\ncount lock: 1\n";
        assert_eq!(read(said), Err(CountError::Twice { name }));
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for line in [
            "count lock",
            "count lock: many",
            "count lock: -1",
            "count lock: +1",
            "count lock: 18446744073709551616",
            "count : 1",
            "count two  spaces: 1",
            "count a \"name\": 1",
        ] {
            let malformed = CountError::Malformed { line: line.into() };
            assert_eq!(read(line), Err(malformed));
        }
    }
}

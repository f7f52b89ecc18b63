//! The robot's own folder, and how it follows one listing.

use super::Fault;
use super::caption::{Place, Words, quotes};
use super::read::{Listing, Mark};
use crate::stages::Files;
use std::ops::Range;

/// The file that cargo writes: taken over, never typed.
const LOCK: &str = "Cargo.lock";

/// The robot's folder.
pub(super) struct Project {
    pub(super) files: Files,
}

/// A stretch of new and removed lines in a listing, with the lines around it in the file.
struct Run<'a> {
    above: Option<&'a str>,
    below: Option<&'a str>,
    new: Vec<&'a str>,
    gone: Vec<&'a str>,
    /// The file's lines above.
    all_above: &'a [String],
}

impl Project {
    pub(super) fn new(files: Files) -> Self {
        Self { files }
    }

    /// Takes this step's given files and the lock file that cargo would write.
    pub(super) fn take_given(&mut self, given: &Files, woven: &Files) {
        self.files.extend(given.clone());
        match woven.get(LOCK) {
            Some(lock) => drop(self.files.insert(LOCK.to_owned(), lock.clone())),
            None => drop(self.files.remove(LOCK)),
        }
    }

    /// Does what a listing says. Returns how many lines were typed.
    pub(super) fn follow(&mut self, listing: &Listing) -> Result<usize, Fault> {
        check_count(listing)?;
        let file = listing.file.clone();
        match listing.places.as_slice() {
            [
                Words {
                    place: Place::NewFile,
                    ..
                },
            ] if self.files.contains_key(&file) => return Err(Fault::Exists { file }),
            [
                Words {
                    place: Place::NewFile,
                    ..
                },
            ] => {}
            _ if !self.files.contains_key(&file) => return Err(Fault::Missing { file }),
            [
                Words {
                    place: Place::WholeFile,
                    ..
                },
            ] => {}
            [
                Words {
                    place: Place::RemoveFile,
                    ..
                },
            ] => {
                self.files.remove(&file);
                return Ok(0);
            }
            _ => return self.change(listing),
        }
        if listing.lines.iter().any(|(mark, _)| *mark != Mark::New) {
            return Err(wrong(listing, "not all of its lines are new"));
        }
        self.write(
            &file,
            listing
                .lines
                .iter()
                .filter_map(|(_, line)| line.clone())
                .collect(),
        );
        Ok(listing.count.0)
    }

    fn change(&mut self, listing: &Listing) -> Result<usize, Fault> {
        let file = self.lines(&listing.file);
        let wanted = of_marks(listing, &[Mark::Old, Mark::Gone]);
        let at = place_of(listing, &file, &wanted)?;
        check_caption(listing, &file, at.clone())?;
        let mut changed = file[..at.start].to_vec();
        changed.extend(
            of_marks(listing, &[Mark::Old, Mark::New])
                .into_iter()
                .flatten()
                .map(str::to_owned),
        );
        changed.extend_from_slice(&file[at.end..]);
        self.write(&listing.file, changed);
        Ok(listing.count.0)
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = self
            .files
            .get(file)
            .map(|bytes| String::from_utf8_lossy(bytes))
            .unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn write(&mut self, file: &str, lines: Vec<String>) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.files.insert(file.to_owned(), text.into_bytes());
    }
}

/// The lines with these marks; `None` for one that is left out.
fn of_marks<'a>(listing: &'a Listing, marks: &[Mark]) -> Vec<Option<&'a str>> {
    listing
        .lines
        .iter()
        .filter(|(mark, _)| marks.contains(mark))
        .map(|(_, line)| line.as_deref())
        .collect()
}

/// The one place in the file where the listing's old and removed lines stand.
fn place_of(
    listing: &Listing,
    file: &[String],
    wanted: &[Option<&str>],
) -> Result<Range<usize>, Fault> {
    let first = wanted
        .iter()
        .flatten()
        .next()
        .map(|line| line.trim().to_owned())
        .unwrap_or_default();
    let name = listing.file.clone();
    if wanted.is_empty() {
        return if file.is_empty() {
            Ok(0..0)
        } else {
            Err(Fault::NotFound { file: name, first })
        };
    }
    let starts: Vec<usize> = (0..=file.len().saturating_sub(wanted.len()))
        .filter(|start| stands_at(file, *start, wanted))
        .collect();
    match starts.as_slice() {
        [start] => Ok(*start..start + wanted.len()),
        [] => Err(Fault::NotFound { file: name, first }),
        several => Err(Fault::Ambiguous {
            file: name,
            count: several.len(),
            first,
        }),
    }
}

fn stands_at(file: &[String], start: usize, wanted: &[Option<&str>]) -> bool {
    let fits =
        |(wanted, line): (&Option<&str>, &String)| wanted.is_none_or(|wanted| wanted == line);
    file.len() >= start + wanted.len() && wanted.iter().zip(&file[start..]).all(fits)
}

fn check_count(listing: &Listing) -> Result<(), Fault> {
    let count = |mark| of_marks(listing, &[mark]).len();
    if (count(Mark::New), count(Mark::Gone)) == listing.count {
        return Ok(());
    }
    Err(wrong(
        listing,
        &format!(
            "its lines are {} new and {} removed",
            count(Mark::New),
            count(Mark::Gone)
        ),
    ))
}

/// The caption has to say of each run what the lines show.
fn check_caption(listing: &Listing, file: &[String], at: Range<usize>) -> Result<(), Fault> {
    let runs = runs(listing, file, at);
    if runs.len() != listing.places.len() {
        return Err(wrong(
            listing,
            &format!("the lines change in {} places", runs.len()),
        ));
    }
    for (run, words) in runs.iter().zip(&listing.places) {
        run.check(words).map_err(|but| wrong(listing, &but))?;
    }
    Ok(())
}

fn runs<'a>(listing: &'a Listing, file: &'a [String], at: Range<usize>) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    // The next line of the file that the listing speaks of.
    let mut next = at.start;
    let mut open = false;
    for (mark, line) in &listing.lines {
        if *mark == Mark::Old {
            open = false;
            next += 1;
            continue;
        }
        if !open {
            let above = next.checked_sub(1).map(|index| file[index].as_str());
            runs.push(Run {
                above,
                below: None,
                new: Vec::new(),
                gone: Vec::new(),
                all_above: &file[..next],
            });
            open = true;
        }
        let Some(run) = runs.last_mut() else { continue };
        if *mark == Mark::Gone {
            run.gone.push(&file[next]);
            next += 1;
        } else {
            run.new.extend(line.as_deref());
        }
        run.below = file.get(next).map(String::as_str);
    }
    runs
}

impl Run<'_> {
    fn check(&self, words: &Words) -> Result<(), String> {
        if let Some(inside) = &words.inside {
            self.check_inside(inside)?;
        }
        let (new, gone) = (self.new.len(), self.gone.len());
        let only_new = || {
            if gone == 0 {
                Ok(())
            } else {
                Err(format!("{gone} lines are removed there"))
            }
        };
        match &words.place {
            Place::Beginning if self.above.is_none() => only_new(),
            Place::End if self.below.is_none() => only_new(),
            Place::AfterBlank if self.above.is_some_and(|line| line.trim().is_empty()) => {
                only_new()
            }
            Place::After(text) if self.above.is_some_and(|line| quotes(text, line)) => only_new(),
            Place::Before(text) if self.below.is_some_and(|line| quotes(text, line)) => only_new(),
            Place::InsteadOf(text) if gone == 1 && new > 0 && quotes(text, self.gone[0]) => Ok(()),
            Place::InsteadOfThese(count) if gone == *count && new > 0 => Ok(()),
            Place::Without(text) if gone == 1 && new == 0 && quotes(text, self.gone[0]) => Ok(()),
            Place::WithoutThese(count) if gone == *count && new == 0 => Ok(()),
            _ => Err(self.found()),
        }
    }

    /// What is around opens on a line above that stands further left.
    fn check_inside(&self, inside: &str) -> Result<(), String> {
        let margin = |line: &str| line.len() - line.trim_start().len();
        let own = self
            .gone
            .iter()
            .chain(&self.new)
            .find(|line| !line.trim().is_empty())
            .map_or(0, |line| margin(line));
        let start = inside.trim_end_matches('\u{2026}');
        let opens = |line: &&String| margin(line) < own && line.contains(start);
        let opening = self.all_above.iter().rposition(|line| opens(&line));
        let closed = |from: usize| {
            let left = margin(&self.all_above[from]);
            self.all_above[from + 1..]
                .iter()
                .any(|line| margin(line) == left && line.trim() == "}")
        };
        match opening {
            Some(opening) if !closed(opening) => Ok(()),
            _ => Err(format!("no line above it opens \"{inside}\" around it")),
        }
    }

    fn found(&self) -> String {
        let shown = |line: Option<&str>| {
            line.map_or("the file's end".to_owned(), |line| {
                format!("\"{}\"", line.trim())
            })
        };
        format!(
            "the lines show {} new and {} removed between {} and {}",
            self.new.len(),
            self.gone.len(),
            shown(self.above),
            shown(self.below),
        )
    }
}

fn wrong(listing: &Listing, but: &str) -> Fault {
    Fault::Caption {
        file: listing.file.clone(),
        says: listing.says.clone(),
        but: but.to_owned(),
    }
}

//! Directives: what a page says to name code, `{{#name …}}` alone on a line.

/// One directive of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// `{{#step boot.2}}`: opens a step.
    Step {
        /// The stopping point that the step leads to.
        point: String,
    },
    /// `{{#stop}}`: the stopping point at the end of a step.
    Stop,
    /// `{{#listing PATH [PART, …] [whole] [folded]}}`: lines for the reader to type.
    Listing(Listing),
    /// `{{#show PATH [PART, …] [folded]}}`: lines of any file at this step, only to look at.
    Show(Listing),
    /// `{{#diff POINT [PATH]}}`: what a step or a chapter changes, only to look at.
    Diff {
        /// A point (`boot.2`) or a chapter (`boot`).
        point: String,
        /// One file; all of them when left out.
        path: Option<String>,
    },
    /// `{{#transcript NAME}}`: a recorded transcript of this chapter.
    Transcript {
        /// The declared name.
        name: String,
    },
    /// `{{#screenshot NAME "Alt text"}}`: a recorded screen of this chapter.
    Screenshot {
        /// The declared name.
        name: String,
        /// What it shows, for those who do not see it.
        alt: String,
    },
    /// `{{#figure NAME "Alt text" ["Caption"]}}`: a drawing from `book/src/figures`.
    Figure {
        /// File name without `.svg`.
        name: String,
        /// What it shows, for those who do not see it.
        alt: String,
        /// The line under it.
        caption: Option<String>,
    },
    /// `{{#memory-map NAME "Alt text" ["Caption"]}}`: the memory map in a recorded transcript of this chapter, to scale.
    MemoryMap {
        /// The transcript's declared name.
        name: String,
        /// What it shows, for those who do not see it.
        alt: String,
        /// The line under it.
        caption: Option<String>,
    },
    /// `{{#counts [NAME, …] [as "Unit"]}}`: a table of recorded counts.
    Counts {
        /// The first words of their names; all counts when there are none.
        names: Vec<String>,
        /// What is counted.
        unit: String,
    },
    /// `{{#plot SERIES, … as "Unit" over "Quantity" [log-log] "Alt text" ["Caption"]}}`: recorded counts as lines.
    Plot(Plot),
    /// `{{#machines [GROUP]}}`: a table of hostile machines.
    Machines {
        /// The group; without one, a table of all groups.
        group: Option<String>,
    },
    /// `{{#exercise NAME}}`: an exercise's heading.
    Exercise {
        /// The declared name.
        name: String,
    },
    /// `{{#broken NAME}}`: what breaks the kernel for an exercise.
    Broken {
        /// The declared name.
        name: String,
    },
    /// `{{#solution NAME}}`: an exercise's solution, folded.
    Solution {
        /// The declared name.
        name: String,
    },
    /// `{{#chapters}}`: the table of chapters.
    Chapters,
}

/// What `listing` and `show` name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// A file of the woven tree, with slashes.
    pub path: String,
    /// Parts of it; all that is still unshown when there are none.
    pub parts: Vec<Part>,
    /// The whole file is shown, also what the reader has of it.
    pub whole: bool,
    /// Collapsed at first.
    pub folded: bool,
}

/// What `plot` draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// The names of its lines: the counts' names without the number at their ends.
    pub series: Vec<String>,
    /// What is counted: the vertical axis.
    pub unit: String,
    /// What the numbers at the names' ends are: the horizontal axis.
    pub over: String,
    /// Both axes are logarithmic.
    pub log_log: bool,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The line under it.
    pub caption: Option<String>,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A named item of a Rust file, such as `fn kernel_main`.
    Item(String),
    /// From the first line that starts with `from` to the next one that starts with `to`, or that one line.
    Lines {
        /// First words of the first line.
        from: String,
        /// First words of the last line.
        to: Option<String>,
    },
}

/// Why a line with `{{#` in it was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectiveError {
    /// Text before or after it.
    #[error("a directive stands alone on its line; to write about one, put it between backticks")]
    NotAlone,
    /// No such directive.
    #[error("unknown directive `{0}`; the valid ones are:\n{VALID}")]
    Unknown(String),
    /// Known, but not written as it must be.
    #[error("`{name}` is written so: {usage}")]
    Malformed {
        /// The directive's name.
        name: String,
        /// Its syntax.
        usage: &'static str,
    },
}

const SYNTAX: &[(&str, &str)] = &[
    ("step", "{{#step SLUG.STEP}}"),
    (
        "listing",
        "{{#listing PATH [PART, …] [whole] [folded]}}, where PART is an item (`fn kernel_main`) or `lines \"from\" to \"to\"`",
    ),
    ("show", "{{#show PATH [PART, …] [folded]}}"),
    ("stop", "{{#stop}}"),
    ("diff", "{{#diff SLUG[.STEP] [PATH]}}"),
    ("transcript", "{{#transcript NAME}}"),
    ("screenshot", "{{#screenshot NAME \"Alt text\"}}"),
    ("figure", "{{#figure NAME \"Alt text\" [\"Caption\"]}}"),
    (
        "memory-map",
        "{{#memory-map TRANSCRIPT \"Alt text\" [\"Caption\"]}}",
    ),
    (
        "counts",
        "{{#counts [NAME, …] [as \"Unit\"]}}, where NAME is the first words of counts' names",
    ),
    (
        "plot",
        "{{#plot SERIES, … as \"Unit\" over \"Quantity\" [log-log] \"Alt text\" [\"Caption\"]}}, where the counts of SERIES have a number at their names' ends",
    ),
    ("machines", "{{#machines [GROUP]}}"),
    ("exercise", "{{#exercise NAME}}"),
    ("broken", "{{#broken NAME}}"),
    ("solution", "{{#solution NAME}}"),
    ("chapters", "{{#chapters}}"),
];

const VALID: Valid = Valid;

/// Prints the syntax of every directive, one a line.
struct Valid;

impl std::fmt::Display for Valid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<_> = SYNTAX
            .iter()
            .map(|(_, usage)| format!("  {usage}"))
            .collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Reads one line of a page that is outside any code block. `None` when there is no directive on it.
pub fn read(line: &str) -> Result<Option<Directive>, DirectiveError> {
    let trimmed = line.trim();
    let Some(rest) = trimmed.strip_prefix("{{#") else {
        return if without_code_spans(line).contains("{{#") {
            Err(DirectiveError::NotAlone)
        } else {
            Ok(None)
        };
    };
    let inside = rest.strip_suffix("}}").ok_or(DirectiveError::NotAlone)?;
    let (name, arguments) = inside
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((inside.trim(), ""));
    let Some((_, usage)) = SYNTAX.iter().find(|(known, _)| *known == name) else {
        return Err(DirectiveError::Unknown(name.to_owned()));
    };
    arguments_of(name, arguments.trim())
        .map(Some)
        .ok_or_else(|| DirectiveError::Malformed {
            name: name.to_owned(),
            usage,
        })
}

fn arguments_of(name: &str, text: &str) -> Option<Directive> {
    if matches!(name, "listing" | "show") {
        let listing = listing(text)?;
        return match name {
            "listing" => Some(Directive::Listing(listing)),
            _ if listing.whole => None,
            _ => Some(Directive::Show(listing)),
        };
    }
    let words = words(text)?;
    match (name, words.as_slice()) {
        ("step", [Word::Bare(point)]) => Some(Directive::Step {
            point: point.clone(),
        }),
        ("stop", []) => Some(Directive::Stop),
        ("diff", [Word::Bare(point)]) => Some(Directive::Diff {
            point: point.clone(),
            path: None,
        }),
        ("diff", [Word::Bare(point), Word::Bare(path)]) => Some(Directive::Diff {
            point: point.clone(),
            path: Some(path.clone()),
        }),
        ("transcript", [Word::Bare(name)]) => Some(Directive::Transcript { name: name.clone() }),
        ("screenshot", [Word::Bare(name), Word::Quoted(alt)]) => Some(Directive::Screenshot {
            name: name.clone(),
            alt: filled(alt)?,
        }),
        ("figure" | "memory-map", [Word::Bare(drawn), texts @ ..]) => {
            let (alt, caption) = alt_and_caption(texts)?;
            let drawn = drawn.clone();
            Some(match name {
                "figure" => Directive::Figure {
                    name: drawn,
                    alt,
                    caption,
                },
                _ => Directive::MemoryMap {
                    name: drawn,
                    alt,
                    caption,
                },
            })
        }
        ("counts", words) => counts(words),
        ("plot", words) => plot(words).map(Directive::Plot),
        ("machines", []) => Some(Directive::Machines { group: None }),
        ("machines", [Word::Bare(group)]) => Some(Directive::Machines {
            group: Some(group.clone()),
        }),
        ("exercise", [Word::Bare(name)]) => Some(Directive::Exercise { name: name.clone() }),
        ("broken", [Word::Bare(name)]) => Some(Directive::Broken { name: name.clone() }),
        ("solution", [Word::Bare(name)]) => Some(Directive::Solution { name: name.clone() }),
        ("chapters", []) => Some(Directive::Chapters),
        _ => None,
    }
}

/// `"Alt text" ["Caption"]`.
fn alt_and_caption(words: &[Word]) -> Option<(String, Option<String>)> {
    match words {
        [Word::Quoted(alt)] => Some((filled(alt)?, None)),
        [Word::Quoted(alt), Word::Quoted(caption)] => Some((filled(alt)?, Some(filled(caption)?))),
        _ => None,
    }
}

fn counts(words: &[Word]) -> Option<Directive> {
    let (names, rest) = names(words)?;
    let unit = match rest {
        [] => "Instructions".to_owned(),
        [Word::Bare(r#as), Word::Quoted(unit)] if r#as == "as" => filled(unit)?,
        _ => return None,
    };
    Some(Directive::Counts { names, unit })
}

fn plot(words: &[Word]) -> Option<Plot> {
    let (series, rest) = names(words)?;
    let [
        Word::Bare(r#as),
        Word::Quoted(unit),
        Word::Bare(over),
        Word::Quoted(quantity),
        rest @ ..,
    ] = rest
    else {
        return None;
    };
    let (log_log, texts) = match rest {
        [Word::Bare(option), texts @ ..] if option == "log-log" => (true, texts),
        texts => (false, texts),
    };
    let (alt, caption) = alt_and_caption(texts)?;
    let fits = r#as == "as" && over == "over" && !series.is_empty();
    fits.then_some(Plot {
        series,
        unit: filled(unit)?,
        over: filled(quantity)?,
        log_log,
        alt,
        caption,
    })
}

/// Names with commas between them, up to the word `as`, and the words from there on.
fn names(words: &[Word]) -> Option<(Vec<String>, &[Word])> {
    let is_name = |word: &&Word| matches!(word, Word::Bare(text) if text != "as");
    let (names, rest) = words.split_at(words.iter().take_while(is_name).count());
    let bare: Vec<_> = names.iter().filter_map(Word::bare).collect();
    if bare.is_empty() {
        return Some((Vec::new(), rest));
    }
    let names: Option<Vec<_>> = bare.join(" ").split(',').map(filled).collect();
    Some((names?, rest))
}

fn listing(text: &str) -> Option<Listing> {
    let (path, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (mut whole, mut folded) = (false, false);
    loop {
        rest = rest.trim();
        let last = rest.rsplit(char::is_whitespace).next().unwrap_or("");
        let option = match last {
            "folded" => &mut folded,
            "whole" => &mut whole,
            _ => break,
        };
        if std::mem::replace(option, true) {
            return None;
        }
        rest = &rest[..rest.len() - last.len()];
    }
    let parts = if rest.is_empty() {
        Some(Vec::new())
    } else {
        split_parts(rest).iter().map(|part| part_of(part)).collect()
    }?;
    let fits =
        !path.is_empty() && !path.contains(['"', '{', '}', ',']) && (!whole || parts.is_empty());
    fits.then(|| Listing {
        path: path.to_owned(),
        parts,
        whole,
        folded,
    })
}

fn part_of(text: &str) -> Option<Part> {
    let Some(range) = text.strip_prefix("lines ") else {
        return (!text.is_empty() && !text.contains('"')).then(|| Part::Item(text.to_owned()));
    };
    match words(range)?.as_slice() {
        [Word::Quoted(from)] => Some(Part::Lines {
            from: filled(from)?,
            to: None,
        }),
        [Word::Quoted(from), Word::Bare(to), Word::Quoted(end)] if to == "to" => {
            Some(Part::Lines {
                from: filled(from)?,
                to: Some(filled(end)?),
            })
        }
        _ => None,
    }
}

/// Splits at commas that stand neither in quotes nor in brackets (`impl From<A, B>`).
fn split_parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quoted) = (Vec::new(), String::new(), 0_i32, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '<' | '(' | '[' if !quoted => depth += 1,
            '>' | ')' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_owned());
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part.trim().to_owned());
    parts
}

#[derive(Debug, PartialEq)]
enum Word {
    Bare(String),
    Quoted(String),
}

impl Word {
    fn bare(&self) -> Option<&str> {
        match self {
            Self::Bare(text) => Some(text),
            Self::Quoted(_) => None,
        }
    }
}

/// Words and "quoted texts"; `None` when a quote is not closed.
fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (word, after) = quoted.split_once('"')?;
            words.push(Word::Quoted(word.to_owned()));
            rest = after.trim_start();
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || c == '"')
                .unwrap_or(rest.len());
            words.push(Word::Bare(rest[..end].to_owned()));
            rest = rest[end..].trim_start();
        }
    }
    Some(words)
}

fn filled(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// The line without what stands between backticks.
fn without_code_spans(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing_of(line: &str) -> Listing {
        match read(line) {
            Ok(Some(Directive::Listing(listing))) => listing,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_is_left_alone() {
        assert_eq!(
            read("A page says `{{#stop}}` at its stopping points."),
            Ok(None)
        );
        assert_eq!(read("Text {{#stop}}"), Err(DirectiveError::NotAlone));
        assert_eq!(read("{{#stop}} text"), Err(DirectiveError::NotAlone));
    }

    #[test]
    fn each_directive_is_read() {
        assert_eq!(read("{{#stop}}"), Ok(Some(Directive::Stop)));
        assert_eq!(
            read("  {{#step boot.2}} "),
            Ok(Some(Directive::Step {
                point: "boot.2".into()
            }))
        );
        assert_eq!(
            read("{{#figure reset \"From reset to main\"}}"),
            Ok(Some(Directive::Figure {
                name: "reset".into(),
                alt: "From reset to main".into(),
                caption: None
            }))
        );
        let machines = |group: Option<&str>| Directive::Machines {
            group: group.map(str::to_owned),
        };
        assert_eq!(read("{{#machines}}"), Ok(Some(machines(None))));
        let memory = machines(Some("memory"));
        assert_eq!(read("{{#machines memory}}"), Ok(Some(memory)));
        let diff = Directive::Diff {
            point: "boot.2".into(),
            path: Some("src/main.rs".into()),
        };
        assert_eq!(read("{{#diff boot.2 src/main.rs}}"), Ok(Some(diff)));
    }

    #[test]
    fn counts_and_plots_are_read() {
        let counts = |names: &[&str], unit: &str| Directive::Counts {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            unit: unit.into(),
        };
        let all = counts(&[], "Instructions");
        assert_eq!(read("{{#counts}}"), Ok(Some(all)));
        let two = counts(&["lock and unlock", "line"], "Bytes");
        let line = "{{#counts lock and unlock, line as \"Bytes\"}}";
        assert_eq!(read(line), Ok(Some(two)));
        let plot = Plot {
            series: vec!["linked list".into(), "bump".into()],
            unit: "instructions".into(),
            over: "free blocks".into(),
            log_log: true,
            alt: "Two lines".into(),
            caption: None,
        };
        let line = "{{#plot linked list, bump as \"instructions\" over \"free blocks\" log-log \"Two lines\"}}";
        assert_eq!(read(line), Ok(Some(Directive::Plot(plot.clone()))));
        let plot = Plot {
            log_log: false,
            caption: Some("Below".into()),
            ..plot
        };
        let line = line.replace("log-log \"Two lines\"", "\"Two lines\" \"Below\"");
        assert_eq!(read(&line), Ok(Some(Directive::Plot(plot))));
    }

    #[test]
    fn listings_name_parts() {
        let listing = listing_of(
            "{{#listing src/a.rs impl From<A, B> for C, fn start, lines \"x, y\" to \"}\" folded}}",
        );
        let lines = Part::Lines {
            from: "x, y".into(),
            to: Some("}".into()),
        };
        assert_eq!(
            listing.parts,
            [
                Part::Item("impl From<A, B> for C".into()),
                Part::Item("fn start".into()),
                lines
            ]
        );
        assert!(listing.folded && !listing.whole);
        assert!(listing_of("{{#listing src/a.rs whole}}").whole);
        assert!(listing_of("{{#listing src/a.rs}}").parts.is_empty());
    }

    #[test]
    fn refusals_help() {
        let unknown = read("{{#include a.rs}}").unwrap_err().to_string();
        assert!(
            unknown.contains("`include`") && unknown.contains("{{#listing"),
            "{unknown}"
        );
        for line in [
            "{{#listing}}",
            "{{#listing a.rs fn x whole}}",
            "{{#listing a.rs lines x}}",
            "{{#listing a.rs fn x,}}",
            "{{#listing a.rs folded folded}}",
            "{{#show a.rs whole}}",
            "{{#stop boot.1}}",
            "{{#figure a}}",
            "{{#figure a \"\"}}",
            "{{#figure a \"open}}",
            "{{#memory-map a}}",
            "{{#memory-map \"Alt\"}}",
            "{{#counts a,}}",
            "{{#counts a as}}",
            "{{#counts a as \"\"}}",
            "{{#plot as \"u\" over \"q\" \"Alt\"}}",
            "{{#plot a as \"u\" \"Alt\"}}",
            "{{#plot a as \"u\" over \"q\"}}",
            "{{#plot a as \"u\" over \"q\" log \"Alt\"}}",
            "{{#plot a as \"u\" by \"q\" \"Alt\"}}",
            "{{#machines memory, boards}}",
            "{{#step}}",
        ] {
            assert!(
                matches!(read(line), Err(DirectiveError::Malformed { .. })),
                "{line}"
            );
        }
    }
}

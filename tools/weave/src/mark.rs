//! Marks: the comments that say at which point a line of the final source appears.
//!
//! A mark is an ordinary comment: `//` in Rust and assembly, `#` in TOML, `/* … */` in linker scripts. Its whole text is
//!
//! ```text
//! mark  = "[" point "]"                       the next item, statement, field or match arm, or the line it ends
//!       | "[" point "..]"                     opens a run of lines
//!       | "[.." point "]"                     closes it
//!       | "[" point ".." point "] " old line  a line that was there from the first point until just before the second
//! point = slug ["." step]                     without a step it is step 1
//! slug  = a lowercase letter, then lowercase letters, digits and hyphens
//! ```
//!
//! - `[point]` alone on a line names the largest node of Rust's syntax that begins on the next line of code, with its
//!   docs, its attributes, the comments in between and the comma behind it. After a line, it names that one line.
//! - `[point]` on the first line of a file, with a blank line below, names the whole file. A module file has none: it
//!   comes and goes with its `mod` line.
//! - A mark inside the lines of another one has to be later than it.
//! - The reserved slug `never` marks lines that no woven tree has.
//!
//! Other comments may begin with a bracket, too: `[1] see the manual` and ``[`Page`] is aligned`` are no marks. What has the
//! shape of a mark, or begins with a chapter's slug, and does not follow the grammar is refused.

use crate::error::Fault;
use crate::point::Names;

/// What a mark says, before its names are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    From(Name),
    Open(Name),
    Close(Name),
    Old {
        from: Name,
        until: Name,
        text: String,
    },
}

/// A point as a mark names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub slug: String,
    pub step: Option<usize>,
}

impl Name {
    /// Parses `slug` or `slug.step`.
    pub fn parse(text: &str) -> Option<Self> {
        let (slug, step) = match text.split_once('.') {
            Some((slug, step)) if step.bytes().all(|byte| byte.is_ascii_digit()) => {
                (slug, Some(step.parse().ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        is_slug(slug).then(|| Self {
            slug: slug.to_string(),
            step,
        })
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.step {
            Some(step) => write!(formatter, "{}.{step}", self.slug),
            None => write!(formatter, "{}", self.slug),
        }
    }
}

/// Whether `text` can be a chapter's slug.
pub(crate) fn is_slug(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The mark that a comment's text is, if it is one.
pub(crate) fn parse(comment: &str, names: &Names) -> Result<Option<Mark>, Fault> {
    let comment = comment.trim();
    let Some(inside) = comment.strip_prefix('[') else {
        return Ok(None);
    };
    let malformed = |why| Fault::Malformed {
        text: comment.to_string(),
        why,
    };
    let Some((head, rest)) = inside.split_once(']') else {
        return if names_known(inside, names) {
            Err(malformed("the closing bracket is missing"))
        } else {
            Ok(None)
        };
    };
    match parse_head(head) {
        Some(Mark::Old { from, until, .. }) => match rest.strip_prefix(' ').unwrap_or(rest) {
            "" => Err(malformed("the old line is missing")),
            text => Ok(Some(Mark::Old {
                from,
                until,
                text: text.to_string(),
            })),
        },
        Some(mark) if rest.is_empty() => Ok(Some(mark)),
        Some(_) if names_known(head, names) => Err(malformed("nothing may stand behind it")),
        Some(_) => Ok(None),
        None if is_attempt(head, rest, names) => Err(malformed("a point is `slug` or `slug.2`")),
        None => Ok(None),
    }
}

fn parse_head(head: &str) -> Option<Mark> {
    match head.split_once("..") {
        None => Name::parse(head).map(Mark::From),
        Some((from, "")) => Name::parse(from).map(Mark::Open),
        Some(("", until)) => Name::parse(until).map(Mark::Close),
        Some((from, until)) => {
            let (from, until) = (Name::parse(from)?, Name::parse(until)?);
            Some(Mark::Old {
                from,
                until,
                text: String::new(),
            })
        }
    }
}

/// Whether a bracket that is no mark was meant as one.
fn is_attempt(head: &str, rest: &str, names: &Names) -> bool {
    let shape = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let begins =
        head.starts_with("..") || head.starts_with(|first: char| first.is_ascii_lowercase());
    let alone = rest.trim().is_empty() && begins && head.bytes().all(shape);
    alone || names_known(head, names)
}

/// Whether the bracket begins with the slug of a chapter, give or take its case and spaces.
fn names_known(head: &str, names: &Names) -> bool {
    let head = head.trim().to_lowercase();
    let head = head.strip_prefix("..").unwrap_or(&head);
    names.knows(head.split('.').next().unwrap_or(head).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names::new(vec![
            ("boot".to_string(), 3),
            ("double-faults".to_string(), 2),
        ])
    }

    fn name(slug: &str, step: Option<usize>) -> Name {
        Name {
            slug: slug.to_string(),
            step,
        }
    }

    #[test]
    fn every_form_is_read() {
        let read = |text| {
            parse(text, &names())
                .expect("a mark")
                .expect("not ordinary")
        };
        assert_eq!(read("[boot]"), Mark::From(name("boot", None)));
        assert_eq!(
            read(" [double-faults.2] "),
            Mark::From(name("double-faults", Some(2)))
        );
        assert_eq!(read("[boot.2..]"), Mark::Open(name("boot", Some(2))));
        assert_eq!(read("[..boot.2]"), Mark::Close(name("boot", Some(2))));
        let (from, until) = (name("boot", None), name("boot", Some(3)));
        assert_eq!(
            read("[boot..boot.3]   a();"),
            Mark::Old {
                from,
                until,
                text: "  a();".to_string()
            }
        );
    }

    #[test]
    fn ordinary_comments_are_left_alone() {
        let ordinary = [
            "[1] see the manual",
            "[`Foo`] is a link",
            "[`Foo`]",
            "[1]",
            "[0..4] are reserved bits",
            "[SDM] volume 3, section 4.5",
            "[note] the order matters",
            "[x86_64]: https://example.org",
            "[n..] is free",
            "[a, b]",
            "[]",
            "see [boot]",
            "[boot loader] by others",
        ];
        for text in ordinary {
            assert_eq!(parse(text, &names()), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_was_meant_as_a_mark_is_refused() {
        let meant = [
            "[boot.x]",
            "[..]",
            "[Boot]",
            "[boot.2",
            "[boot] and more",
            "[boot..] and more",
            "[ boot ]",
            "[boot...boot.2] x",
            "[boot..boot.2]",
            "[double_faults]",
            "[boot.2.]",
            "[..boot.x]",
            "[Never]",
        ];
        for text in meant {
            assert!(
                matches!(parse(text, &names()), Err(Fault::Malformed { .. })),
                "{text}"
            );
        }
    }
}

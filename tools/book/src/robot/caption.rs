//! The words of a caption.

/// One place, as the caption names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// `in …`: the opening line of what is around.
    pub(super) inside: Option<String>,
    pub(super) place: Place,
}

/// Where the lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    NewFile,
    WholeFile,
    RemoveFile,
    Beginning,
    End,
    AfterBlank,
    After(String),
    Before(String),
    InsteadOf(String),
    InsteadOfThese(usize),
    Without(String),
    WithoutThese(usize),
}

/// Reads one place: runs of plain words and of code.
pub(super) fn read(parts: &[(bool, String)]) -> Result<Words, String> {
    let (inside, rest) = match parts {
        [(false, word), (true, code), rest @ ..] if word.trim() == "in" => {
            (Some(code.clone()), rest)
        }
        _ => (None, parts),
    };
    let place = match rest {
        [(false, words)] => plain(words.trim().trim_start_matches(", ")),
        [(false, words), (true, code)] => {
            with_code(words.trim().trim_start_matches(", "), code.clone())
        }
        _ => None,
    };
    let shown = || {
        parts
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<String>()
    };
    let place = place.ok_or_else(|| format!("\"{}\" is no place", shown()))?;
    Ok(Words { inside, place })
}

fn plain(words: &str) -> Option<Place> {
    let number = |before: &str| {
        words
            .strip_prefix(before)?
            .strip_suffix(" lines")?
            .parse()
            .ok()
    };
    match words {
        "new file" => Some(Place::NewFile),
        "the whole file anew" => Some(Place::WholeFile),
        "remove this file" => Some(Place::RemoveFile),
        "at the beginning" => Some(Place::Beginning),
        "at the end" => Some(Place::End),
        "after a blank line" => Some(Place::AfterBlank),
        _ => number("instead of these ")
            .map(Place::InsteadOfThese)
            .or_else(|| number("without these ").map(Place::WithoutThese)),
    }
}

fn with_code(words: &str, code: String) -> Option<Place> {
    match words {
        "after" => Some(Place::After(code)),
        "before" => Some(Place::Before(code)),
        "instead of" => Some(Place::InsteadOf(code)),
        "without" => Some(Place::Without(code)),
        _ => None,
    }
}

/// Reads "(3 new lines, 1 removed line)".
pub(super) fn count(text: &str) -> Result<(usize, usize), String> {
    let (mut new, mut gone) = (0, 0);
    for part in text.trim_matches(['(', ')']).split(", ") {
        let words: Vec<_> = part.split(' ').collect();
        match words.as_slice() {
            ["no", "lines"] => {}
            [number, "new", _] => {
                new = number
                    .parse()
                    .map_err(|_| format!("\"{text}\" is no count"))?
            }
            [number, "removed", _] => {
                gone = number
                    .parse()
                    .map_err(|_| format!("\"{text}\" is no count"))?
            }
            _ => return Err(format!("\"{text}\" is no count")),
        }
    }
    Ok((new, gone))
}

/// Reads "⋮ 12 more lines".
pub(super) fn cut(text: &str) -> Result<usize, String> {
    let number = text
        .trim()
        .strip_prefix('\u{22ee}')
        .and_then(|text| text.strip_suffix("more lines"));
    number
        .and_then(|number| number.trim().parse().ok())
        .ok_or_else(|| format!("\"{text}\" is no cut"))
}

/// Whether a quotation stands for this line: the whole line, or its beginning where it ends in an ellipsis.
pub(super) fn quotes(quotation: &str, line: &str) -> bool {
    match quotation.strip_suffix('\u{2026}') {
        Some(start) => line.trim().starts_with(start),
        None => line.trim() == quotation,
    }
}

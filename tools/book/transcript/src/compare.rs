//! When a fresh boot still says what the page shows.

use regex_lite::Regex;

/// What stands in for masked text while two texts are compared.
const MASKED: &str = "\u{2039}masked\u{203a}";

/// The first line in which two texts differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} differs:\n  recorded: {}\n  fresh:    {}", shown(.recorded), shown(.fresh))]
pub struct Difference {
    /// Line of the text, from 1.
    pub line: usize,
    /// What was recorded; `None` after the end of the recorded text.
    pub recorded: Option<String>,
    /// What the fresh boot says; `None` after its end.
    pub fresh: Option<String>,
}

/// Compares two texts line by line, with all that a mask matches taken as equal.
pub fn matches(recorded: &str, fresh: &str, masks: &[Regex]) -> Result<(), Difference> {
    let mut recorded_lines = recorded.lines();
    let mut fresh_lines = fresh.lines();
    for line in 1.. {
        let (old, new) = (recorded_lines.next(), fresh_lines.next());
        if old.is_none() && new.is_none() {
            break;
        }
        if old.map(|text| masked(text, masks)) != new.map(|text| masked(text, masks)) {
            return Err(Difference {
                line,
                recorded: old.map(str::to_owned),
                fresh: new.map(str::to_owned),
            });
        }
    }
    Ok(())
}

fn masked(line: &str, masks: &[Regex]) -> String {
    masks.iter().fold(line.to_owned(), |line, mask| {
        mask.replace_all(&line, MASKED).into_owned()
    })
}

fn shown(line: &Option<String>) -> &str {
    line.as_deref().unwrap_or("(the text has ended)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_under_masks() {
        let masks = [
            Regex::new("0x[0-9a-f]+").unwrap(),
            Regex::new(r"\d+ KiB").unwrap(),
        ];
        assert_eq!(
            matches("at 0x1f: 12 KiB\nend\n", "at 0xabc: 7 KiB\nend\n", &masks),
            Ok(())
        );
    }

    #[test]
    fn the_first_difference_is_named() {
        let difference = matches("a\nb\n", "a\nc\n", &[]).unwrap_err();
        assert_eq!(difference.line, 2);
        assert!(difference.to_string().contains("recorded: b"));
    }

    #[test]
    fn a_shorter_text_differs() {
        assert_eq!(matches("a\nb\n", "a\n", &[]).unwrap_err().fresh, None);
        assert_eq!(matches("a\n", "a\nb\n", &[]).unwrap_err().recorded, None);
    }
}

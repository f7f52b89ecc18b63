//! The regions of memory in a transcript, and what is said of them.

use regex::Regex;

/// A region as the monitor's command `boot` prints it: start, end, size and kind.
const REGION: &str = r"(?m)^ +0x([0-9a-f]+) +0x([0-9a-f]+) +[0-9]+ KiB +(\S.*?) *$";

/// Why a memory map cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MapError {
    #[error(
        "transcript {0} lists no memory, in lines such as `0x100000 0x200000 1024 KiB Usable`: record one in which the monitor is told `boot`"
    )]
    NoRegions(String),
    #[error("transcript {name}: `{line}` is no region: its end has to come after its start")]
    Region { name: String, line: String },
}

/// A region of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) kind: String,
}

impl Region {
    /// The colour of its kind, legible on light and dark pages.
    pub(super) fn colour(&self) -> &'static str {
        match self.kind.as_str() {
            "Usable" => "#4f9a63",
            "Bootloader" => "#4a86c5",
            _ => "#cf8a3a",
        }
    }
}

/// The regions in a transcript, by address.
pub(super) fn regions(name: &str, text: &str) -> Result<Vec<Region>, MapError> {
    let none = || MapError::NoRegions(name.to_owned());
    let lines = Regex::new(REGION).map_err(|_| none())?;
    let region = |found: regex::Captures<'_>| {
        let number = |digits: &str| u64::from_str_radix(digits, 16).ok();
        let (line, [start, end, kind]) = found.extract();
        let region = number(start).zip(number(end)).map(|(start, end)| Region {
            start,
            end,
            kind: kind.to_owned(),
        });
        let region = region.filter(|region| region.start < region.end);
        region.ok_or_else(|| MapError::Region {
            name: name.to_owned(),
            line: line.trim().to_owned(),
        })
    };
    let mut regions: Vec<_> = lines
        .captures_iter(text)
        .map(region)
        .collect::<Result<_, _>>()?;
    if regions.is_empty() {
        return Err(none());
    }
    regions.sort_by_key(|region| region.start);
    Ok(regions)
}

/// The kinds that have a colour; of more than two, that there are others.
pub(super) fn names(regions: &[Region], colour: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for region in regions.iter().filter(|region| region.colour() == colour) {
        if !names.contains(&region.kind.as_str()) {
            names.push(&region.kind);
        }
    }
    match names[..] {
        [first, _, _, ..] => format!("{first} and others"),
        _ => names.join(", "),
    }
}

/// All regions and gaps in words.
pub(super) fn details(regions: &[Region]) -> String {
    let mut known = 0;
    let mut parts = Vec::new();
    for Region { start, end, kind } in regions {
        if *start > known {
            parts.push(format!("{known:#x} to {start:#x}: a gap"));
        }
        parts.push(format!("{start:#x} to {end:#x}: {kind}"));
        known = known.max(*end);
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "cairn> boot
kernel           0x200000, 240 KiB
memory:
           0x0      0x9fc00        639 KiB  Usable
      0xf0000     0x100000         64 KiB  UnknownBios(2)
      0x100000     0x8000000     130048 KiB  Usable
cairn> shutdown
";

    fn region(start: u64, end: u64, kind: &str) -> Region {
        let kind = kind.to_owned();
        Region { start, end, kind }
    }

    #[test]
    fn regions_are_lines_among_others() {
        let expected = [
            region(0, 0x9fc00, "Usable"),
            region(0xf0000, 0x10_0000, "UnknownBios(2)"),
            region(0x10_0000, 0x800_0000, "Usable"),
        ];
        assert_eq!(regions("boot", TEXT).unwrap(), expected);
    }

    #[test]
    fn what_lists_no_memory_is_refused() {
        let none = regions("boot", "cairn> boot\nmemory:\n").unwrap_err();
        assert_eq!(none, MapError::NoRegions("boot".into()));
        let backwards = TEXT.replace("0x9fc00", "0x0");
        let error = regions("boot", &backwards).unwrap_err();
        assert!(matches!(error, MapError::Region { .. }), "{error}");
        let endless = TEXT.replace("0x9fc00", "0x10000000000000000");
        assert!(regions("boot", &endless).is_err());
    }

    #[test]
    fn gaps_are_in_the_words_as_well() {
        let words = details(&regions("boot", TEXT).unwrap());
        assert_eq!(
            words,
            "0x0 to 0x9fc00: Usable; 0x9fc00 to 0xf0000: a gap; 0xf0000 to 0x100000: UnknownBios(2); 0x100000 to 0x8000000: Usable"
        );
    }
}

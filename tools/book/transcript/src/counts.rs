//! The recorded counts, `benches/counts.toml`: a header, then how many instructions the kernel's paths took.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// What has an influence on the counts, besides the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// QEMU's version.
    pub qemu: String,
    /// The firmware and its version.
    pub firmware: String,
    /// The compiler's version.
    pub rustc: String,
}

/// What the cases of `cargo bench` have counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// What counted.
    pub versions: Versions,
    /// Names and numbers, in the order of the program.
    pub counts: Vec<(String, u64)>,
}

/// The file cannot be read as counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the recorded counts cannot be read: {0}; record them anew with `cargo xtask bench --accept`"
)]
pub struct CountsError(String);

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    qemu: String,
    firmware: String,
    rustc: String,
    counts: BTreeMap<Spanned<String>, u64>,
}

impl Counts {
    /// Where the file lies in the repository, with slashes.
    pub const PATH: &str = "benches/counts.toml";

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, CountsError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line(text, span.start));
            CountsError(format!("line {line}: {}", error.message()))
        })?;
        // A table forgets the order of its lines.
        let mut counts: Vec<_> = file.counts.into_iter().collect();
        counts.sort_by_key(|(name, _)| name.span().start);
        let counts = counts.into_iter();
        Ok(Self {
            versions: Versions {
                qemu: file.qemu,
                firmware: file.firmware,
                rustc: file.rustc,
            },
            counts: counts
                .map(|(name, number)| (name.into_inner(), number))
                .collect(),
        })
    }
}

/// The line, from 1, of a byte.
fn line(text: &str, byte: usize) -> usize {
    let before = text.bytes().take(byte);
    before.filter(|byte| *byte == b'\n').count() + 1
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            qemu,
            firmware,
            rustc,
        } = self;
        write!(f, "QEMU {qemu}, {firmware} and rustc {rustc}")
    }
}

impl fmt::Display for Counts {
    /// The file's content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| toml::Value::from(text);
        writeln!(f, "# Recorded by `cargo xtask bench --accept`.")?;
        writeln!(f, "qemu = {}", quoted(&self.versions.qemu))?;
        writeln!(f, "firmware = {}", quoted(&self.versions.firmware))?;
        writeln!(f, "rustc = {}", quoted(&self.versions.rustc))?;
        writeln!(f, "\n[counts]")?;
        for (name, number) in &self.counts {
            writeln!(f, "{} = {number}", quoted(name))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Counts {
        Counts {
            versions: Versions {
                qemu: "7.2.22".into(),
                firmware: "qboot.rom 0123456789ab".into(),
                rustc: "1.95.0 (0123 2026-04-14)".into(),
            },
            counts: [("nothing", 4), ("lock and unlock", 17), ("Vec::push", 0)]
                .map(|(name, number)| (name.to_owned(), number))
                .into(),
        }
    }

    #[test]
    fn written_and_read_again_in_order() {
        let file = counts().to_string();
        assert_eq!(Counts::parse(&file).unwrap(), counts());
        assert_eq!(
            Counts::parse(&file.replace('\n', "\r\n")).unwrap(),
            counts()
        );
    }

    #[track_caller]
    fn refused(from: &str, to: &str, words: &str) {
        let file = counts().to_string();
        assert!(file.contains(from), "{file}");
        let error = Counts::parse(&file.replace(from, to)).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(words), "{message}");
        assert!(message.contains("cargo xtask bench --accept"), "{message}");
    }

    #[test]
    fn malformed_files_are_refused() {
        refused("= 17", "= \"many\"", "line 8: invalid type");
        refused("= 17", "= -17", "line 8: ");
        refused("= 17", "= 1.7", "line 8: invalid type");
        refused(
            "\"nothing\"",
            "\"lock and unlock\"",
            "line 8: duplicate key",
        );
        refused("rustc = ", "cc = ", "unknown field `cc`");
        refused("qemu = \"7.2.22\"\n", "", "missing field `qemu`");
        refused("[counts]", "", "unknown field");
        refused("[counts]", "[counts", "line 6: ");
    }
}

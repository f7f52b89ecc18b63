//! `[[transcript]]` in `chapter.toml`.

use regex_lite::{Regex, RegexBuilder};
use serde::Deserialize;
use weave::edit::Edit;

/// One declared transcript or screenshot.
///
/// ```toml
/// [[transcript]]
/// name = "halt"                      # file name under transcripts/, without its ending
/// step = "boot.3"                    # the stopping point whose tree is booted
/// command = "cargo run"              # shown as the first line
/// boot = "direct"                    # direct | bios | uefi; direct when left out
/// kind = "text"                      # text | screen; text when left out
/// edit = [{ path = "src/main.rs", find = "old", replace = "new" }]   # what is changed before the boot
/// mask = ['0x[0-9a-f]+']             # what may differ from boot to boot
/// input = "help\n"                   # what the command gets on standard input
/// keys = "h i ret"                   # screen only: keys that are pressed once the kernel is ready
/// until = '^> $'                     # screen only: what the serial line has to say before the picture is taken
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// File name under `transcripts/` without its ending; what a page names.
    pub name: String,
    /// The stopping point whose woven tree is booted: `boot.3`.
    pub step: String,
    /// The command that a reader types to see the same; shown above the text.
    pub command: String,
    /// The way to boot: `direct`, `bios` or `uefi`.
    #[serde(default = "direct")]
    pub boot: String,
    /// What is recorded.
    #[serde(default)]
    pub kind: Kind,
    /// What is changed in the tree before it is booted.
    #[serde(default)]
    pub edit: Vec<Edit>,
    /// Regular expressions for what may differ between two boots.
    #[serde(default)]
    pub mask: Vec<String>,
    /// What the command gets on standard input; the guest gets it once it is ready.
    #[serde(default)]
    pub input: Option<String>,
    /// Keys that are pressed one after the other once the kernel is ready, named as in QEMU's `sendkey`.
    #[serde(default)]
    pub keys: Option<String>,
    /// A regular expression for what the serial line has to say before the picture is taken; `^` and `$` match at line ends.
    #[serde(default)]
    pub until: Option<String>,
}

/// What is recorded of a boot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What the serial line said: `NAME.txt`.
    #[default]
    Text,
    /// What the screen showed: `NAME.png`, with its header in `NAME.toml`.
    Screen,
}

/// Why a `[[transcript]]` table was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeclaredError {
    /// A field is missing, unknown or of another type.
    #[error("[[transcript]]: {0}")]
    Shape(String),
    /// The name cannot be a file name on every host.
    #[error(
        "[[transcript]] name = \"{0}\": use lower-case letters, digits and hyphens only, since it is a file name"
    )]
    Name(String),
    /// The way to boot is not one of the three.
    #[error("[[transcript]] {name}: boot = \"{boot}\" is not one of direct, bios, uefi")]
    Boot {
        /// The transcript's name.
        name: String,
        /// What was written.
        boot: String,
    },
    /// A text has what only a picture needs, or the other way round.
    #[error("[[transcript]] {name}: {field} is for kind = \"{kind}\"")]
    OtherKind {
        /// The transcript's name.
        name: String,
        /// The field.
        field: &'static str,
        /// The kind that it is for.
        kind: &'static str,
    },
    /// A mask, or `until`, is not a regular expression.
    #[error("[[transcript]] {name}: {pattern} is not a regular expression: {reason}")]
    Pattern {
        /// The transcript's name.
        name: String,
        /// What was written.
        pattern: String,
        /// What the regex library says.
        reason: String,
    },
}

impl Declared {
    /// Reads one `[[transcript]]` table and checks its name, its way to boot and its masks.
    pub fn from_table(table: &toml::Table) -> Result<Self, DeclaredError> {
        let declared: Self = table
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| DeclaredError::Shape(error.message().to_owned()))?;
        declared.check_name()?;
        declared.check_boot()?;
        declared.check_kind()?;
        declared.masks()?;
        declared.until()?;
        Ok(declared)
    }

    /// The command as a reader types it in a shell, with the input piped into it.
    pub fn typed(&self) -> String {
        match &self.input {
            None => self.command.clone(),
            Some(input) => format!("printf '{}' | {}", escaped(input), self.command),
        }
    }

    /// The masks, compiled.
    pub fn masks(&self) -> Result<Vec<Regex>, DeclaredError> {
        self.mask
            .iter()
            .map(|mask| self.compiled(mask, &RegexBuilder::new(mask)))
            .collect()
    }

    /// What the serial line has to say before the picture is taken, compiled.
    pub fn until(&self) -> Result<Option<Regex>, DeclaredError> {
        let compiled = |until: &String| {
            let mut builder = RegexBuilder::new(until);
            self.compiled(until, builder.multi_line(true))
        };
        self.until.as_ref().map(compiled).transpose()
    }

    fn compiled(&self, pattern: &str, builder: &RegexBuilder) -> Result<Regex, DeclaredError> {
        builder.build().map_err(|error| DeclaredError::Pattern {
            name: self.name.clone(),
            pattern: pattern.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The recorded file's name under `transcripts/`.
    pub fn file_name(&self) -> String {
        match self.kind {
            Kind::Text => format!("{}.txt", self.name),
            Kind::Screen => format!("{}.png", self.name),
        }
    }

    fn check_name(&self) -> Result<(), DeclaredError> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || !self.name.chars().all(fits) {
            return Err(DeclaredError::Name(self.name.clone()));
        }
        Ok(())
    }

    fn check_kind(&self) -> Result<(), DeclaredError> {
        let of_other_kind = match self.kind {
            Kind::Text => [
                ("keys", self.keys.is_some()),
                ("until", self.until.is_some()),
            ],
            Kind::Screen => [("mask", !self.mask.is_empty()), ("", false)],
        };
        let kind = if self.kind == Kind::Text {
            "screen"
        } else {
            "text"
        };
        match of_other_kind.into_iter().find(|(_, is_there)| *is_there) {
            Some((field, _)) => Err(DeclaredError::OtherKind {
                name: self.name.clone(),
                field,
                kind,
            }),
            None => Ok(()),
        }
    }

    fn check_boot(&self) -> Result<(), DeclaredError> {
        if ["direct", "bios", "uefi"].contains(&self.boot.as_str()) {
            return Ok(());
        }
        Err(DeclaredError::Boot {
            name: self.name.clone(),
            boot: self.boot.clone(),
        })
    }
}

/// Text between the quotes of the shell command `printf '…'`.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for (index, character) in text.chars().enumerate() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\\' => escaped.push_str("\\\\"),
            '%' => escaped.push_str("%%"),
            '\'' => escaped.push_str("'\\''"),
            // Here a hyphen would begin an option.
            '-' if index == 0 => escaped.push_str("\\055"),
            control if control.is_ascii_control() => {
                escaped.push_str(&format!("\\{:03o}", u32::from(control)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn direct() -> String {
    "direct".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Declared, DeclaredError> {
        Declared::from_table(&text.parse().unwrap())
    }

    #[test]
    fn the_least_declaration() {
        let declared = read("name = 'halt'\nstep = 'boot.3'\ncommand = 'cargo run'").unwrap();
        assert_eq!(
            (declared.boot.as_str(), declared.kind),
            ("direct", Kind::Text)
        );
        assert_eq!(declared.file_name(), "halt.txt");
    }

    #[test]
    fn input_is_typed_for_a_shell() {
        let base = "name = 'help'\nstep = 'boot.3'\ncommand = 'cargo run'\n";
        assert_eq!(read(base).unwrap().typed(), "cargo run");
        let declared = read(&format!("{base}input = \"-a\\n'100%'\\t\\\\\\u007f\\n\"")).unwrap();
        assert_eq!(
            declared.typed(),
            r"printf '\055a\n'\''100%%'\''\t\\\177\n' | cargo run"
        );
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let base = "name = 'halt'\nstep = 'boot.3'\ncommand = 'cargo run'\n";
        for (text, part) in [
            ("name = 'halt'\nstep = 'boot.3'".to_owned(), "command"),
            (format!("{base}colour = 1"), "colour"),
            (format!("{base}boot = 'tape'"), "direct, bios, uefi"),
            (format!("{base}mask = ['(']"), "regular expression"),
            (
                format!("{base}keys = 'ret'"),
                "keys is for kind = \"screen\"",
            ),
            (
                format!("{base}kind = 'screen'\nmask = ['x']"),
                "mask is for kind = \"text\"",
            ),
            (
                format!("{base}kind = 'screen'\nuntil = '('"),
                "regular expression",
            ),
            (base.replace("halt", "../halt"), "file name"),
        ] {
            let message = read(&text).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}

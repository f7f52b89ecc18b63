//! Colours for listings: a small scanner that knows comments, strings, numbers and words.
//!
//! It runs when the book is built, since a listing is lines of several kinds and a script in the browser colours only
//! whole blocks. The classes are those of mdBook's own themes.

/// A language as far as the scanner cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Toml,
    LinkerScript,
    Plain,
}

impl Language {
    pub(crate) fn of_path(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("rs") => Self::Rust,
            Some("toml" | "lock") => Self::Toml,
            Some("ld" | "lds") => Self::LinkerScript,
            _ => Self::Plain,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Toml => "toml",
            Self::LinkerScript => "linker-script",
            Self::Plain => "text",
        }
    }

    fn keywords(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &[
                "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else",
                "enum", "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match",
                "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct",
                "super", "trait", "true", "type", "union", "unsafe", "use", "where", "while",
            ],
            Self::Toml => &["true", "false"],
            Self::LinkerScript => &[
                "ALIGN",
                "ASSERT",
                "AT",
                "ENTRY",
                "FLAGS",
                "KEEP",
                "LOADADDR",
                "MEMORY",
                "OUTPUT_FORMAT",
                "PHDRS",
                "PROVIDE",
                "SECTIONS",
                "SIZEOF",
            ],
            Self::Plain => &[],
        }
    }
}

/// The text as HTML, line by line. Spans never cross a line end.
pub(crate) fn lines(language: Language, text: &str) -> Vec<String> {
    let mut output = Output::default();
    let mut rest = text;
    let mut previous = "";
    while !rest.is_empty() {
        let (length, class) = token(language, rest, previous);
        let (token, after) = rest.split_at(length);
        output.push(token, class);
        if !token.trim().is_empty() {
            previous = token;
        }
        rest = after;
    }
    output.lines
}

/// Text made safe inside an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

struct Output {
    lines: Vec<String>,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            lines: vec![String::new()],
        }
    }
}

impl Output {
    fn push(&mut self, token: &str, class: Option<&str>) {
        for (index, part) in token.split('\n').enumerate() {
            if index > 0 {
                self.lines.push(String::new());
            }
            let (Some(line), false) = (self.lines.last_mut(), part.is_empty()) else {
                continue;
            };
            match class {
                Some(class) => line.push_str(&format!(
                    "<span class=\"hljs-{class}\">{}</span>",
                    escape(part)
                )),
                None => line.push_str(&escape(part)),
            }
        }
    }
}

type Token = (usize, Option<&'static str>);

/// Length and class of the token at the beginning of the text.
fn token(language: Language, text: &str, previous: &str) -> Token {
    let first = text.chars().next().unwrap_or(' ');
    if language == Language::Plain {
        return (text.len(), None);
    }
    if let Some(length) = comment(language, text) {
        return (length, Some("comment"));
    }
    if let Some(length) = string(language, text) {
        return (length, Some("string"));
    }
    if language == Language::Rust && (text.starts_with("#[") || text.starts_with("#![")) {
        return (attribute(text), Some("built_in"));
    }
    if first.is_ascii_digit() {
        return (
            run(text, |c| c.is_ascii_alphanumeric() || c == '_'),
            Some("number"),
        );
    }
    if first.is_alphabetic() || first == '_' {
        return word(language, text, previous);
    }
    if language == Language::Toml && first == '[' && at_line_start(previous) {
        return (text.find('\n').unwrap_or(text.len()), Some("title"));
    }
    (first.len_utf8(), None)
}

fn comment(language: Language, text: &str) -> Option<usize> {
    let line = || text.find('\n').unwrap_or(text.len());
    match language {
        Language::Toml => text.starts_with('#').then(line),
        Language::Rust if text.starts_with("//") => Some(line()),
        Language::Plain => None,
        _ if text.starts_with("/*") => Some(text[2..].find("*/").map_or(text.len(), |end| end + 4)),
        _ => None,
    }
}

fn string(language: Language, text: &str) -> Option<usize> {
    match language {
        Language::Rust => raw_string(text)
            .or_else(|| character(text))
            .or_else(|| quoted(text)),
        Language::Toml if text.starts_with("\"\"\"") => delimited(text, 3, "\"\"\""),
        Language::Toml if text.starts_with("'''") => delimited(text, 3, "'''"),
        Language::Toml if text.starts_with('\'') => delimited(text, 1, "'"),
        _ => quoted(text),
    }
}

fn delimited(text: &str, open: usize, close: &str) -> Option<usize> {
    Some(
        text[open..]
            .find(close)
            .map_or(text.len(), |end| open + end + close.len()),
    )
}

/// `"…"` with escapes, and Rust's `b"…"` and `c"…"`.
fn quoted(text: &str) -> Option<usize> {
    let open = if text.starts_with('"') {
        1
    } else if text.starts_with("b\"") || text.starts_with("c\"") {
        2
    } else {
        return None;
    };
    let mut escaped = false;
    for (index, c) in text[open..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(open + index + 1),
            _ => {}
        }
    }
    Some(text.len())
}

fn raw_string(text: &str) -> Option<usize> {
    let rest = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].strip_prefix('"')?;
    let open = text.len() - rest.len() + hashes + 1;
    delimited(text, open, &format!("\"{}", "#".repeat(hashes)))
}

/// A character literal, and not a lifetime.
fn character(text: &str) -> Option<usize> {
    let prefix = usize::from(text.starts_with("b'"));
    let body = text[prefix..].strip_prefix('\'')?;
    let mut chars = body.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        return body[1..]
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '\'')
            .map(|(index, _)| prefix + index + 3);
    }
    let (end, close) = chars.next()?;
    (close == '\'').then_some(prefix + end + 2)
}

fn attribute(text: &str) -> usize {
    let mut depth = 0;
    for (index, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 1 => return index + 1,
            ']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

fn word(language: Language, text: &str, previous: &str) -> Token {
    let length = run(text, |c| {
        c.is_alphanumeric() || c == '_' || (language == Language::Toml && c == '-')
    });
    let (word, after) = text.split_at(length);
    let class = if language.keywords().contains(&word) {
        Some("keyword")
    } else if language == Language::Toml {
        after
            .trim_start_matches([' ', '.'])
            .starts_with('=')
            .then_some("attr")
    } else if matches!(
        previous,
        "fn" | "struct" | "enum" | "trait" | "mod" | "union"
    ) && language == Language::Rust
    {
        Some("title")
    } else if language == Language::Rust && after.starts_with('!') && !after.starts_with("!=") {
        return (length + 1, Some("built_in"));
    } else {
        None
    };
    (length, class)
}

fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

fn at_line_start(previous: &str) -> bool {
    !matches!(previous, "=" | "," | "[" | "{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: &str) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in line.chars() {
            match c {
                '<' => inside = true,
                '>' if inside => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    }

    #[test]
    fn nothing_is_lost() {
        let text = "//! Doc & <b>\n#![no_std]\nfn a<'a>(x: &'a str) -> char {\n    /* long\n\n comment */ r#\"raw \" x\n\"# ; '\\'' ; 'c'; b'\\n'; 0xFF_u8 != x\n}\n\"open";
        for language in [
            Language::Rust,
            Language::Toml,
            Language::LinkerScript,
            Language::Plain,
        ] {
            let lines: Vec<_> = lines(language, text)
                .iter()
                .map(|line| plain(line))
                .collect();
            assert_eq!(lines.join("\n"), text, "{language:?}");
        }
    }

    #[test]
    fn rust_is_coloured() {
        let line = lines(Language::Rust, "pub fn main<'a>() { panic!(\"x\") } // end").remove(0);
        for part in [
            "<span class=\"hljs-keyword\">pub</span>",
            "<span class=\"hljs-title\">main</span>&lt;'",
            "<span class=\"hljs-built_in\">panic!</span>",
            "<span class=\"hljs-string\">&quot;x&quot;</span>",
            "<span class=\"hljs-comment\">// end</span>",
        ] {
            assert!(line.contains(part), "{part} in {line}");
        }
    }

    #[test]
    fn a_string_over_lines_is_closed_on_each() {
        let lines = lines(Language::Rust, "asm!(\"one\n\ntwo\")");
        assert_eq!(lines[1], "");
        assert!(lines[2].starts_with("<span class=\"hljs-string\">two"));
    }
}

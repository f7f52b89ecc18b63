//! Comments and literals of a file, so that a mark in a string is none and a string keeps its blank lines.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

/// What kind of comments a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Toml,
    Linker,
    Assembly,
}

impl Language {
    /// The language of a path; `None` where no mark can stand.
    pub fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "rs" => Some(Self::Rust),
            "toml" => Some(Self::Toml),
            "ld" => Some(Self::Linker),
            "s" | "S" => Some(Self::Assembly),
            _ => None,
        }
    }

    /// How a comment that can be a mark begins.
    pub fn comment(self) -> &'static str {
        match self {
            Self::Rust | Self::Assembly => "//",
            Self::Toml => "#",
            Self::Linker => "/*",
        }
    }

    /// How a mark of `name` is written.
    pub fn mark(self, name: &str) -> String {
        let end = if self == Self::Linker { " */" } else { "" };
        format!("{} [{name}]{end}", self.comment())
    }
}

/// A comment: its bytes and its text without what delimits it.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    pub bytes: Range<usize>,
    pub text: String,
}

/// What was found in a file, in order.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Comments in which marks are looked for.
    pub comments: Vec<Comment>,
    /// Literals and all other comments.
    pub opaque: Vec<Range<usize>>,
    /// Where each token of Rust begins.
    pub tokens: Vec<usize>,
    /// The positions of commas in Rust.
    pub commas: Vec<usize>,
}

/// Comments and literals of a language other than Rust.
pub(crate) fn plain(text: &str, language: Language) -> Scan {
    let (line, block, quotes): (&str, bool, &[&str]) = match language {
        Language::Toml => ("#", false, &["\"\"\"", "'''", "\"", "'"]),
        Language::Linker => ("", true, &["\""]),
        Language::Assembly | Language::Rust => ("//", true, &["\""]),
    };
    let mut scan = Scan::default();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let quote = quotes.iter().find(|quote| rest.starts_with(**quote));
        at += if !line.is_empty() && rest.starts_with(line) {
            let length = rest.find('\n').unwrap_or(rest.len());
            scan.comment(at..at + length, &rest[line.len()..length]);
            length
        } else if block && rest.starts_with("/*") {
            let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            scan.comment(at..at + length, rest[2..length].trim_end_matches("*/"));
            length
        } else if let Some(quote) = quote {
            let length = literal(rest, quote);
            scan.opaque.push(at..at + length);
            length
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    scan
}

/// The length of the literal that `rest` begins with.
fn literal(rest: &str, quote: &str) -> usize {
    let escapes = quote.starts_with('"');
    let mut at = quote.len();
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with(quote) {
            return at + quote.len();
        }
        if quote.len() == 1 && here.starts_with('\n') {
            return at;
        }
        let mut chars = here.chars();
        let first = chars.next().map_or(1, char::len_utf8);
        let second = chars.next().map_or(0, char::len_utf8);
        at += if escapes && here.starts_with('\\') {
            first + second
        } else {
            first
        };
    }
    rest.len()
}

/// The tokens of Rust text, or the line and message of what is wrong.
pub(crate) fn tokens(text: &str) -> Result<TokenStream, (usize, String)> {
    text.parse().map_err(|error: proc_macro2::LexError| {
        let message =
            "no Rust from here on: a bracket, string or character is not closed or not opened";
        (error.span().start().line, message.to_string())
    })
}

/// Comments, literals and tokens of Rust: comments are what lies between tokens.
pub(crate) fn rust(text: &str, tokens: &TokenStream) -> Scan {
    let mut scan = Scan::default();
    let mut places = Vec::new();
    scan.collect(tokens.clone(), &mut places);
    places.push(text.len()..text.len());
    let mut at = 0;
    for place in places {
        if at < place.start {
            scan.gap(text, at..place.start);
        }
        at = at.max(place.end);
    }
    scan.opaque.sort_by_key(|range| range.start);
    scan
}

impl Scan {
    fn comment(&mut self, bytes: Range<usize>, text: &str) {
        self.comments.push(Comment {
            bytes,
            text: text.to_string(),
        });
    }

    fn collect(&mut self, tokens: TokenStream, places: &mut Vec<Range<usize>>) {
        for token in tokens {
            let bytes = token.span().byte_range();
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = (
                        group.span_open().byte_range(),
                        group.span_close().byte_range(),
                    );
                    self.tokens.push(open.start);
                    places.push(open);
                    self.collect(group.stream(), places);
                    self.tokens.push(close.start);
                    places.push(close);
                }
                other => {
                    if matches!(&other, TokenTree::Punct(punct) if punct.as_char() == ',') {
                        self.commas.push(bytes.start);
                    }
                    if matches!(other, TokenTree::Literal(_)) {
                        self.opaque.push(bytes.clone());
                    }
                    self.tokens.push(bytes.start);
                    places.push(bytes);
                }
            }
        }
    }

    /// The comments between two tokens.
    fn gap(&mut self, text: &str, gap: Range<usize>) {
        let mut at = gap.start;
        while at < gap.end {
            let rest = &text[at..gap.end];
            at += if rest.starts_with("//") {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.comment(at..at + length, &rest[2..length]);
                length
            } else if rest.starts_with("/*") {
                let length = nested(rest);
                self.opaque.push(at..at + length);
                length
            } else {
                rest.chars().next().map_or(1, char::len_utf8)
            };
        }
    }
}

/// The length of the nested block comment that `rest` begins with.
fn nested(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scan: &Scan) -> Vec<&str> {
        scan.comments
            .iter()
            .map(|comment| comment.text.trim())
            .collect()
    }

    #[test]
    fn rust_literals_hold_no_comments() {
        let text = "//! [a]\nconst S: &str = \"// [b]\"; // [c]\nconst R: &str = r#\"\n// [d]\n\"#; /* // [e] /* */ */ fn f<'a>() { ';'; '\"'; } // [f]";
        let scan = rust(text, &text.parse().expect("tokens"));
        assert_eq!(texts(&scan), ["[c]", "[f]"]);
    }

    #[test]
    fn offsets_count_bytes() {
        let text = "/// Grüße\nconst C: &str = \"→\"; // [a] ü\nfn f() {} // [b]\n";
        let scan = rust(text, &tokens(text).expect("tokens"));
        let shown: Vec<_> = scan
            .comments
            .iter()
            .map(|comment| &text[comment.bytes.clone()])
            .collect();
        assert_eq!(shown, ["// [a] ü", "// [b]"]);
    }

    #[test]
    fn toml_strings_hold_no_comments() {
        let text = "a = \"# [b] \\\" # [c]\" # [d]\nb = '''\n# [e]\n''' # [f]\nc = '\\' # [g]\n";
        assert_eq!(texts(&plain(text, Language::Toml)), ["[d]", "[f]", "[g]"]);
    }

    #[test]
    fn linker_comments_are_blocks() {
        let text = "/* [a] */\n\nSECTIONS { \"/* [b] */\" : { *(.x) } /* [c] */\n}\n";
        assert_eq!(texts(&plain(text, Language::Linker)), ["[a]", "[c]"]);
    }
}

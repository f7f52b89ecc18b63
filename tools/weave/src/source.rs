//! One annotated file: its lines, when each is active, and what is left of it at a point.

use crate::error::{At, Error, Fault};
use crate::modules::{self, ModuleLine};
use crate::point::{Moment, Names, Point, Span};
use crate::region::{self, Place, Region};
use crate::scan::{self, Language, Scan};

/// An annotated file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it lies in the repository.
    pub origin: String,
    /// The moment and line of its file mark.
    pub file_mark: Option<(Moment, usize)>,
    pub lines: Vec<Line>,
    pub modules: Vec<ModuleLine>,
    pub regions: Vec<Region>,
}

/// A line of an annotated file.
#[derive(Debug)]
pub(crate) struct Line {
    /// The line without its mark; of an old line, the line that was.
    pub text: String,
    pub kind: Kind,
    pub span: Span,
    /// It begins inside a literal or a comment, so a blank one is no layout.
    pub inside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Final,
    /// A line of the final source with a mark behind it.
    Marked,
    /// Nothing but a mark.
    Mark,
    Old,
}

/// What is left of a file at a point.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    pub text: String,
    /// For each line of `text`, its line in the annotated file.
    pub origins: Vec<usize>,
}

impl Source {
    /// Reads the marks of a file. What is wrong goes to `errors`, and the file without those marks comes back.
    pub fn parse(
        origin: &str,
        text: &str,
        language: Language,
        names: &Names,
        errors: &mut Vec<Error>,
    ) -> Self {
        let fault = |line, fault| Error::at(At::new(origin, line), fault);
        let mut source = Self::plain(origin, text);
        let syntax = match language {
            Language::Rust => match rust(text) {
                Ok(syntax) => Some(syntax),
                Err((line, message)) => {
                    errors.push(fault(line, Fault::Syntax { message }));
                    return source;
                }
            },
            _ => None,
        };
        let plain;
        let (scan, file) = match &syntax {
            Some((scan, file)) => (scan, Some(file)),
            None => {
                plain = scan::plain(text, language);
                (&plain, None)
            }
        };
        let place = Place::new(text, scan, file);
        let mut faults = Vec::new();
        source.regions = region::find(&place, names, &mut source, &mut faults);
        source.note_literals(text, scan);
        source.apply_regions();
        if let Some(file) = file {
            source.modules = modules::lines_of(file, &source.lines);
        }
        source.check_old_rows(&mut faults);
        errors.extend(faults.into_iter().map(|(line, what)| fault(line, what)));
        source
    }

    /// A file without marks.
    pub fn plain(origin: &str, text: &str) -> Self {
        let line = |text: &str| Line {
            text: text.to_string(),
            kind: Kind::Final,
            span: Span::ALWAYS,
            inside: false,
        };
        let lines = text.lines().map(line).collect();
        Self {
            origin: origin.to_string(),
            file_mark: None,
            lines,
            modules: Vec::new(),
            regions: Vec::new(),
        }
    }

    fn note_literals(&mut self, text: &str, scan: &Scan) {
        for bytes in scan
            .opaque
            .iter()
            .filter(|bytes| text[(*bytes).clone()].contains('\n'))
        {
            let first = crate::files::line_of(text, bytes.start);
            let last = crate::files::line_of(text, bytes.end);
            for line in self.lines.iter_mut().take(last).skip(first) {
                line.inside = true;
            }
        }
    }

    fn apply_regions(&mut self) {
        for region in &self.regions {
            for line in &mut self.lines[region.first - 1..region.last] {
                line.span = line.span.and(region.span);
            }
        }
    }

    fn check_old_rows(&self, faults: &mut Vec<(usize, Fault)>) {
        let (mut start, mut count) = (0, 0);
        let end = Line {
            text: String::new(),
            kind: Kind::Final,
            span: Span::ALWAYS,
            inside: false,
        };
        for (index, line) in self.lines.iter().chain([&end]).enumerate() {
            match line.kind {
                Kind::Old if count == 0 => (start, count) = (index + 1, 1),
                Kind::Old => count += 1,
                Kind::Mark => {}
                Kind::Final | Kind::Marked => {
                    if count > 3 {
                        faults.push((start, Fault::ManyOldLines { count }));
                    }
                    count = 0;
                }
            }
        }
    }

    /// Refuses marks that the file's own stretch makes useless.
    pub fn check_stretch(&self, stretch: Span, names: &Names, errors: &mut Vec<Error>) {
        for region in &self.regions {
            let holder = if region.nested {
                Span {
                    from: region.span.from,
                    ..stretch
                }
            } else {
                stretch
            };
            if let Err(fault) = region.fits(holder, region.nested, names) {
                errors.push(Error::at(At::new(&self.origin, region.mark), fault));
            }
        }
    }

    /// What is left at `point`, blank runs made one, none at the ends.
    pub fn cut(&self, point: Point) -> Cut {
        let mut cut = Cut::default();
        let mut blank = true;
        for (index, line) in self.lines.iter().enumerate() {
            if line.kind == Kind::Mark || !line.span.holds(point) {
                continue;
            }
            let empty = line.text.trim().is_empty() && !line.inside;
            if empty && blank {
                continue;
            }
            blank = empty;
            cut.push(&line.text, index + 1);
        }
        if blank && cut.text.ends_with("\n\n") {
            cut.text.pop();
            cut.origins.pop();
        }
        cut
    }

    /// What is left at `point`, each line where it stands in the annotated file.
    pub fn keep(&self, point: Point) -> String {
        let mut text = String::new();
        for line in &self.lines {
            if line.kind != Kind::Mark && line.span.holds(point) {
                text.push_str(&line.text);
            }
            text.push('\n');
        }
        text
    }

    /// Whether any line carries a mark.
    pub fn has_marks(&self) -> bool {
        self.file_mark.is_some() || self.lines.iter().any(|line| line.kind != Kind::Final)
    }
}

impl Cut {
    fn push(&mut self, line: &str, origin: usize) {
        self.text.push_str(line);
        self.text.push('\n');
        self.origins.push(origin);
    }

    /// The line in the annotated file of a line of the text.
    pub fn origin(&self, line: usize) -> usize {
        self.origins
            .get(line.saturating_sub(1))
            .or(self.origins.last())
            .copied()
            .unwrap_or(1)
    }
}

/// The tokens and the syntax tree of Rust text, or the line and message of what is wrong.
fn rust(text: &str) -> Result<(Scan, syn::File), (usize, String)> {
    let tokens = scan::tokens(text)?;
    let scan = scan::rust(text, &tokens);
    let file = syn::parse2(tokens)
        .map_err(|error: syn::Error| (error.span().start().line, error.to_string()))?;
    Ok((scan, file))
}

//! Regions: the lines that a mark governs.

use crate::error::Fault;
use crate::extent::Extents;
use crate::files::line_of;
use crate::mark::{self, Mark, Name};
use crate::point::{Moment, Names, Span};
use crate::scan::{Comment, Scan};
use crate::source::{Kind, Source};

/// The lines that one mark governs, and when they are there.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    /// The mark's line.
    pub mark: usize,
    pub first: usize,
    pub last: usize,
    pub span: Span,
    /// It is an old line.
    pub old: bool,
    /// It lies inside another one.
    pub nested: bool,
}

impl Region {
    /// Whether the region says something new inside what is there during `holder`; `settled` where its beginning was checked.
    pub fn fits(&self, holder: Span, settled: bool, names: &Names) -> Result<(), Fault> {
        let Span { from, until } = self.span;
        let outlives = if self.old {
            until > holder.until
        } else {
            from >= holder.until && from < Moment::Never
        };
        if outlives || self.old && from < holder.from {
            let range = match self.old {
                true => format!("{}..{}", names.moment(from), names.moment(until)),
                false => format!("{}..", names.moment(from)),
            };
            let until = (holder.until != Moment::Never).then(|| names.moment(holder.until));
            return Err(Fault::OutsideHolder {
                range,
                from: names.moment(holder.from),
                until,
            });
        }
        if !self.old && !settled && from <= holder.from {
            return Err(Fault::NotLater {
                inner: names.moment(from),
                outer: names.moment(holder.from),
            });
        }
        Ok(())
    }
}

/// What marks are placed in: a file's text and syntax.
pub(crate) struct Place<'a> {
    text: &'a str,
    scan: &'a Scan,
    extents: Option<Extents>,
}

/// A comment on its line.
struct Spot<'a> {
    comment: &'a Comment,
    line: usize,
    before: &'a str,
    after: &'a str,
}

impl Spot<'_> {
    fn alone(&self) -> bool {
        self.before.trim().is_empty() && self.after.trim().is_empty()
    }
}

impl<'a> Place<'a> {
    pub fn new(text: &'a str, scan: &'a Scan, file: Option<&syn::File>) -> Self {
        let bracket = |comment: &Comment| comment.text.trim_start().starts_with('[');
        let marked = scan.comments.iter().any(bracket);
        Self {
            text,
            scan,
            extents: file.filter(|_| marked).map(Extents::of),
        }
    }

    fn spot(&self, comment: &'a Comment) -> Spot<'a> {
        let start = self.text[..comment.bytes.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let rest = &self.text[comment.bytes.end..];
        Spot {
            comment,
            line: line_of(self.text, comment.bytes.start),
            before: &self.text[start..comment.bytes.start],
            after: &rest[..rest.find('\n').unwrap_or(rest.len())],
        }
    }

    /// Refuses a mark where it cannot hold still.
    fn check(&self, spot: &Spot<'_>, mark: &Mark) -> Result<(), Fault> {
        let misplaced = |place, cure| Err(Fault::Misplaced { place, cure });
        if self
            .extents
            .as_ref()
            .is_some_and(|extents| extents.in_use_list(spot.comment.bytes.start))
        {
            return misplaced(
                "inside `use {…}`",
                "rustfmt moves it there; give what is marked a `use` line of its own",
            );
        }
        if spot.alone() {
            return Ok(());
        }
        if !matches!(mark, Mark::From(_)) {
            return misplaced(
                "beside code",
                "runs and old lines stand on lines of their own",
            );
        }
        if !spot.after.trim().is_empty() {
            return misplaced("before code", "put it behind the whole line");
        }
        if spot.before.trim_end().ends_with(['{', '(', '[']) {
            return misplaced(
                "behind an opening bracket",
                "rustfmt moves it; mark the item, or use a run of lines",
            );
        }
        let line_start = spot.comment.bytes.start - spot.before.len();
        let cut =
            |bytes: &std::ops::Range<usize>| bytes.start < line_start && line_start < bytes.end;
        if self.scan.opaque.iter().any(cut) {
            return misplaced(
                "behind a line that begins inside a string or comment",
                "use a run of lines",
            );
        }
        Ok(())
    }

    /// Whether a mark on line 1 stands for the file.
    fn is_file_mark(&self, spot: &Spot<'_>) -> bool {
        spot.line == 1
            && self
                .text
                .lines()
                .nth(1)
                .is_none_or(|line| line.trim().is_empty())
    }

    /// The last line of the node that begins behind a mark, and the byte at which it begins.
    fn item(&self, spot: &Spot<'_>) -> Result<(usize, usize), Fault> {
        let extents = self.extents.as_ref().ok_or(Fault::Misplaced {
            place: "above a line of a file that is not Rust",
            cure: "put it behind the line, or use a run `[slug..]` … `[..slug]`",
        })?;
        let after = spot.comment.bytes.end;
        let start = self
            .scan
            .tokens
            .iter()
            .copied()
            .find(|token| *token >= after)
            .ok_or(Fault::NothingBegins)?;
        let mut end = extents.end(start).ok_or(Fault::NothingBegins)?;
        let next = self.scan.tokens.iter().copied().find(|token| *token >= end);
        if let Some(comma) = next.filter(|next| self.scan.commas.contains(next)) {
            end = comma + 1;
        }
        let line = line_of(self.text, end);
        let next = self.scan.tokens.iter().copied().find(|token| *token >= end);
        match next {
            Some(next) if line_of(self.text, next) == line => Err(Fault::SharedLine { line }),
            _ => Ok((line, start)),
        }
    }
}

/// A fault and its line.
type Faults = Vec<(usize, Fault)>;

/// What is collected while a file's marks are read.
struct Finder<'a> {
    place: &'a Place<'a>,
    names: &'a Names,
    open: Vec<(Name, usize, Moment)>,
    items: Vec<usize>,
    regions: Vec<Region>,
}

/// All regions of a file, outer ones before inner ones; mark lines and old lines are noted in `source`.
pub(crate) fn find(
    place: &Place<'_>,
    names: &Names,
    source: &mut Source,
    faults: &mut Faults,
) -> Vec<Region> {
    let mut finder = Finder {
        place,
        names,
        open: Vec::new(),
        items: Vec::new(),
        regions: Vec::new(),
    };
    for comment in &place.scan.comments {
        if place.text[comment.bytes.clone()].contains('\n') {
            continue;
        }
        let spot = place.spot(comment);
        if let Err(fault) = finder.read(&spot, source) {
            faults.push((spot.line, fault));
        }
    }
    for (name, line, _) in &finder.open {
        faults.push((
            *line,
            Fault::Unclosed {
                name: name.to_string(),
            },
        ));
    }
    let mut regions = finder.regions;
    nest(&mut regions, names, faults);
    regions
}

impl Finder<'_> {
    fn read(&mut self, spot: &Spot<'_>, source: &mut Source) -> Result<(), Fault> {
        let Some(mark) = mark::parse(&spot.comment.text, self.names)? else {
            return Ok(());
        };
        self.place.check(spot, &mark)?;
        let line = &mut source.lines[spot.line - 1];
        line.kind = if spot.alone() {
            Kind::Mark
        } else {
            Kind::Marked
        };
        line.text = spot.before.trim_end().to_string();
        match mark {
            Mark::From(name) => self.from(spot, &name, source),
            Mark::Open(name) => {
                let moment = self.moment(&name)?;
                self.open.push((name, spot.line, moment));
                Ok(())
            }
            Mark::Close(name) => self.close(&name, spot.line),
            Mark::Old { from, until, text } => {
                line.kind = Kind::Old;
                line.text = format!("{}{text}", spot.before);
                self.old(&from, &until, spot.line)
            }
        }
    }

    fn moment(&self, name: &Name) -> Result<Moment, Fault> {
        self.names.resolve(&name.slug, name.step)
    }

    fn from(&mut self, spot: &Spot<'_>, name: &Name, source: &mut Source) -> Result<(), Fault> {
        let moment = self.moment(name)?;
        let span = Span::since(moment);
        if !spot.alone() {
            self.push(spot.line, spot.line, spot.line, span);
        } else if self.place.is_file_mark(spot) {
            source.file_mark = Some((moment, spot.line));
        } else {
            let (last, start) = self.place.item(spot)?;
            if self.items.contains(&start) {
                let cure = "keep the one that is meant";
                return Err(Fault::Misplaced {
                    place: "above what already has a mark",
                    cure,
                });
            }
            self.items.push(start);
            self.push(spot.line, spot.line, last, span);
        }
        Ok(())
    }

    fn close(&mut self, name: &Name, line: usize) -> Result<(), Fault> {
        let moment = self.moment(name)?;
        let Some((open, first, opened)) = self.open.pop() else {
            return Err(Fault::Unopened {
                name: name.to_string(),
            });
        };
        if opened != moment {
            let fault = Fault::WrongOrder {
                name: name.to_string(),
                open: open.to_string(),
                line: first,
            };
            match self.open.iter().rposition(|(_, _, other)| *other == moment) {
                Some(meant) => self.open[meant] = (open, first, opened),
                None => self.open.push((open, first, opened)),
            }
            return Err(fault);
        }
        self.push(first, first, line, Span::since(moment));
        Ok(())
    }

    fn old(&mut self, from: &Name, until: &Name, line: usize) -> Result<(), Fault> {
        let span = range(self.names, from, until)?;
        self.push(line, line, line, span);
        if let Some(region) = self.regions.last_mut() {
            region.old = true;
        }
        Ok(())
    }

    fn push(&mut self, mark: usize, first: usize, last: usize, span: Span) {
        self.regions.push(Region {
            mark,
            first,
            last,
            span,
            old: false,
            nested: false,
        });
    }
}

/// The stretch between two named points.
pub(crate) fn range(names: &Names, from: &Name, until: &Name) -> Result<Span, Fault> {
    let first = names.resolve(&from.slug, from.step)?;
    let end = names.resolve(&until.slug, until.step)?;
    if first == Moment::Never || end == Moment::Never {
        return Err(Fault::NeverHere);
    }
    if first >= end {
        return Err(Fault::EmptyRange {
            from: from.to_string(),
            until: until.to_string(),
        });
    }
    Ok(Span {
        from: first,
        until: end,
    })
}

/// Sorts regions so that outer ones come first, and refuses those that overlap or are useless.
fn nest(regions: &mut [Region], names: &Names, faults: &mut Faults) {
    regions.sort_by_key(|region| (region.first, std::cmp::Reverse(region.last)));
    let mut holders: Vec<Region> = Vec::new();
    for region in regions {
        while holders
            .last()
            .is_some_and(|holder| holder.last < region.first)
        {
            holders.pop();
        }
        if let Some(holder) = holders.last() {
            region.nested = true;
            if holder.last < region.last {
                faults.push((region.mark, Fault::Crossed { line: holder.mark }));
            } else if let Err(fault) = region.fits(holder.span, false, names) {
                faults.push((region.mark, fault));
            }
        }
        holders.push(region.clone());
    }
}

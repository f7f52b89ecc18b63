//! Points: the stopping places of a course, and the stretches between them.

use crate::error::Fault;

/// A stopping place: a chapter and one of its steps. Points are ordered as a reader meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    chapter: usize,
    step: usize,
}

impl Point {
    pub(crate) fn new(chapter: usize, step: usize) -> Self {
        Self { chapter, step }
    }

    /// Index of the chapter in [`Course::chapters`](crate::Course::chapters).
    pub fn chapter(self) -> usize {
        self.chapter
    }

    /// Number of the step, from 1.
    pub fn step(self) -> usize {
        self.step
    }
}

/// When a line appears: at a point, or in no woven tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    At(Point),
    Never,
}

/// A half-open stretch of points: from a moment until just before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub from: Moment,
    pub until: Moment,
}

impl Span {
    /// From the first point on.
    pub const ALWAYS: Self = Self::since(Moment::At(Point {
        chapter: 0,
        step: 1,
    }));

    /// From `from` on.
    pub const fn since(from: Moment) -> Self {
        Self {
            from,
            until: Moment::Never,
        }
    }

    /// Whether `point` lies inside.
    pub fn holds(self, point: Point) -> bool {
        self.from <= Moment::At(point) && Moment::At(point) < self.until
    }

    /// Where both are.
    pub fn and(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            until: self.until.min(other.until),
        }
    }
}

/// The names of all points.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    chapters: Vec<(String, usize)>,
}

/// The reserved slug of lines that no woven tree has.
pub(crate) const NEVER: &str = "never";

impl Names {
    /// Names from each chapter's slug and number of steps.
    pub fn new(chapters: Vec<(String, usize)>) -> Self {
        Self { chapters }
    }

    /// All points in order.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = Point> + '_ {
        let chapters = self.chapters.iter().enumerate();
        chapters
            .flat_map(|(chapter, (_, steps))| (1..=*steps).map(move |step| Point { chapter, step }))
    }

    /// `boot.3`.
    pub fn name(&self, point: Point) -> String {
        format!("{}.{}", self.chapters[point.chapter].0, point.step)
    }

    /// `boot.3` or `never`.
    pub fn moment(&self, moment: Moment) -> String {
        match moment {
            Moment::At(point) => self.name(point),
            Moment::Never => NEVER.to_string(),
        }
    }

    pub fn slugs(&self) -> Vec<String> {
        self.chapters.iter().map(|(slug, _)| slug.clone()).collect()
    }

    /// Whether a mark may name this chapter.
    pub fn knows(&self, slug: &str) -> bool {
        slug == NEVER || self.chapters.iter().any(|(known, _)| known == slug)
    }

    /// The steps of a chapter by name.
    pub fn steps(&self, chapter: usize) -> Vec<String> {
        let (slug, steps) = &self.chapters[chapter];
        (1..=*steps).map(|step| format!("{slug}.{step}")).collect()
    }

    /// The moment that `slug` or `slug.step` names in a mark.
    pub fn resolve(&self, slug: &str, step: Option<usize>) -> Result<Moment, Fault> {
        if slug == NEVER && step.is_none() {
            return Ok(Moment::Never);
        }
        let found = self.chapters.iter().position(|(known, _)| known == slug);
        let chapter = found.ok_or_else(|| Fault::UnknownChapter {
            slug: slug.to_string(),
            valid: self.slugs(),
        })?;
        let step = step.unwrap_or(1);
        if step == 0 || step > self.chapters[chapter].1 {
            let name = format!("{slug}.{step}");
            let valid = self.steps(chapter);
            return Err(Fault::UnknownStep {
                name,
                slug: slug.to_string(),
                valid,
            });
        }
        Ok(Moment::At(Point { chapter, step }))
    }
}

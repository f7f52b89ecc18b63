//! Which chapters are checked.

use anyhow::Result;
use weave::{Chapter, Course, Point};

use crate::project::Project;

/// All chapters, or one.
pub struct Scope(Option<String>);

impl Scope {
    /// The chapter of this slug, or all of them. An unknown one is refused.
    pub fn new(project: &Project, slug: Option<&str>) -> Result<Self> {
        if let Some(slug) = slug {
            project.course()?.chapter(slug)?;
        }
        Ok(Self(slug.map(str::to_owned)))
    }

    /// Whether it is one chapter only.
    pub fn is_one(&self) -> bool {
        self.0.is_some()
    }

    /// Whether this chapter is in it.
    pub fn has(&self, chapter: &Chapter) -> bool {
        self.0.as_ref().is_none_or(|slug| *slug == chapter.slug)
    }

    /// Its chapters.
    pub fn chapters<'a>(&self, course: &'a Course) -> impl Iterator<Item = &'a Chapter> {
        course.chapters().iter().filter(|chapter| self.has(chapter))
    }

    /// The points of its chapters.
    pub fn points(&self, course: &Course) -> Vec<Point> {
        let has = |point: &Point| self.has(&course.chapters()[point.chapter()]);
        course.points().into_iter().filter(has).collect()
    }
}

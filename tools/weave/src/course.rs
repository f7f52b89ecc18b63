//! The course: the annotated source as a whole, and the trees that are cut from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::chapter::{self, Chapter};
use crate::check;
use crate::error::{At, Error, Errors, Fault};
use crate::format::{Formatter, Refusal};
use crate::held::{self, Body, Held};
use crate::layout::{self, Layout};
use crate::lock::Lock;
use crate::point::{Names, Point};
use crate::share::Share;
use crate::source::Source;
use crate::tree::{File, LOCK, Tree};

/// The annotated source as a whole: chapters, marks, old files, given files.
#[derive(Debug)]
pub struct Course {
    root: PathBuf,
    chapters: Vec<Chapter>,
    names: Names,
    files: Vec<Held>,
    layout: Layout,
    formatter: Formatter,
    lock: Option<Lock>,
}

/// How woven lines are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// As rustfmt writes them, for readers.
    Formatted,
    /// Where they stand in the annotated source, so that a compiler's message points into it.
    Kept,
}

impl Course {
    /// Reads and checks the course in the folder `root`.
    ///
    /// # Errors
    /// All that is wrong with it, each with its file and line.
    pub fn load(root: &Path) -> Result<Self, Errors> {
        let mut errors = Vec::new();
        let chapters = chapter::load_all(root, &mut errors);
        let names = chapter::names(&chapters);
        if names.points().next().is_none() {
            return Err(Errors(errors));
        }
        let files = held::load_all(root, &chapters, &names, &mut errors);
        if errors.iter().any(Error::is_syntax) {
            // Without its `mod` lines a file would seem to have lost its modules.
            return Err(Errors(errors));
        }
        let layout = layout::make(&files, &names, &mut errors);
        let lock = Lock::load(root)
            .map_err(|error| errors.push(error))
            .ok()
            .flatten();
        let formatter = Formatter::new(root);
        let course = Self {
            root: root.to_path_buf(),
            chapters,
            names,
            files,
            layout,
            formatter,
            lock,
        };
        if errors.is_empty() {
            check::steps(&course, &mut errors);
        }
        if errors.is_empty() {
            Ok(course)
        } else {
            Err(Errors(errors))
        }
    }

    /// The folder that the course was read from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The chapters in order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// All points in order.
    pub fn points(&self) -> Vec<Point> {
        self.names.points().collect()
    }

    /// The name of a point: `boot.3`.
    pub fn name(&self, point: Point) -> String {
        self.names.name(point)
    }

    /// The step that a point is.
    pub fn step(&self, point: Point) -> &chapter::Step {
        &self.chapters[point.chapter()].steps[point.step() - 1]
    }

    /// The point that `boot` (the chapter's last step) or `boot.3` names.
    ///
    /// # Errors
    /// Names what there is, if there is no such chapter or step.
    pub fn point(&self, spec: &str) -> Result<Point, Error> {
        let (slug, step) = spec
            .split_once('.')
            .map_or((spec, None), |(slug, step)| (slug, Some(step)));
        let index = self.index(slug)?;
        let last = self.chapters[index].steps.len();
        let step = step.map_or(Some(last), |step| {
            step.parse().ok().filter(|step| (1..=last).contains(step))
        });
        let valid = || self.names.steps(index);
        step.map(|step| Point::new(index, step))
            .ok_or_else(|| Error::NoStep {
                spec: spec.to_string(),
                valid: valid(),
            })
    }

    /// The chapter of this slug.
    ///
    /// # Errors
    /// Names all chapters, if there is none of this slug.
    pub fn chapter(&self, slug: &str) -> Result<&Chapter, Error> {
        self.index(slug).map(|index| &self.chapters[index])
    }

    fn index(&self, slug: &str) -> Result<usize, Error> {
        let found = self
            .chapters
            .iter()
            .position(|chapter| chapter.slug == slug);
        found.ok_or_else(|| Error::NoChapter {
            slug: slug.to_string(),
            valid: self.names.slugs(),
        })
    }

    /// The point before; `None` before the first one.
    pub fn before(&self, point: Point) -> Option<Point> {
        self.names
            .points()
            .take_while(|other| *other < point)
            .last()
    }

    /// The whole tree of a point: given files, chapter files, lock file.
    ///
    /// # Errors
    /// When rustfmt is missing or refuses a file, or when the lock file lacks a package.
    pub fn weave(&self, point: Point, lines: Lines) -> Result<Tree, Error> {
        let mut tree = self.given_files(point, lines)?;
        for held in self.layout.at(point).map(|index| &self.files[index]) {
            self.add(&mut tree, held, point, lines)?;
        }
        if tree.files().contains_key("Cargo.toml") {
            let lock = self.lock.as_ref().ok_or_else(|| Error::Lock {
                what: "is missing".to_string(),
            })?;
            let trimmed = lock.trim(&tree);
            let text = trimmed.map_err(|error| self.in_source(error, point, lines))?;
            tree.insert(LOCK, File::new(text.into_bytes(), false));
        }
        Ok(tree)
    }

    /// An error that points into a woven manifest, pointed into the annotated one.
    fn in_source(&self, error: Error, point: Point, lines: Lines) -> Error {
        let Error::Course { at, fault } = error else {
            return error;
        };
        let at = match self.cuts(point).remove(at.file.as_str()) {
            Some((source, cut)) if lines == Lines::Formatted => {
                At::new(&source.origin, cut.origin(at.line))
            }
            Some((source, _)) => At::new(&source.origin, at.line),
            None => at,
        };
        Error::at(at, fault)
    }

    /// The given files alone: what a reader starts from.
    ///
    /// # Errors
    /// As [`Course::weave`].
    pub fn given(&self, point: Point) -> Result<Tree, Error> {
        self.given_files(point, Lines::Formatted)
    }

    fn given_files(&self, point: Point, lines: Lines) -> Result<Tree, Error> {
        let mut tree = Tree::default();
        for held in self.files.iter().filter(|held| held.given) {
            self.add(&mut tree, held, point, lines)?;
        }
        Ok(tree)
    }

    fn add(&self, tree: &mut Tree, held: &Held, point: Point, lines: Lines) -> Result<(), Error> {
        let text = match &held.body {
            Body::Raw(bytes) => bytes.clone(),
            Body::Annotated(source) if lines == Lines::Kept => source.keep(point).into_bytes(),
            Body::Annotated(source) => self.formatted(held, source, point)?.into_bytes(),
        };
        if held.given || !text.trim_ascii().is_empty() {
            tree.insert(&held.path, File::new(text, held.given));
        }
        Ok(())
    }

    fn formatted(&self, held: &Held, source: &Source, point: Point) -> Result<String, Error> {
        let cut = source.cut(point);
        if !held.path.ends_with(".rs") || cut.text.is_empty() {
            return Ok(cut.text);
        }
        self.formatter
            .format(&cut.text)
            .map_err(|refusal| match refusal {
                Refusal::Other(error) => error,
                Refusal::Text { line, message } => {
                    let at = At::new(&source.origin, cut.origin(line));
                    Error::at(
                        at,
                        Fault::CutSyntax {
                            point: self.name(point),
                            message,
                        },
                    )
                }
            })
    }

    /// How much of the source is marks and what they keep.
    pub fn share(&self) -> Share {
        Share::of(&self.files)
    }

    /// The files of a point that are taken as they stand; given ones, which never change, aside.
    pub(crate) fn raw(&self, point: Point) -> Vec<usize> {
        let raw = |index: &usize| matches!(self.files[*index].body, Body::Raw(_));
        self.layout.at(point).filter(raw).collect()
    }

    /// What is left of each annotated file at a point, before rustfmt.
    pub(crate) fn cuts(&self, point: Point) -> BTreeMap<&str, (&Source, crate::source::Cut)> {
        let given = self.files.iter().filter(|held| held.given);
        let placed = self.layout.at(point).map(|index| &self.files[index]);
        let annotated = given.chain(placed).filter_map(|held| match &held.body {
            Body::Annotated(source) => Some((held.path.as_str(), (source, source.cut(point)))),
            Body::Raw(_) => None,
        });
        annotated
            .filter(|(_, (_, cut))| !cut.text.is_empty())
            .collect()
    }
}

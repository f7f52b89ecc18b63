//! The layout: which version of which file stands in the tree of which point.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{At, Error, Fault};
use crate::held::{Body, Held};
use crate::modules::{self, ModuleLine};
use crate::point::{Moment, Names, Point, Span};
use crate::scan::Language;

/// For each point, the held files that stand in its tree (given ones aside).
#[derive(Debug, Default)]
pub(crate) struct Layout {
    points: BTreeMap<Point, Vec<usize>>,
}

impl Layout {
    /// Indices of the files of a point.
    pub fn at(&self, point: Point) -> impl Iterator<Item = usize> + '_ {
        self.points.get(&point).into_iter().flatten().copied()
    }
}

/// Works out the layout; what is wrong with it goes to `errors`.
pub(crate) fn make(files: &[Held], names: &Names, errors: &mut Vec<Error>) -> Layout {
    let shelf = Shelf::new(files);
    let mut layout = Layout::default();
    let mut missing = BTreeSet::new();
    for point in names.points() {
        let placed = shelf.place(point, &mut |at, tried| {
            if missing.insert(at.clone()) {
                errors.push(Error::at(
                    at,
                    Fault::NoModule {
                        point: names.name(point),
                        tried,
                    },
                ));
            }
        });
        layout.points.insert(point, placed);
    }
    shelf.check(&layout, names, errors);
    layout
}

/// All files by path.
struct Shelf<'a> {
    files: &'a [Held],
    finals: BTreeMap<&'a str, usize>,
    olds: BTreeMap<&'a str, Vec<usize>>,
    /// Paths that some `mod` line reaches at some point.
    reached: BTreeSet<String>,
}

impl<'a> Shelf<'a> {
    fn new(files: &'a [Held]) -> Self {
        let mut shelf = Self {
            files,
            finals: BTreeMap::new(),
            olds: BTreeMap::new(),
            reached: BTreeSet::new(),
        };
        for (index, held) in files.iter().enumerate().filter(|(_, held)| !held.given) {
            if held.is_final() {
                shelf.finals.insert(&held.path, index);
            } else {
                shelf.olds.entry(&held.path).or_default().push(index);
            }
        }
        shelf.reach();
        shelf
    }

    fn paths(&self) -> BTreeSet<&'a str> {
        self.finals
            .keys()
            .chain(self.olds.keys())
            .copied()
            .collect()
    }

    fn versions(&self, path: &str) -> impl Iterator<Item = usize> + '_ {
        let olds = self.olds.get(path).into_iter().flatten();
        olds.chain(self.finals.get(path)).copied()
    }

    /// Follows all `mod` lines of all versions.
    fn reach(&mut self) {
        let mut queue: Vec<String> = self
            .paths()
            .into_iter()
            .filter(|path| self.begins(path))
            .map(str::to_string)
            .collect();
        let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
        while let Some(path) = queue.pop() {
            let lines = self
                .versions(&path)
                .flat_map(|index| module_lines(&self.files[index]));
            let found: Vec<String> = lines
                .flat_map(|line| modules::candidates(&path, line))
                .collect();
            for path in found
                .into_iter()
                .filter(|path| self.versions(path).next().is_some())
                .collect::<Vec<_>>()
            {
                self.reached.insert(path.clone());
                if seen.insert(path.clone()) {
                    queue.push(path);
                }
            }
        }
    }

    /// Whether cargo finds this path by itself. A file right in `tests/` can be a module as well: then it has no mark.
    fn begins(&self, path: &str) -> bool {
        let marked = |index: &usize| {
            self.files[*index]
                .source()
                .is_some_and(|source| source.file_mark.is_some())
        };
        let test = path.starts_with("tests/") && path.matches('/').count() == 1;
        modules::is_root(path) && (!test || self.finals.get(path).is_none_or(marked))
    }

    /// Whether the path stands by itself, not through a `mod` line.
    fn is_free(&self, path: &str) -> bool {
        !path.ends_with(".rs")
            || self.begins(path)
            || (modules::is_root(path) && !self.reached.contains(path))
    }

    /// The version of a path at a point; of a free final file only if its mark says so.
    fn version(&self, path: &str, point: Point) -> Option<usize> {
        let old = |index: &&usize| {
            self.files[**index]
                .old
                .as_ref()
                .is_some_and(|(span, _)| span.holds(point))
        };
        let old = self
            .olds
            .get(path)
            .and_then(|olds| olds.iter().find(old))
            .copied();
        old.or_else(|| {
            self.finals
                .get(path)
                .copied()
                .filter(|index| self.stretch(*index).holds(point))
        })
    }

    /// From which moment a final file can stand in a tree.
    fn stretch(&self, index: usize) -> Span {
        let mark = self.files[index]
            .source()
            .and_then(|source| source.file_mark);
        mark.map_or(Span::ALWAYS, |(moment, _)| Span::since(moment))
    }

    /// The files of a point; a `mod` line without its file goes to `missing` with the paths that were tried.
    fn place(&self, point: Point, missing: &mut dyn FnMut(At, Vec<String>)) -> Vec<usize> {
        let free = self.paths().into_iter().filter(|path| self.is_free(path));
        let mut queue: Vec<usize> = free.filter_map(|path| self.version(path, point)).collect();
        let mut placed: BTreeSet<usize> = queue.iter().copied().collect();
        while let Some(index) = queue.pop() {
            let held = &self.files[index];
            for line in module_lines(held).filter(|line| is_active(held, line, point)) {
                let tried = modules::candidates(&held.path, line);
                match tried.iter().find_map(|path| self.present(path, point)) {
                    Some(found) if placed.insert(found) => queue.push(found),
                    Some(_) => {}
                    None => missing(At::new(origin(held), line.line), tried),
                }
            }
        }
        placed.into_iter().collect()
    }

    /// The version of a module that is not empty at a point.
    fn present(&self, path: &str, point: Point) -> Option<usize> {
        let index = self.version(path, point)?;
        let empty = self.files[index]
            .source()
            .is_some_and(|source| source.cut(point).text.is_empty());
        (!empty).then_some(index)
    }

    fn check(&self, layout: &Layout, names: &Names, errors: &mut Vec<Error>) {
        for (path, index) in &self.finals {
            self.check_final(path, *index, layout, names, errors);
        }
        for index in self.olds.values().flatten() {
            let stands = layout.points.values().any(|placed| placed.contains(index));
            if let (false, Some((_, at))) = (stands, &self.files[*index].old) {
                let file = origin(&self.files[*index]);
                let why = "no `mod` line reaches its path between its two points";
                errors.push(Error::at(at.clone(), Fault::NeverActive { file, why }));
            }
        }
    }

    fn check_final(
        &self,
        path: &str,
        index: usize,
        layout: &Layout,
        names: &Names,
        errors: &mut Vec<Error>,
    ) {
        let mut refuse = |line, fault| errors.push(Error::at(At::new(path, line), fault));
        let Some(source) = self.files[index].source() else {
            return refuse(1, Fault::NoMarksHere);
        };
        let stretch = match (self.is_free(path), source.file_mark) {
            (true, Some((moment, _))) => Span::since(moment),
            (true, None) => {
                let first = names
                    .points()
                    .next()
                    .map(|point| names.name(point))
                    .unwrap_or_default();
                let example = Language::of(path)
                    .map(|language| language.mark(&first))
                    .unwrap_or_default();
                return refuse(1, Fault::NoFileMark { example });
            }
            (false, _) if !self.reached.contains(path) => return refuse(1, Fault::Unreached),
            (false, Some((_, line))) => {
                return refuse(
                    line,
                    Fault::FileMark {
                        what: "a module file comes and goes with its `mod` line",
                    },
                );
            }
            (false, None) => {
                let first = layout
                    .points
                    .iter()
                    .find(|(_, placed)| placed.contains(&index));
                Span::since(first.map_or(Moment::Never, |(point, _)| Moment::At(*point)))
            }
        };
        source.check_stretch(stretch, names, errors);
    }
}

fn module_lines(held: &Held) -> impl Iterator<Item = &ModuleLine> {
    held.source().into_iter().flat_map(|source| &source.modules)
}

fn is_active(held: &Held, line: &ModuleLine, point: Point) -> bool {
    held.source()
        .is_some_and(|source| source.lines[line.line - 1].span.holds(point))
}

/// Where a file lies in the repository.
fn origin(held: &Held) -> String {
    match &held.body {
        Body::Annotated(source) => source.origin.clone(),
        Body::Raw(_) => held.path.clone(),
    }
}

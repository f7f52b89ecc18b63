//! Files that are held to be woven: final, old and given ones.

use std::path::Path;

use crate::chapter::{Chapter, Old};
use crate::error::{At, Error, Fault};
use crate::files;
use crate::mark::Name;
use crate::point::{Names, Span};
use crate::region;
use crate::scan::Language;
use crate::source::Source;
use crate::tree::LOCK;

/// A file that stands in some tree.
#[derive(Debug)]
pub(crate) struct Held {
    /// Where it stands in a woven tree.
    pub path: String,
    pub body: Body,
    pub given: bool,
    /// The stretch of an old file, and where it is declared.
    pub old: Option<(Span, At)>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Annotated(Source),
    Raw(Vec<u8>),
}

impl Held {
    /// The annotated file, unless it is taken as it stands.
    pub fn source(&self) -> Option<&Source> {
        match &self.body {
            Body::Annotated(source) => Some(source),
            Body::Raw(_) => None,
        }
    }

    /// A final file: neither old nor given.
    pub fn is_final(&self) -> bool {
        self.old.is_none() && !self.given
    }
}

/// What a reader types.
const WOVEN: [&str; 6] = [
    "src",
    "tests",
    "benches",
    "Cargo.toml",
    "build.rs",
    "kernel.ld",
];
/// What lies among it, but is not typed.
const NOT_TYPED: [&str; 3] = [
    "benches/counts.toml",
    "tests/hostile/machines.toml",
    "tests/hostile/results.toml",
];
/// What a reader is given.
const GIVEN: [&str; 5] = [
    "rust-toolchain.toml",
    ".cargo",
    ".gitignore",
    "tools/runner",
    "tools/image",
];

/// Reads all files; what is wrong with their marks goes to `errors`.
pub(crate) fn load_all(
    root: &Path,
    chapters: &[Chapter],
    names: &Names,
    errors: &mut Vec<Error>,
) -> Vec<Held> {
    let mut held = Vec::new();
    for (list, given) in [(&WOVEN[..], false), (&GIVEN, true)] {
        for start in list {
            for path in walk(&root.join(start), errors) {
                held.extend(load(root, &path, given, names, errors));
            }
        }
    }
    for chapter in chapters {
        let olds: Vec<_> = chapter
            .olds
            .iter()
            .filter_map(|old| load_old(root, chapter, old, names, errors))
            .collect();
        held.extend(olds);
        refuse_undeclared(root, chapter, errors);
    }
    refuse_overlaps(&held, names, errors);
    held
}

fn walk(path: &Path, errors: &mut Vec<Error>) -> Vec<std::path::PathBuf> {
    files::walk(path).unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    })
}

fn load(
    root: &Path,
    path: &Path,
    given: bool,
    names: &Names,
    errors: &mut Vec<Error>,
) -> Option<Held> {
    let origin = files::slashed(root, path);
    if NOT_TYPED.contains(&origin.as_str()) {
        return None;
    }
    let body = body(path, &origin, &origin, given, names, errors)?;
    if let (true, Some((_, line))) = (given, file_mark(&body)) {
        let what = "a given file stands in every tree";
        errors.push(Error::at(At::new(&origin, line), Fault::FileMark { what }));
    }
    Some(Held {
        path: origin,
        body,
        given,
        old: None,
    })
}

fn file_mark(body: &Body) -> Option<(crate::point::Moment, usize)> {
    match body {
        Body::Annotated(source) => source.file_mark,
        Body::Raw(_) => None,
    }
}

fn body(
    path: &Path,
    origin: &str,
    place: &str,
    given: bool,
    names: &Names,
    errors: &mut Vec<Error>,
) -> Option<Body> {
    let bytes = files::read(path).map_err(|error| errors.push(error)).ok()?;
    let Some(language) = Language::of(place) else {
        return Some(Body::Raw(bytes));
    };
    match String::from_utf8(bytes) {
        // A given file without a bracket behind a comment is the common case, and the runner's sources are long.
        Ok(text) if given && !may_have_marks(&text, language) => Some(Body::Raw(text.into_bytes())),
        Ok(text) => {
            let source = Source::parse(origin, &text, language, names, errors);
            let plain = given && !source.has_marks();
            Some(if plain {
                Body::Raw(text.into_bytes())
            } else {
                Body::Annotated(source)
            })
        }
        Err(error) => Some(Body::Raw(error.into_bytes())),
    }
}

fn may_have_marks(text: &str, language: Language) -> bool {
    let start = language.comment();
    text.match_indices(start).any(|(at, _)| {
        let comment = &text[at + start.len()..];
        comment.trim_start_matches(' ').starts_with('[')
    })
}

fn load_old(
    root: &Path,
    chapter: &Chapter,
    old: &Old,
    names: &Names,
    errors: &mut Vec<Error>,
) -> Option<Held> {
    let mut refuse = |fault| errors.push(Error::at(old.at.clone(), fault));
    if let Err(why) = check_paths(old) {
        refuse(Fault::OldPath {
            path: old.path.clone(),
            why,
        });
        return None;
    }
    let stretch = stretch(old, names).map_err(&mut refuse).ok()?;
    let path = chapter.folder.join(&old.file);
    if !path.is_file() {
        refuse(Fault::NoOldFile {
            file: old.file.clone(),
        });
        return None;
    }
    let origin = files::slashed(root, &path);
    let body = body(&path, &origin, &old.path, false, names, errors)?;
    if let Body::Annotated(source) = &body {
        source.check_stretch(stretch, names, errors);
        if let Some((_, line)) = source.file_mark {
            let what = "an old file's stretch is what its `[[old]]` says";
            errors.push(Error::at(At::new(&origin, line), Fault::FileMark { what }));
        }
    }
    Some(Held {
        path: old.path.clone(),
        body,
        given: false,
        old: Some((stretch, old.at.clone())),
    })
}

fn check_paths(old: &Old) -> Result<(), &'static str> {
    let leaves = |path: &str| {
        path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains(['\\', ':'])
    };
    let given = |path: &str| {
        GIVEN
            .iter()
            .any(|start| path == *start || path.starts_with(&format!("{start}/")))
    };
    if leaves(&old.path) || leaves(&old.file) {
        return Err(
            "give `path` from the root of the tree and `file` from the chapter's folder, with slashes and without `..`",
        );
    }
    if !old.file.starts_with("old/") {
        return Err("its `file` must lie in the chapter's folder `old/`");
    }
    if given(&old.path) || old.path == LOCK || old.path.starts_with("target/") {
        return Err("given files, the lock file and `target` have no older versions");
    }
    Ok(())
}

fn stretch(old: &Old, names: &Names) -> Result<Span, Fault> {
    let name = |text: &str| {
        let why = "`from` and `until` are points such as `boot.2`";
        Name::parse(text).ok_or_else(|| Fault::Malformed {
            text: text.to_string(),
            why,
        })
    };
    region::range(names, &name(&old.from)?, &name(&old.until)?)
}

fn refuse_undeclared(root: &Path, chapter: &Chapter, errors: &mut Vec<Error>) {
    for path in walk(&chapter.folder.join("old"), errors) {
        let file = files::slashed(&chapter.folder, &path);
        if !chapter.olds.iter().any(|old| old.file == file) {
            errors.push(Error::at(
                At::new(files::slashed(root, &path), 1),
                Fault::Undeclared,
            ));
        }
    }
}

fn refuse_overlaps(held: &[Held], names: &Names, errors: &mut Vec<Error>) {
    let olds: Vec<_> = held
        .iter()
        .filter_map(|held| held.old.as_ref().map(|old| (&held.path, old)))
        .collect();
    for (index, (path, (span, at))) in olds.iter().enumerate() {
        for (other_path, (other, other_at)) in &olds[..index] {
            let both = span.and(*other);
            if path == other_path && both.from < both.until {
                let (path, point) = (path.to_string(), names.moment(both.from));
                errors.push(Error::at(
                    at.clone(),
                    Fault::Overlap {
                        path,
                        point,
                        other: other_at.clone(),
                    },
                ));
            }
        }
    }
}

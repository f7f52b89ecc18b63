//! What a course can do wrong, each with its place and with the way out.

use std::fmt;
use std::path::PathBuf;

/// A place in a file of the course: `src/main.rs:3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Path relative to the course's root, with slashes.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
}

impl At {
    /// The place `file:line`.
    pub fn new(file: impl Into<String>, line: usize) -> Self {
        Self {
            file: file.into(),
            line,
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// One thing that is wrong, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fault at one line of the course.
    #[error("{at}: {fault}")]
    Course {
        /// Where.
        at: At,
        /// What.
        fault: Fault,
    },
    /// A file of the course that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or folder that cannot be written.
    #[error("cannot write {}: {source}; give a folder that you may write to", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No chapter of this name.
    #[error("there is no chapter `{slug}`; the chapters are: {}", valid.join(", "))]
    NoChapter {
        /// What was asked for.
        slug: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// No step of this number.
    #[error("there is no `{spec}`; the steps of that chapter are: {}", valid.join(", "))]
    NoStep {
        /// What was asked for.
        spec: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// The root has no lock file, or one that lacks a package.
    #[error("Cargo.lock {what}; run `cargo xtask doctor --fix` or `cargo generate-lockfile`")]
    Lock {
        /// What is wrong with it.
        what: String,
    },
    /// A program is missing.
    #[error("`{program}` is not on this machine; {cure}")]
    Missing {
        /// Its name.
        program: &'static str,
        /// How to get it.
        cure: &'static str,
    },
    /// A program failed.
    #[error("{program} failed: {message}")]
    Failed {
        /// Its name and what it was asked to do.
        program: String,
        /// What it said.
        message: String,
    },
    /// The folder holds what no weave has written.
    #[error("{} is not empty and was not written by a weave, so nothing was touched; give a new or an empty folder", dir.display())]
    NotOurs {
        /// The folder.
        dir: PathBuf,
    },
    /// Files that were changed since they were woven, or that stand in the way.
    #[error("in {} these files were changed or made by hand, so nothing was touched: {}; move them away or weave into another folder", dir.display(), files.join(", "))]
    Edited {
        /// The folder.
        dir: PathBuf,
        /// Their paths in it.
        files: Vec<String>,
    },
    /// A reference of the repository that `history` did not write.
    #[error(
        "{reference} points to work that `history` did not write, so nothing was touched; rename it with `{cure}`"
    )]
    Taken {
        /// Its name.
        reference: String,
        /// The command that moves it out of the way.
        cure: String,
    },
    /// The branch that `history` writes is checked out.
    #[error("the branch `{branch}` is checked out in {}; switch to another branch there first, for instance with `git switch --detach`", tree.display())]
    CheckedOut {
        /// The branch.
        branch: String,
        /// The working tree.
        tree: PathBuf,
    },
    /// A folder that is neither a repository nor empty.
    #[error("{} is not the top of a git repository and not empty; give a repository, or a folder that is new or empty", dir.display())]
    NoRepository {
        /// The folder.
        dir: PathBuf,
    },
    /// No item of this name.
    #[error("there is no item `{name}`; the file has: {}", valid.join(", "))]
    NoItem {
        /// What was asked for.
        name: String,
        /// Names that `item::find` finds.
        valid: Vec<String>,
    },
    /// More than one item of this name.
    #[error("`{name}` is not the only one: lines {}; name it through what holds it, as in `Page::new`", lines.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))]
    ManyItems {
        /// What was asked for.
        name: String,
        /// Where each begins.
        lines: Vec<usize>,
    },
}

impl Error {
    /// A fault at a line.
    pub(crate) fn at(at: At, fault: Fault) -> Self {
        Self::Course { at, fault }
    }

    /// A file that could not be parsed at all.
    pub(crate) fn is_syntax(&self) -> bool {
        matches!(
            self,
            Self::Course {
                fault: Fault::Syntax { .. },
                ..
            }
        )
    }
}

/// What can be wrong at a line of the course.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A mark or range names no chapter.
    #[error("unknown chapter `{slug}` in a mark; the chapters are: {} (and `never`). If this is no mark, put a word before the bracket", valid.join(", "))]
    UnknownChapter {
        /// The name.
        slug: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// A mark or range names a step that the chapter lacks.
    #[error("unknown step `{name}`; `{slug}` has the steps {}", valid.join(", "))]
    UnknownStep {
        /// The name.
        name: String,
        /// The chapter.
        slug: String,
        /// Its steps.
        valid: Vec<String>,
    },
    /// Looks like a mark and is none.
    #[error(
        "`{text}` is no mark: {why}. Marks are `[slug]`, `[slug.2]`, `[slug..]`, `[..slug]` and `[from..until] old line`; if this is no mark, put a word before the bracket"
    )]
    Malformed {
        /// The comment.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A run that nothing closes.
    #[error("nothing closes the run `[{name}..]`; put `[..{name}]` after its last line")]
    Unclosed {
        /// The run's point.
        name: String,
    },
    /// A closing mark with no run open.
    #[error("`[..{name}]` closes no run; put `[{name}..]` before its first line")]
    Unopened {
        /// The run's point.
        name: String,
    },
    /// A closing mark of another run.
    #[error(
        "`[..{name}]` stands where the run `[{open}..]` of line {line} is open; close that one first"
    )]
    WrongOrder {
        /// The closing mark's point.
        name: String,
        /// The open run's point.
        open: String,
        /// Where the open run begins.
        line: usize,
    },
    /// Two regions that overlap without one holding the other.
    #[error(
        "this mark's lines overlap those of the mark at line {line} without lying inside; nest them"
    )]
    Crossed {
        /// The other mark.
        line: usize,
    },
    /// More old lines in a row than a mark may carry.
    #[error("{count} old lines in a row, at most three may stand together; make it an old file")]
    ManyOldLines {
        /// How many.
        count: usize,
    },
    /// An item mark where nothing begins.
    #[error(
        "no item, statement, field or match arm begins on the line after this mark; mark whole ones, above their docs and attributes, or use a run `[slug..]` … `[..slug]`"
    )]
    NothingBegins,
    /// An item that shares its last line.
    #[error(
        "what this mark names does not end its last line (line {line}); put what follows on a line of its own"
    )]
    SharedLine {
        /// The last line.
        line: usize,
    },
    /// A mark in a place that does not hold still.
    #[error("a mark may not stand {place}; {cure}")]
    Misplaced {
        /// Where it stands.
        place: &'static str,
        /// What to do.
        cure: &'static str,
    },
    /// A mark that what holds it makes useless.
    #[error(
        "`[{inner}]` lies in lines that appear at `{outer}`, so it changes nothing; it must be later than `{outer}`"
    )]
    NotLater {
        /// The mark.
        inner: String,
        /// What holds it.
        outer: String,
    },
    /// An old line that begins before what holds it, or outlives it.
    #[error("the old line's range `{range}` reaches outside of what holds it, which is there from `{from}`{}", until.as_ref().map(|until| format!(" until `{until}`")).unwrap_or_default())]
    OutsideHolder {
        /// The range.
        range: String,
        /// Where the holder begins.
        from: String,
        /// Where it ends, if it does.
        until: Option<String>,
    },
    /// A range that ends before it begins.
    #[error("`{from}` is not before `{until}`")]
    EmptyRange {
        /// First point.
        from: String,
        /// First point after.
        until: String,
    },
    /// `never` where a point is needed.
    #[error("`never` cannot bound what is old; name the step that replaces it")]
    NeverHere,
    /// A file that needs a mark of its own.
    #[error(
        "this file needs the step that it belongs to: begin it with a mark such as `{example}` and a blank line"
    )]
    NoFileMark {
        /// The mark.
        example: String,
    },
    /// A file mark where the file's step follows from elsewhere.
    #[error("{what}, so it must not begin with a mark of its own")]
    FileMark {
        /// What kind of file it is.
        what: &'static str,
    },
    /// A file that cannot carry a mark.
    #[error(
        "a file of this kind cannot carry a mark, so its step is unknown; marks stand in .rs, .toml, .ld, .s and .S files"
    )]
    NoMarksHere,
    /// A module file without a `mod` line.
    #[error("no `mod` line reaches this file; add one or remove the file")]
    Unreached,
    /// A `mod` line without its file.
    #[error("at `{point}` this line is there, but its file is not; looked for {}", tried.join(" and "))]
    NoModule {
        /// The first point at which that is so.
        point: String,
        /// Where it was looked for.
        tried: Vec<String>,
    },
    /// Source that does not parse.
    #[error("{message}")]
    Syntax {
        /// What the parser said.
        message: String,
    },
    /// Source that does not parse once it is cut.
    #[error("what is left at `{point}` does not parse: {message}")]
    CutSyntax {
        /// The point.
        point: String,
        /// What the parser said.
        message: String,
    },
    /// A fault in chapter.toml's own terms.
    #[error("{message}")]
    Chapter {
        /// What and how to mend it.
        message: String,
    },
    /// A step that changes nothing.
    #[error(
        "step `{point}` changes nothing in the woven tree; mark something with it or remove it"
    )]
    SameTree {
        /// The step.
        point: String,
    },
    /// An old file that never stands in a tree.
    #[error("`{file}` is never active: {why}")]
    NeverActive {
        /// The file.
        file: String,
        /// Why not.
        why: &'static str,
    },
    /// Two old files for one path at one point.
    #[error("`{path}` has two old files at `{point}`: this one and the one at {other}")]
    Overlap {
        /// The path.
        path: String,
        /// The first point at which both are active.
        point: String,
        /// The other declaration.
        other: At,
    },
    /// A declared old file that is not there.
    #[error("`{file}` does not exist; it is looked for beside chapter.toml")]
    NoOldFile {
        /// The file.
        file: String,
    },
    /// A file in `old/` that no `[[old]]` declares.
    #[error("no `[[old]]` of this chapter declares this file; declare or remove it")]
    Undeclared,
    /// A path that an old file may not have.
    #[error("`{path}` cannot be the path of an old file: {why}")]
    OldPath {
        /// The path.
        path: String,
        /// Why not.
        why: &'static str,
    },
    /// A needed package is not in the root's lock.
    #[error(
        "this tree needs the package `{package}`, but Cargo.lock does not have it; if only older steps use it, keep it in the final Cargo.toml in a run `[never..]`, or run `cargo generate-lockfile`"
    )]
    NotLocked {
        /// The package.
        package: String,
    },
}

/// Everything that is wrong with a course.
#[derive(Debug)]
pub struct Errors(pub Vec<Error>);

impl fmt::Display for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            if number > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

//! The history: one commit for each step and one tag for each chapter, with the same hashes on every machine.
//!
//! Author, dates and order are fixed, and the commits are made by `git fast-import`, which knows nothing of signing, line
//! endings or file modes. The commits are imported under a reference of their own; branch and tags are then moved in one
//! transaction, so an interrupted run has moved none of them.

use std::path::{Path, PathBuf};

use crate::course::{Course, Lines};
use crate::error::Error;
use crate::git::Git;
use crate::point::Point;
use crate::tree::Tree;

/// Author and committer of every commit; the sign of a commit that may be replaced.
pub const IDENTITY: &str = "Cairn <cairn@localhost>";
/// The branch that ends in the last step.
pub const BRANCH: &str = "chapters";
/// The date of the first commit, in seconds since 1970: 2026-01-01, midnight UTC. Each further one is a minute later.
pub const EPOCH: u64 = 1_767_225_600;

const PENDING: &str = "refs/cairn/pending";

/// What a run has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each point with its commit.
    pub commits: Vec<(Point, String)>,
    /// Each chapter's tag with its commit.
    pub tags: Vec<(String, String)>,
    /// Whether any reference has moved.
    pub changed: bool,
}

/// The tag of a chapter: `chapter-07-interrupts`.
pub fn tag(chapter: &crate::Chapter) -> String {
    format!("chapter-{:02}-{}", chapter.number, chapter.slug)
}

/// Writes the history of a course into `repository`, which is made if the folder is new or empty.
///
/// # Errors
/// When git is missing or fails, when the branch is checked out, when one of the names is taken by other work, and as
/// [`Course::weave`].
pub fn write(course: &Course, repository: &Path) -> Result<Report, Error> {
    let points = course.points();
    let mut trees = Vec::new();
    for point in &points {
        trees.push(course.weave(*point, Lines::Formatted)?);
    }
    let git = Git::open(repository)?;
    refuse_checked_out(&git)?;
    let wanted: Vec<String> = course
        .chapters()
        .iter()
        .map(|chapter| format!("refs/tags/{}", tag(chapter)))
        .collect();
    let branch = format!("refs/heads/{BRANCH}");
    let references: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .chain([branch.as_str()])
        .collect();
    let before = current(&git, &references)?;
    let hashes = import(&git, &stream(course, &points, &trees), points.len())?;
    let commits: Vec<_> = points.into_iter().zip(hashes).collect();
    let tags = tags(course, &commits);
    let hashes = tags
        .iter()
        .map(|(_, hash)| hash)
        .chain(commits.last().map(|(_, hash)| hash));
    let targets: Vec<&str> = hashes.map(String::as_str).collect();
    let changed = point_references(&git, &references, &before, &targets)?;
    Ok(Report {
        commits,
        tags,
        changed,
    })
}

fn tags(course: &Course, commits: &[(Point, String)]) -> Vec<(String, String)> {
    let last = |index| {
        commits
            .iter()
            .rev()
            .find(|(point, _)| point.chapter() == index)
    };
    let chapters = course.chapters().iter().enumerate();
    chapters
        .filter_map(|(index, chapter)| last(index).map(|(_, hash)| (tag(chapter), hash.clone())))
        .collect()
}

fn refuse_checked_out(git: &Git<'_>) -> Result<(), Error> {
    let mut tree = PathBuf::new();
    for line in git.run(&["worktree", "list", "--porcelain"], b"")?.lines() {
        if let Some(path) = line.strip_prefix("worktree ") {
            tree = PathBuf::from(path);
        }
        if line == format!("branch refs/heads/{BRANCH}") {
            return Err(Error::CheckedOut {
                branch: BRANCH.to_string(),
                tree,
            });
        }
    }
    Ok(())
}

/// What each reference points to now; refuses those that lead to other work.
fn current(git: &Git<'_>, references: &[&str]) -> Result<Vec<Option<String>>, Error> {
    let format =
        "--format=%(refname) %(objectname) %(objecttype) %(committername) %(committeremail)";
    let mut arguments = vec!["for-each-ref", format];
    arguments.extend(references);
    let listed = git.run(&arguments, b"")?;
    let ours = format!("commit {IDENTITY}");
    let mut found = vec![None; references.len()];
    for line in listed.lines() {
        let mut parts = line.splitn(3, ' ');
        let (name, hash, rest) = (parts.next(), parts.next(), parts.next());
        let Some(index) = references
            .iter()
            .position(|reference| Some(*reference) == name)
        else {
            continue;
        };
        if rest != Some(ours.as_str()) {
            return Err(taken(references[index]));
        }
        found[index] = hash.map(str::to_string);
    }
    Ok(found)
}

fn taken(reference: &str) -> Error {
    let (reference, cure) = match reference.strip_prefix("refs/tags/") {
        Some(tag) => (
            format!("the tag `{tag}`"),
            format!("git tag my-{tag} {tag} && git tag -d {tag}"),
        ),
        None => (
            format!("the branch `{BRANCH}`"),
            format!("git branch -m {BRANCH} my-{BRANCH}"),
        ),
    };
    Error::Taken { reference, cure }
}

/// Imports the commits and returns their hashes.
fn import(git: &Git<'_>, stream: &[u8], count: usize) -> Result<Vec<String>, Error> {
    let output = git.run(&["fast-import", "--quiet", "--force", "--done"], stream)?;
    let hashes: Vec<String> = output.lines().map(str::to_string).collect();
    if hashes.len() == count {
        return Ok(hashes);
    }
    let message = format!(
        "it named {} of {count} commits; git 2.28 or newer is needed",
        hashes.len()
    );
    Err(Error::Failed {
        program: "git fast-import".to_string(),
        message,
    })
}

/// Moves all references at once, if none has moved meanwhile; says whether any has changed.
fn point_references(
    git: &Git<'_>,
    references: &[&str],
    before: &[Option<String>],
    targets: &[&str],
) -> Result<bool, Error> {
    let mut commands = String::from("start\n");
    let mut changed = false;
    for ((reference, before), target) in references.iter().zip(before).zip(targets) {
        if before.as_deref() != Some(target) {
            changed = true;
            let zero = "0".repeat(target.len());
            commands += &format!(
                "update {reference} {target} {}\n",
                before.as_ref().unwrap_or(&zero)
            );
        }
    }
    commands += &format!("delete {PENDING}\nprepare\ncommit\n");
    git.run(
        &["update-ref", "--no-deref", "--stdin"],
        commands.as_bytes(),
    )?;
    Ok(changed)
}

/// All commits in fast-import's language.
fn stream(course: &Course, points: &[Point], trees: &[Tree]) -> Vec<u8> {
    let mut out = b"feature done\n".to_vec();
    out.extend(format!("reset {PENDING}\n").as_bytes());
    for (index, (point, tree)) in points.iter().zip(trees).enumerate() {
        let date = EPOCH + 60 * index as u64;
        let mark = index + 1;
        out.extend(format!("commit {PENDING}\nmark :{mark}\nauthor {IDENTITY} {date} +0000\ncommitter {IDENTITY} {date} +0000\n").as_bytes());
        data(&mut out, message(course, *point).as_bytes());
        if index > 0 {
            out.extend(format!("from :{index}\n").as_bytes());
        }
        out.extend(b"deleteall\n");
        for (path, file) in tree.files() {
            let mode = if file.executable { "100755" } else { "100644" };
            out.extend(format!("M {mode} inline {}\n", quoted(path)).as_bytes());
            data(&mut out, &file.text);
        }
        out.extend(format!("get-mark :{mark}\n").as_bytes());
    }
    out.extend(b"done\n");
    out
}

fn message(course: &Course, point: Point) -> String {
    let chapter = &course.chapters()[point.chapter()];
    let (number, title, name) = (chapter.number, &chapter.title, course.name(point));
    format!(
        "{}\n\n{name}: step {} of chapter {number}, {title}.\n",
        course.step(point).heading,
        point.step()
    )
}

fn data(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(format!("data {}\n", bytes.len()).as_bytes());
    out.extend(bytes);
    out.push(b'\n');
}

fn quoted(path: &str) -> String {
    format!(
        "\"{}\"",
        path.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}

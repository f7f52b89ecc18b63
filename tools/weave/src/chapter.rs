//! Chapters: what `chapters/NN-slug/chapter.toml` says.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{At, Error, Fault};
use crate::files;
use crate::point::{NEVER, Names};

/// One chapter of the course.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Its number, from the folder's name.
    pub number: usize,
    /// Its short name, from the folder's name.
    pub slug: String,
    /// The heading of its page.
    pub title: String,
    /// What the reader ends with, for the table of chapters.
    pub ends_with: String,
    /// The case that is run on every way to boot, where direct boot alone is the rule.
    pub smoke: Option<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// Its steps; step 1 is the first.
    pub steps: Vec<Step>,
    /// Older versions of files.
    pub olds: Vec<Old>,
    /// The runner's part, as it stands.
    pub contract: Vec<toml::Table>,
    /// The book's part, as it stands.
    pub transcript: Vec<toml::Table>,
    /// Exercises, as they stand.
    pub exercise: Vec<toml::Table>,
    /// Mutants, as they stand.
    pub mutant: Vec<toml::Table>,
}

/// A stopping point inside a chapter.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its heading, which is the subject of its commit; at most 72 characters.
    pub heading: String,
    /// The verdict that its boot has to have, where it is not the usual one.
    pub verdict: Option<String>,
    /// What its boot is sent on the serial line, once it is ready for input.
    pub input: Option<String>,
    /// Where it is declared.
    pub at: At,
}

/// An older version of a whole file.
#[derive(Clone, Debug)]
pub struct Old {
    /// Where it stands in the woven tree.
    pub path: String,
    /// Where it lies, relative to the chapter's folder.
    pub file: String,
    /// The first point that has it.
    pub from: String,
    /// The first point that has it no more.
    pub until: String,
    /// Where it is declared.
    pub at: At,
}

/// The longest subject that a commit may have, in characters.
const SUBJECT: usize = 72;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChapter {
    title: String,
    ends_with: String,
    smoke: Option<String>,
    #[serde(default)]
    step: Vec<Spanned<RawStep>>,
    #[serde(default)]
    old: Vec<Spanned<RawOld>>,
    #[serde(default)]
    contract: Vec<toml::Table>,
    #[serde(default)]
    transcript: Vec<toml::Table>,
    #[serde(default)]
    exercise: Vec<toml::Table>,
    #[serde(default)]
    mutant: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    heading: String,
    verdict: Option<String>,
    input: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOld {
    path: String,
    file: String,
    from: String,
    until: String,
}

/// All chapters in order.
pub(crate) fn load_all(root: &Path, errors: &mut Vec<Error>) -> Vec<Chapter> {
    let folders = match files::folders(&root.join("chapters")) {
        Ok(folders) => folders,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    let mut chapters: Vec<Chapter> = Vec::new();
    for folder in folders {
        match load(root, &folder, errors) {
            Ok(chapter) => chapters.push(chapter),
            Err(error) => errors.push(error),
        }
    }
    chapters.sort_by_key(|chapter| chapter.number);
    check_order(root, &chapters, errors);
    chapters
}

/// The names of the chapters' points.
pub(crate) fn names(chapters: &[Chapter]) -> Names {
    Names::new(
        chapters
            .iter()
            .map(|chapter| (chapter.slug.clone(), chapter.steps.len()))
            .collect(),
    )
}

fn check_order(root: &Path, chapters: &[Chapter], errors: &mut Vec<Error>) {
    let place = |chapter: &Chapter| At::new(toml_path(root, &chapter.folder), 1);
    if chapters.is_empty() {
        let message =
            "there is no chapter yet; make one as `chapters/01-slug/chapter.toml`".to_string();
        errors.push(Error::at(
            At::new("chapters", 1),
            Fault::Chapter { message },
        ));
    }
    for (index, chapter) in chapters.iter().enumerate() {
        for earlier in &chapters[..index] {
            if earlier.number == chapter.number || earlier.slug == chapter.slug {
                let other = toml_path(root, &earlier.folder);
                let message =
                    format!("number and slug must be the chapter's own, but {other} shares one");
                errors.push(Error::at(place(chapter), Fault::Chapter { message }));
            }
        }
    }
}

fn toml_path(root: &Path, folder: &Path) -> String {
    files::slashed(root, &folder.join("chapter.toml"))
}

fn load(root: &Path, folder: &Path, errors: &mut Vec<Error>) -> Result<Chapter, Error> {
    let path = folder.join("chapter.toml");
    let file = toml_path(root, folder);
    let fault = |line, message| Error::at(At::new(file.clone(), line), Fault::Chapter { message });
    let (number, slug) = folder_name(folder).map_err(|message| fault(1, message))?;
    let text = files::read_text(&path)?;
    let raw: RawChapter = toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| files::line_of(&text, span.start));
        fault(line, error.message().to_string())
    })?;
    if raw.step.is_empty() {
        errors.push(fault(
            1,
            "a chapter needs at least one `[[step]]` with a `heading`".to_string(),
        ));
    }
    let at = |offset| At::new(file.clone(), files::line_of(&text, offset));
    let steps: Vec<Step> = raw
        .step
        .into_iter()
        .map(|step| make_step(at(step.span().start), step))
        .collect();
    errors.extend(steps.iter().filter_map(heading_fault));
    let olds = raw
        .old
        .into_iter()
        .map(|old| make_old(at(old.span().start), old))
        .collect();
    let RawChapter {
        title,
        ends_with,
        smoke,
        contract,
        transcript,
        exercise,
        mutant,
        ..
    } = raw;
    let folder = folder.to_path_buf();
    Ok(Chapter {
        number,
        slug,
        title,
        ends_with,
        smoke,
        folder,
        steps,
        olds,
        contract,
        transcript,
        exercise,
        mutant,
    })
}

fn make_step(at: At, raw: Spanned<RawStep>) -> Step {
    let RawStep {
        heading,
        verdict,
        input,
    } = raw.into_inner();
    Step {
        heading,
        verdict,
        input,
        at,
    }
}

fn make_old(at: At, raw: Spanned<RawOld>) -> Old {
    let RawOld {
        path,
        file,
        from,
        until,
    } = raw.into_inner();
    Old {
        path,
        file,
        from,
        until,
        at,
    }
}

fn heading_fault(step: &Step) -> Option<Error> {
    let length = step.heading.chars().count();
    let fits = (1..=SUBJECT).contains(&length) && !step.heading.contains('\n');
    let message = format!(
        "the heading is the subject of a commit: one line of 1 to {SUBJECT} characters, this one has {length}"
    );
    (!fits).then(|| Error::at(step.at.clone(), Fault::Chapter { message }))
}

/// Splits `01-boot`.
fn folder_name(folder: &Path) -> Result<(usize, String), String> {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let wrong = || format!("the folder `{name}` must be called NN-slug, as in `01-boot`");
    let (number, slug) = name.split_once('-').ok_or_else(wrong)?;
    let digits = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
    if !crate::mark::is_slug(slug) {
        return Err(wrong());
    }
    if slug == NEVER {
        return Err(format!(
            "the slug `{NEVER}` is reserved for lines that no woven tree has"
        ));
    }
    Ok((number, slug.to_string()))
}

//! Transcripts and screenshots: shown as they were recorded, refused where they do not fit their declaration.

use crate::highlight::escape;
use crate::stages::{Chapter, Stages};
use std::path::{Path, PathBuf};
use transcript::{Declared, Header, Kind, Recording};

/// Why a recording cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordedError {
    #[error("transcripts belong to a chapter: this page is none's")]
    NoChapter,
    #[error(
        "{0} is not declared; add a [[transcript]] with that name to {1}/chapter.toml; declared are: {2}"
    )]
    Undeclared(String, String, String),
    #[error("{name} is declared as kind = \"{declared}\": use {{{{#{directive}}}}}")]
    OtherKind {
        name: String,
        declared: &'static str,
        directive: &'static str,
    },
    #[error("{}: {error}; record it with `cargo xtask book --update`", path.display())]
    Missing {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{}: {error}", path.display())]
    Unreadable {
        path: PathBuf,
        error: transcript::RecordingError,
    },
    #[error("{}: stale transcript: it was recorded for {what} = \"{recorded}\", chapter.toml now says \"{declared}\"; record it anew with `cargo xtask book --update`", path.display())]
    Stale {
        path: PathBuf,
        what: &'static str,
        recorded: String,
        declared: String,
    },
    #[error("{}: {problem}", path.display())]
    Unfit {
        path: PathBuf,
        problem: transcript::Problem,
    },
    #[error("transcript {0} is declared for {1}, and there is no such step")]
    NoStep(String, String),
    #[error(
        "transcript {0} is declared in {1}/chapter.toml, but this page does not show it: add {{{{#{2} {0}}}}} or remove the declaration"
    )]
    Unshown(String, String, &'static str),
}

/// A transcript as a figure.
pub(crate) fn transcript(
    stages: &Stages,
    chapter: usize,
    name: &str,
) -> Result<String, RecordedError> {
    let declared = declared(&stages.chapters[chapter], name, Kind::Text)?;
    let recording = read(stages, chapter, declared)?;
    let lines: String = recording
        .text
        .lines()
        .map(|line| format!("<span class=\"line\">{}\n</span>", escape(line)))
        .collect();
    Ok(format!(
        "<figure class=\"transcript\" data-transcript=\"{name}\">\n<figcaption>{}</figcaption>\n\
         <pre tabindex=\"0\"><span class=\"line command\">$ {}\n</span>{lines}</pre>\n</figure>",
        source(&recording.header),
        escape(&declared.typed()),
    ))
}

/// The text of a transcript.
pub(crate) fn text(stages: &Stages, chapter: usize, name: &str) -> Result<String, RecordedError> {
    let declared = declared(&stages.chapters[chapter], name, Kind::Text)?;
    Ok(read(stages, chapter, declared)?.text)
}

/// A screenshot as a figure, and its file with the path that it gets in the site.
pub(crate) fn screenshot(
    stages: &Stages,
    chapter: usize,
    name: &str,
    alt: &str,
    up: &str,
) -> Result<(String, (PathBuf, String)), RecordedError> {
    let declared = declared(&stages.chapters[chapter], name, Kind::Screen)?;
    let path = path(stages, chapter, &declared.file_name());
    let header = screenshot_header(stages, chapter, declared)?;
    let target = format!("screens/{}-{name}.png", stages.chapters[chapter].slug);
    let html = format!(
        "<figure class=\"screenshot\">\n<img src=\"{up}{target}\" alt=\"{}\"{}>\n<figcaption><code class=\"nohighlight\">{}</code> {}</figcaption>\n</figure>",
        escape(alt),
        size(&path),
        escape(&declared.typed()),
        source(&header),
    );
    Ok((html, (path, target)))
}

/// Width and height as attributes, so that the page keeps the place while the picture loads.
fn size(picture: &Path) -> String {
    let bytes = std::fs::read(picture).unwrap_or_default();
    // A PNG file begins with a signature of 8 bytes, and the length and the name of its first chunk.
    let number = |at: usize| {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(u32::from_be_bytes(*bytes))
    };
    match (bytes.get(12..16), number(16), number(20)) {
        (Some(b"IHDR"), Some(width), Some(height)) => {
            format!(" width=\"{width}\" height=\"{height}\"")
        }
        _ => String::new(),
    }
}

/// Declared transcripts and screenshots that the chapter's page does not show.
pub(crate) fn unshown(stages: &Stages, chapter: usize, shown: &[String]) -> Vec<RecordedError> {
    let chapter = &stages.chapters[chapter];
    let missing = chapter
        .transcripts
        .iter()
        .filter(|declared| !shown.contains(&declared.name));
    missing
        .map(|declared| {
            let directive = match declared.kind {
                Kind::Text => "transcript",
                Kind::Screen => "screenshot",
            };
            RecordedError::Unshown(declared.name.clone(), folder_name(chapter), directive)
        })
        .collect()
}

/// Recordings whose tree is not today's: not wrong, since masks and comments may explain it, but worth a note.
pub(crate) fn of_other_trees(stages: &Stages) -> Vec<String> {
    let mut notes = Vec::new();
    for (index, chapter) in stages.chapters.iter().enumerate() {
        for declared in &chapter.transcripts {
            let header = match declared.kind {
                Kind::Text => read(stages, index, declared).map(|recording| recording.header),
                Kind::Screen => screenshot_header(stages, index, declared),
            };
            let today = stages
                .find(&declared.step)
                .map(|stage| &stages.stages[stage].hash);
            if header.is_ok_and(|header| Some(&header.tree) != today) {
                notes.push(format!(
                    "{}: transcript {} was recorded from an older tree",
                    folder_name(chapter),
                    declared.name
                ));
            }
        }
    }
    notes
}

fn declared<'a>(
    chapter: &'a Chapter,
    name: &str,
    kind: Kind,
) -> Result<&'a Declared, RecordedError> {
    let found = chapter
        .transcripts
        .iter()
        .find(|declared| declared.name == name)
        .ok_or_else(|| {
            let names: Vec<_> = chapter
                .transcripts
                .iter()
                .map(|declared| declared.name.as_str())
                .collect();
            let names = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            RecordedError::Undeclared(name.to_owned(), folder_name(chapter), names)
        })?;
    match (found.kind, kind) {
        (Kind::Text, Kind::Screen) => Err(RecordedError::OtherKind {
            name: name.to_owned(),
            declared: "text",
            directive: "transcript",
        }),
        (Kind::Screen, Kind::Text) => Err(RecordedError::OtherKind {
            name: name.to_owned(),
            declared: "screen",
            directive: "screenshot",
        }),
        _ => Ok(found),
    }
}

fn read(stages: &Stages, chapter: usize, declared: &Declared) -> Result<Recording, RecordedError> {
    let path = path(stages, chapter, &declared.file_name());
    let text = std::fs::read_to_string(&path).map_err(|error| RecordedError::Missing {
        path: path.clone(),
        error,
    })?;
    let recording = Recording::parse(&text).map_err(|error| RecordedError::Unreadable {
        path: path.clone(),
        error,
    })?;
    if let Some(problem) = recording.problems().into_iter().next() {
        return Err(RecordedError::Unfit { path, problem });
    }
    check_header(stages, declared, &recording.header, path)?;
    Ok(recording)
}

fn screenshot_header(
    stages: &Stages,
    chapter: usize,
    declared: &Declared,
) -> Result<Header, RecordedError> {
    let picture = path(stages, chapter, &declared.file_name());
    std::fs::metadata(&picture).map_err(|error| RecordedError::Missing {
        path: picture,
        error,
    })?;
    let path = path(stages, chapter, &format!("{}.toml", declared.name));
    let text = std::fs::read_to_string(&path).map_err(|error| RecordedError::Missing {
        path: path.clone(),
        error,
    })?;
    let header = Header::parse(&text).map_err(|error| RecordedError::Unreadable {
        path: path.clone(),
        error,
    })?;
    check_header(stages, declared, &header, path)?;
    Ok(header)
}

fn check_header(
    stages: &Stages,
    declared: &Declared,
    header: &Header,
    path: PathBuf,
) -> Result<(), RecordedError> {
    let point = &declared.step;
    if !stages.stages.iter().any(|stage| stage.name == *point) {
        return Err(RecordedError::NoStep(declared.name.clone(), point.clone()));
    }
    for (what, recorded, declared) in [
        ("point", &header.point, point),
        ("command", &header.command, &declared.typed()),
    ] {
        if recorded != declared {
            let (recorded, declared) = (recorded.clone(), declared.clone());
            return Err(RecordedError::Stale {
                path,
                what,
                recorded,
                declared,
            });
        }
    }
    Ok(())
}

fn path(stages: &Stages, chapter: usize, file: &str) -> PathBuf {
    stages.chapters[chapter]
        .folder
        .join("transcripts")
        .join(file)
}

fn folder_name(chapter: &Chapter) -> String {
    chapter
        .folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn source(header: &Header) -> String {
    format!(
        "Recorded at {} with QEMU {} and {}",
        escape(&header.point),
        escape(&header.qemu),
        escape(&header.firmware)
    )
}

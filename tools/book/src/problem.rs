//! What can be wrong, and where.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong on one line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The page, relative to the root, with slashes: `book/src/boot.md`.
    pub page: String,
    /// Line of the page, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(page: &str, line: usize, message: impl fmt::Display) -> Self {
        Self {
            page: page.to_owned(),
            line,
            message: message.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.page, self.line, self.message)
    }
}

/// Everything that is wrong with the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        write!(
            f,
            "{} problem{} on the pages",
            self.0.len(),
            if self.0.len() == 1 { "" } else { "s" }
        )
    }
}

/// Why the book cannot be built or did not pass.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source itself is refused.
    #[error("the source cannot be read as a course:\n{0}")]
    Course(weave::Errors),
    /// A tree cannot be woven.
    #[error("{0}")]
    Weave(#[from] weave::Error),
    /// A `[[transcript]]` or an `[[exercise]]` is wrong.
    #[error("{}: {message}", file.display())]
    Declared {
        /// The chapter.toml.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// mdBook failed.
    #[error("mdBook: {0}")]
    MdBook(String),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// A built site stands in the way that is not ours to replace.
    #[error("{} is not empty and no site that this tool built; remove it or choose another --dest", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The pages are wrong.
    #[error("{0}")]
    Pages(Problems),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }
}

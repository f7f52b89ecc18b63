//! The site: mdBook with our preprocessor, and all that is checked about it.

use crate::links;
use crate::page::{self, Context};
use crate::problem::{Error, Problem, Problems};
use crate::recorded;
use crate::robot::{self, Walk};
use crate::stages::Stages;
use crate::warnings;
use mdbook_driver::MDBook;
use mdbook_driver::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Stands in every folder that this tool wrote, so that it never replaces another one.
const MARKER: &str = "built-by-cairn-book";

/// A built site.
#[derive(Debug)]
pub struct Site {
    /// Its folder.
    pub folder: PathBuf,
    /// Its pages, in the book's order.
    pub pages: Vec<links::Page>,
}

/// What a check has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Chapters whose page was read.
    pub chapters: usize,
    /// What the robot did on all pages.
    pub walk: Walk,
    /// Worth knowing, but not wrong.
    pub notes: Vec<String>,
}

/// Builds the site from the course at `root` into `folder`, which is replaced as a whole.
pub fn build(root: &Path, stages: &Stages, folder: &Path) -> Result<Site, Error> {
    refuse_foreign(folder)?;
    let part = beside(folder, "part");
    remove(&part)?;
    let pages = render(root, stages, &part)?;
    fs::write(part.join(MARKER), "").map_err(Error::file(&part))?;
    remove(folder)?;
    fs::rename(&part, folder).map_err(Error::file(folder))?;
    Ok(Site {
        folder: folder.to_owned(),
        pages,
    })
}

/// Sends the robot over every chapter's page and follows every link.
pub fn check(stages: &Stages, site: &Site) -> Result<Summary, Error> {
    let mut summary = Summary {
        notes: recorded::of_other_trees(stages),
        ..Summary::default()
    };
    let mut problems = Vec::new();
    for (index, chapter) in stages.chapters.iter().enumerate() {
        let file = format!("{}.md", chapter.slug);
        let Some(page) = site
            .pages
            .iter()
            .find(|page| page.name.rsplit('/').next() == Some(file.as_str()))
        else {
            let message = format!(
                "chapter {} has no page: write book/src/{file} and list it here",
                chapter.slug
            );
            problems.push(Problem::new("book/src/SUMMARY.md", 1, message));
            continue;
        };
        let walk = robot::walk(stages, index, &page.name, &page.html);
        summary.chapters += 1;
        summary.walk.stops += walk.stops;
        summary.walk.listings += walk.listings;
        summary.walk.lines += walk.lines;
        problems.extend(walk.problems);
        problems.extend(links::missing_parts(page, &chapter.sections));
    }
    problems.extend(links::check(&site.pages, &files(&site.folder)?));
    if problems.is_empty() {
        Ok(summary)
    } else {
        Err(Error::Pages(Problems(problems)))
    }
}

fn render(root: &Path, stages: &Stages, folder: &Path) -> Result<Vec<links::Page>, Error> {
    let mut book = MDBook::load(root.join("book")).map_err(of_mdbook)?;
    book.config.build.build_dir = absolute(folder)?;
    let sources: Vec<(String, String)> = pages(&book.book).collect();
    let names = sources.iter().map(|(path, _)| path.clone()).collect();
    let output = Rc::new(RefCell::new(Output::default()));
    let preprocessor = Cairn {
        stages: stages.clone(),
        root: root.to_owned(),
        pages: names,
        output: output.clone(),
    };
    book.with_preprocessor(preprocessor);
    let (result, warnings) = warnings::collect(|| book.build());
    result.map_err(of_mdbook)?;
    let mut output = output.take();
    let warned = warnings
        .iter()
        .map(|message| Problem::new("book/src", 1, format!("mdBook warns: {message}")));
    output.problems.extend(warned);
    if !output.problems.is_empty() {
        return Err(Error::Pages(Problems(output.problems)));
    }
    copy(&output.assets, folder)?;
    sources
        .into_iter()
        .map(|(path, source)| rendered(folder, &path, source))
        .collect()
}

fn rendered(folder: &Path, path: &str, source: String) -> Result<links::Page, Error> {
    let html_path = format!("{}.html", path.strip_suffix(".md").unwrap_or(path));
    let file = folder.join(&html_path);
    let html = fs::read_to_string(&file).map_err(Error::file(&file))?;
    Ok(links::Page {
        path: html_path,
        name: format!("book/src/{path}"),
        source,
        html,
    })
}

/// The book's pages: path relative to `src`, with slashes, and text.
fn pages(book: &Book) -> impl Iterator<Item = (String, String)> {
    book.chapters()
        .filter_map(|chapter| Some((slashed(chapter.path.as_ref()?), chapter.content.clone())))
}

#[derive(Default)]
struct Output {
    problems: Vec<Problem>,
    assets: Vec<(PathBuf, String)>,
}

/// Our preprocessor.
struct Cairn {
    stages: Stages,
    root: PathBuf,
    pages: Vec<String>,
    output: Rc<RefCell<Output>>,
}

impl Preprocessor for Cairn {
    fn name(&self) -> &str {
        "cairn"
    }

    fn run(
        &self,
        mdbook: &PreprocessorContext,
        mut book: Book,
    ) -> mdbook_preprocessor::errors::Result<Book> {
        let context = Context {
            stages: &self.stages,
            book: &mdbook.root,
            root: &self.root,
            pages: &self.pages,
        };
        book.for_each_chapter_mut(|chapter| {
            let Some(path) = chapter.path.as_ref().map(|path| slashed(path)) else {
                return;
            };
            let expanded = page::expand(&context, &path, &chapter.content);
            chapter.content = expanded.content;
            let mut output = self.output.borrow_mut();
            output.problems.extend(expanded.problems);
            output.assets.extend(expanded.assets);
        });
        Ok(book)
    }
}

fn copy(assets: &[(PathBuf, String)], folder: &Path) -> Result<(), Error> {
    for (source, target) in assets {
        let target = folder.join(target);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Error::file(parent))?;
        }
        fs::copy(source, &target).map_err(Error::file(source))?;
    }
    Ok(())
}

fn refuse_foreign(folder: &Path) -> Result<(), Error> {
    let empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if empty || folder.join(MARKER).exists() {
        return Ok(());
    }
    Err(Error::NotOurs {
        path: folder.to_owned(),
    })
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::File {
            path: folder.to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}

/// `target/book` gives `target/book.part`.
fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    folder.with_file_name(name)
}

fn files(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(Error::file(&next))? {
            let path = entry.map_err(Error::file(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.insert(slashed(relative));
            }
        }
    }
    Ok(found)
}

fn slashed(path: &Path) -> String {
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn absolute(folder: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(folder).map_err(Error::file(folder))
}

fn of_mdbook(error: mdbook_preprocessor::errors::Error) -> Error {
    Error::MdBook(format!("{error:#}"))
}

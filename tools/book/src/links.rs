//! Links inside the book lead somewhere, and nothing is fetched from elsewhere.

use crate::problem::Problem;
use mdbook_markdown::pulldown_cmark::{Event, Parser, Tag};
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet};

/// One page of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path in the site, with slashes: `contributing/marks.html`.
    pub path: String,
    /// Its source's name for messages: `book/src/contributing/marks.md`.
    pub name: String,
    /// Its source.
    pub source: String,
    /// The page as rendered.
    pub html: String,
}

/// Why a link is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("the link {0} leads to no file of the site")]
    NoFile(String),
    #[error(
        "the link {link} leads to {page}, which has no part named #{part}; its parts are: {parts}"
    )]
    NoPart {
        link: String,
        page: String,
        part: String,
        parts: String,
    },
    #[error(
        "a [[contract]] in chapter.toml names the section {0}, which this page does not have; add {{#{0}}} to a heading"
    )]
    NoSection(String),
    #[error("{0} would be fetched from elsewhere: the site stands alone")]
    Remote(String),
}

/// Checks every page. `files` are all files of the site, with slashes.
pub fn check(pages: &[Page], files: &BTreeSet<String>) -> Vec<Problem> {
    let read: Vec<Links> = pages.iter().map(|page| Links::of(&page.html)).collect();
    let parts: BTreeMap<&str, &BTreeSet<String>> = pages
        .iter()
        .zip(&read)
        .map(|(page, links)| (page.path.as_str(), &links.parts))
        .collect();
    let mut problems = Vec::new();
    for (page, links) in pages.iter().zip(&read) {
        for link in &links.local {
            if let Err(fault) = follow(&page.path, link, &parts, files) {
                problems.push(Problem::new(&page.name, line_of(&page.source, link), fault));
            }
        }
        for link in &links.remote {
            problems.push(Problem::new(
                &page.name,
                line_of(&page.source, link),
                Fault::Remote(link.clone()),
            ));
        }
    }
    problems
}

/// Parts that the chapter's contracts name and its page does not have.
pub fn missing_parts(page: &Page, parts: &[String]) -> Vec<Problem> {
    let known = Links::of(&page.html).parts;
    let missing = parts.iter().filter(|part| !known.contains(*part));
    missing
        .map(|part| Problem::new(&page.name, 1, Fault::NoSection(part.clone())))
        .collect()
}

/// What one page refers to.
struct Links {
    parts: BTreeSet<String>,
    local: BTreeSet<String>,
    remote: BTreeSet<String>,
}

impl Links {
    fn of(html: &str) -> Self {
        let document = Html::parse_document(html);
        let values = |selector: &str, attribute: &str| -> BTreeSet<String> {
            let Ok(selector) = Selector::parse(selector) else {
                return BTreeSet::new();
            };
            document
                .select(&selector)
                .filter_map(|element| element.attr(attribute))
                .map(str::to_owned)
                .collect()
        };
        let mut targets = values("main a[href]", "href");
        let pictures = values("main img[src]", "src");
        let mut fetched = values("script[src]", "src");
        fetched.extend(values("link[href]", "href"));
        fetched.extend(pictures.clone());
        targets.extend(pictures);
        Self {
            parts: values("[id]", "id"),
            local: targets
                .into_iter()
                .filter(|link| !is_elsewhere(link))
                .collect(),
            remote: fetched
                .into_iter()
                .filter(|link| is_elsewhere(link) && !link.starts_with("data:"))
                .collect(),
        }
    }
}

/// `https:…`, `mailto:…`, `//host/…`.
fn is_elsewhere(link: &str) -> bool {
    let scheme = link.split(['/', '#', '?']).next().unwrap_or("");
    link.starts_with("//") || scheme.contains(':')
}

fn follow(
    from: &str,
    link: &str,
    parts: &BTreeMap<&str, &BTreeSet<String>>,
    files: &BTreeSet<String>,
) -> Result<(), Fault> {
    let (path, part) = link
        .split_once('#')
        .map_or((link, None), |(path, part)| (path, Some(part)));
    let target = if path.is_empty() {
        from.to_owned()
    } else {
        resolve(from, path)
    };
    if !files.contains(&target) {
        return Err(Fault::NoFile(link.to_owned()));
    }
    match (part, parts.get(target.as_str())) {
        (Some(part), Some(known)) if !part.is_empty() && !known.contains(part) => {
            Err(Fault::NoPart {
                link: link.to_owned(),
                page: target,
                part: part.to_owned(),
                parts: known
                    .iter()
                    .filter(|part| !part.starts_with("mdbook-"))
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", "),
            })
        }
        _ => Ok(()),
    }
}

/// A relative link's path in the site.
fn resolve(from: &str, link: &str) -> String {
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.join("/")
}

/// The line of the source that has this link; 1 when a directive made it.
fn line_of(source: &str, link: &str) -> usize {
    let events = Parser::new(source).into_offset_iter();
    for (event, range) in events {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            && as_rendered(&dest_url) == link
        {
            return source[..range.start].matches('\n').count() + 1;
        }
    }
    1
}

/// mdBook makes `page.html` of `page.md`.
fn as_rendered(link: &str) -> String {
    let (path, part) = link
        .split_once('#')
        .map_or((link, None), |(path, part)| (path, Some(part)));
    let path = path
        .strip_suffix(".md")
        .map_or(path.to_owned(), |stem| format!("{stem}.html"));
    part.map_or(path.clone(), |part| format!("{path}#{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, source: &str, html: &str) -> Page {
        let name = format!("book/src/{}", path.replace(".html", ".md"));
        Page {
            path: path.into(),
            name,
            source: source.into(),
            html: format!("<main>{html}</main>"),
        }
    }

    fn problems(source: &str, html: &str) -> Vec<String> {
        let pages = [
            page("a/x.html", source, html),
            page("b.html", "", "<h1 id=\"top\">B</h1>"),
        ];
        let files = ["a/x.html", "b.html", "c.png"].map(str::to_owned).into();
        check(&pages, &files)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn good_links_pass() {
        let html = "<a href=\"../b.html#top\"></a><a href=\"#here\" id=\"here\"></a><img src=\"../c.png\">\
                    <a href=\"https://example.org/x\"></a>";
        assert_eq!(problems("", html), Vec::<String>::new());
    }

    #[test]
    fn dead_links_are_named_with_their_line() {
        let found = problems("One\n\n[two](../c.md)", "<a href=\"../c.html\"></a>");
        assert_eq!(
            found,
            ["book/src/a/x.md:3: the link ../c.html leads to no file of the site"]
        );
        let found = problems("[b](../b.md#end)", "<a href=\"../b.html#end\"></a>");
        assert!(
            found[0].contains("no part named #end; its parts are: top"),
            "{found:?}"
        );
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        let found = problems("", "<img src=\"https://example.org/c.png\">");
        assert!(found[0].contains("the site stands alone"), "{found:?}");
    }
}

//! From HTML to what a reader sees: steps, stopping points, and listings with their captions and lines.

use super::caption::{self, Words};
use scraper::{ElementRef, Html, Node, Selector};

/// Something on the page that the robot acts upon.
#[derive(Debug)]
pub(super) enum Event {
    Step { point: String, line: usize },
    Stop { point: String, line: usize },
    Listing(Listing),
    Unreadable { line: usize, why: String },
}

/// A listing.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) line: usize,
    pub(super) file: String,
    /// The caption as it reads.
    pub(super) says: String,
    pub(super) places: Vec<Words>,
    /// New and removed lines, as the caption counts them.
    pub(super) count: (usize, usize),
    /// Every line with its mark. A removed line that the listing leaves out has no text.
    pub(super) lines: Vec<(Mark, Option<String>)>,
}

/// What a line is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Old,
    New,
    Gone,
}

/// Everything to act upon, in the page's order.
pub(super) fn page(html: &str) -> Vec<Event> {
    let document = Html::parse_document(html);
    let Ok(wanted) = Selector::parse("main [data-step], main [data-point], main figure.listing")
    else {
        return Vec::new();
    };
    document.select(&wanted).map(event).collect()
}

fn event(element: ElementRef<'_>) -> Event {
    let line = element
        .attr("data-line")
        .and_then(|line| line.parse().ok())
        .unwrap_or(1);
    if let Some(point) = element.attr("data-step") {
        return Event::Step {
            point: point.to_owned(),
            line,
        };
    }
    if let Some(point) = element.attr("data-point") {
        return Event::Stop {
            point: point.to_owned(),
            line,
        };
    }
    listing(element, line).map_or_else(|why| Event::Unreadable { line, why }, Event::Listing)
}

fn listing(figure: ElementRef<'_>, line: usize) -> Result<Listing, String> {
    let caption = child(figure, "figcaption")?;
    let says = text(caption);
    let places = all(caption, ".place")
        .map(|place| words(place))
        .collect::<Vec<_>>();
    let places = places
        .iter()
        .map(|place| caption::read(place))
        .collect::<Result<_, _>>()?;
    let lines = match child(figure, "pre") {
        Ok(pre) => pre
            .children()
            .filter_map(ElementRef::wrap)
            .map(body_lines)
            .collect::<Result<Vec<_>, _>>()?,
        Err(_) => Vec::new(),
    };
    let lines = lines.into_iter().flatten().collect();
    Ok(Listing {
        line,
        file: text(child(caption, ".file")?),
        says: says.split_whitespace().collect::<Vec<_>>().join(" "),
        places,
        count: caption::count(&text(child(caption, ".count")?))?,
        lines,
    })
}

/// One line, or the several that a cut stands for.
fn body_lines(element: ElementRef<'_>) -> Result<Vec<(Mark, Option<String>)>, String> {
    let text = text(element);
    let mark = match (element.value().name(), element.attr("class")) {
        ("del", Some("line cut")) => {
            return caption::cut(&text).map(|count| vec![(Mark::Gone, None); count]);
        }
        ("ins", _) => Mark::New,
        ("del", _) => Mark::Gone,
        ("span", Some("line old")) => Mark::Old,
        (name, _) => return Err(format!("there is a <{name}> among its lines")),
    };
    match text.strip_suffix('\n') {
        Some(line) if !line.contains('\n') => Ok(vec![(mark, Some(line.to_owned()))]),
        _ => Err(format!("{text:?} is not one line")),
    }
}

/// The caption's words, with what is set as code kept apart.
fn words(place: ElementRef<'_>) -> Vec<(bool, String)> {
    place
        .children()
        .filter_map(|node| match node.value() {
            Node::Text(text) => Some((false, text.to_string())),
            Node::Element(_) => ElementRef::wrap(node).map(|element| (true, text(element))),
            _ => None,
        })
        .collect()
}

fn all<'a>(element: ElementRef<'a>, selector: &str) -> std::vec::IntoIter<ElementRef<'a>> {
    let found: Vec<_> = Selector::parse(selector)
        .map(|wanted| element.select(&wanted).collect())
        .unwrap_or_default();
    found.into_iter()
}

fn child<'a>(element: ElementRef<'a>, selector: &str) -> Result<ElementRef<'a>, String> {
    all(element, selector)
        .next()
        .ok_or_else(|| format!("it has no {selector}"))
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

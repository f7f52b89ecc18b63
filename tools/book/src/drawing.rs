//! Drawings: SVG files put into the page itself, so that they take the page's colours.

use crate::highlight::escape;
use regex::Regex;
use std::path::{Path, PathBuf};

/// Why a drawing cannot be put into a page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrawingError {
    #[error("{}: {error}; drawings are SVG files in book/src/figures, named without their ending", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("{}: there is no <svg> element in it", path.display())]
    NoSvg { path: PathBuf },
    #[error("{}: the <svg> element needs a viewBox, so that it fits every width", path.display())]
    NoViewBox { path: PathBuf },
    #[error("{}: it has {what}; a drawing stands alone, without scripts and without anything fetched", path.display())]
    Foreign { path: PathBuf, what: String },
}

/// The drawing as a figure.
pub(crate) fn inline(
    folder: &Path,
    name: &str,
    alt: &str,
    caption: Option<&str>,
) -> Result<String, DrawingError> {
    let path = folder.join(format!("{name}.svg"));
    let text = std::fs::read_to_string(&path).map_err(|error| DrawingError::File {
        path: path.clone(),
        error,
    })?;
    let svg = element(&text).ok_or_else(|| DrawingError::NoSvg { path: path.clone() })?;
    let opening = svg.split_once('>').map_or("", |(opening, _)| opening);
    if !opening.contains("viewBox=") {
        return Err(DrawingError::NoViewBox { path });
    }
    if let Some(what) = foreign(&svg) {
        return Err(DrawingError::Foreign { path, what });
    }
    let svg = own_ids(&svg, name).replacen(
        "<svg",
        &format!("<svg role=\"img\" aria-label=\"{}\"", escape(alt)),
        1,
    );
    Ok(figure(&svg, caption))
}

/// A drawing that we make: its elements as one that says what it shows. `id` is its own on the page; `alt` and `details` are
/// for those who do not see it.
pub(crate) fn made(
    id: &str,
    (width, height): (u32, u32),
    (alt, details): (&str, &str),
    elements: &[String],
    caption: Option<&str>,
) -> String {
    let svg = format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\" stroke=\"none\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}\n</svg>",
        escape(alt),
        escape(details),
        elements.join("\n"),
    );
    figure(&svg, caption)
}

fn figure(svg: &str, caption: Option<&str>) -> String {
    let caption = caption
        .map(|text| format!("<figcaption>{}</figcaption>\n", escape(text)))
        .unwrap_or_default();
    format!("<figure class=\"drawing\">\n{svg}\n{caption}</figure>")
}

/// The `<svg>` element without comments and blank lines, which would end the HTML block in Markdown.
fn element(text: &str) -> Option<String> {
    let text = &text[text.find("<svg")?..];
    let mut kept = String::new();
    let mut rest = &text[..text.rfind("</svg>")? + "</svg>".len()];
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->")?.1;
    }
    kept.push_str(rest);
    let lines: Vec<_> = kept
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    Some(lines.join("\n"))
}

fn foreign(svg: &str) -> Option<String> {
    let without_names = svg
        .replace("http://www.w3.org/2000/svg", "")
        .replace("http://www.w3.org/1999/xlink", "");
    let lower = without_names.to_lowercase();
    [
        "<script",
        "<foreignobject",
        "http:",
        "https:",
        "data:",
        "@import",
    ]
    .into_iter()
    .find(|what| lower.contains(what))
    .map(|what| format!("`{what}`"))
}

/// Ids that carry the drawing's name, since a page may show several drawings.
fn own_ids(svg: &str, name: &str) -> String {
    let Ok(references) = Regex::new(r##"( id="|url\(#|href="#)"##) else {
        return svg.to_owned();
    };
    references
        .replace_all(svg, format!("${{1}}{name}-"))
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inlined(svg: &str) -> Result<String, DrawingError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("box.svg"), svg).unwrap();
        inline(folder.path(), "box", "A \"box\"", Some("One box"))
    }

    #[test]
    fn a_drawing_goes_into_the_page() {
        let svg = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">\n\n<!-- a\n\nb -->\n\
                   <defs><marker id=\"tip\"/></defs><path marker-end=\"url(#tip)\"/></svg>\n";
        let html = inlined(svg).unwrap();
        assert!(
            html.contains("role=\"img\" aria-label=\"A &quot;box&quot;\""),
            "{html}"
        );
        assert!(
            html.contains("id=\"box-tip\"") && html.contains("url(#box-tip)"),
            "{html}"
        );
        assert!(
            !html.contains("\n\n") && !html.contains("<?xml") && !html.contains("<!--"),
            "{html}"
        );
    }

    #[test]
    fn refusals() {
        assert!(matches!(
            inlined("<p>no</p>"),
            Err(DrawingError::NoSvg { .. })
        ));
        assert!(matches!(
            inlined("<svg width=\"1\"></svg>"),
            Err(DrawingError::NoViewBox { .. })
        ));
        let remote = "<svg viewBox=\"0 0 1 1\"><image href=\"https://a.example/x.png\"/></svg>";
        assert!(matches!(inlined(remote), Err(DrawingError::Foreign { .. })));
        let missing = inline(Path::new("/nowhere"), "box", "x", None)
            .unwrap_err()
            .to_string();
        assert!(missing.contains("box.svg"), "{missing}");
    }
}

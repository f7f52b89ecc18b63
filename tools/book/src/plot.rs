//! Plots: series of counts as lines, drawn in the page's colours.

use crate::axis::Axis;
use crate::counted::{self, CountedError, Series};
use crate::directive::Plot;
use crate::drawing;
use crate::highlight::escape;
use transcript::Counts;

/// The size of the drawing.
const SIZE: (u32, u32) = (720, 380);
/// The field of the lines: left, right, top, bottom.
const LEFT: f64 = 76.0;
const RIGHT: f64 = 530.0;
const TOP: f64 = 32.0;
const BOTTOM: f64 = 316.0;

/// Each line's colour, which is legible on light and dark pages, and the shape of its points, which tells lines apart
/// without colours.
const STYLES: [(&str, &str); 6] = [
    ("#4a86c5", "M-4 0 A4 4 0 1 1 4 0 A4 4 0 1 1 -4 0 z"),
    ("#c47a22", "M-4 -4 H4 V4 H-4 z"),
    ("#4f9a63", "M0 -5 L5 4 H-5 z"),
    ("#a65fb0", "M0 -6 L6 0 L0 6 L-6 0 z"),
    ("#c2555a", "M0 5 L5 -4 H-5 z"),
    ("#7f8c8d", "M-2 -5 H2 V-2 H5 V2 H2 V5 H-2 V2 H-5 V-2 H-2 z"),
];

/// The plot as a figure. `id` is its own on the page.
pub(crate) fn draw(id: &str, counts: &Counts, plot: &Plot) -> Result<String, CountedError> {
    let series = counted::series(counts, &plot.series)?;
    refuse(&series, plot.log_log)?;
    let field = Field::new(&series, plot.log_log);
    let mut elements = field.axes(plot);
    elements.extend(
        series
            .iter()
            .zip(STYLES)
            .map(|(series, style)| field.line(series, style)),
    );
    elements.extend(legend(&series));
    let details = details(&series, plot);
    let caption = plot.caption.as_deref();
    Ok(drawing::made(
        id,
        SIZE,
        (&plot.alt, &details),
        &elements,
        caption,
    ))
}

fn refuse(series: &[Series], log_log: bool) -> Result<(), CountedError> {
    let (most, asked) = (STYLES.len(), series.len());
    if asked > most {
        return Err(CountedError::TooMany { most, asked });
    }
    for Series { name, points } in series.iter().filter(|_| log_log) {
        if let Some((x, y)) = points.iter().copied().find(|(x, y)| *x == 0 || *y == 0) {
            let name = name.clone();
            return Err(CountedError::NotAboveZero { name, x, y });
        }
    }
    Ok(())
}

/// The two axes.
struct Field {
    across: Axis,
    up: Axis,
}

impl Field {
    fn new(series: &[Series], log_log: bool) -> Self {
        let points = || {
            series
                .iter()
                .flat_map(|series| series.points.iter().copied())
        };
        let (xs, ys) = (points().map(|(x, _)| x), points().map(|(_, y)| y));
        if log_log {
            Self {
                across: Axis::logarithmic(xs, LEFT, RIGHT),
                up: Axis::logarithmic(ys, BOTTOM, TOP),
            }
        } else {
            Self {
                across: Axis::linear(xs, LEFT, RIGHT),
                up: Axis::linear(ys, BOTTOM, TOP),
            }
        }
    }

    /// The frame, the ticks with thin lines, and what the axes are.
    fn axes(&self, plot: &Plot) -> Vec<String> {
        let frame = format!(
            "<path d=\"M{LEFT} {TOP} V{BOTTOM} H{RIGHT}\" fill=\"none\" stroke=\"currentColor\"/>"
        );
        let upright = self.across.ticks.iter().map(|tick| {
            let (x, label) = (self.across.place(*tick), grouped(*tick));
            format!(
                "<path d=\"M{x:.1} {BOTTOM} V{TOP}\" stroke=\"currentColor\" stroke-opacity=\"0.2\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{label}</text>",
                BOTTOM + 18.0
            )
        });
        let level = self.up.ticks.iter().map(|tick| {
            let (y, label) = (self.up.place(*tick), grouped(*tick));
            format!(
                "<path d=\"M{LEFT} {y:.1} H{RIGHT}\" stroke=\"currentColor\" stroke-opacity=\"0.2\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" font-size=\"12\">{label}</text>",
                LEFT - 8.0,
                y + 4.0
            )
        });
        let names = [
            format!(
                "<text x=\"{LEFT}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                TOP - 14.0,
                escape(&plot.unit)
            ),
            format!(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                (LEFT + RIGHT) / 2.0,
                BOTTOM + 44.0,
                escape(&plot.over)
            ),
        ];
        upright.chain(level).chain([frame]).chain(names).collect()
    }

    /// A line through the points of a series, and the points.
    fn line(&self, series: &Series, (colour, shape): (&str, &str)) -> String {
        let place = |(x, y): &(u64, u64)| (self.across.place(*x), self.up.place(*y));
        let places: Vec<_> = series.points.iter().map(place).collect();
        let line: Vec<_> = places
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let points = places.iter().map(|(x, y)| {
            format!(
                "<path d=\"{shape}\" transform=\"translate({x:.1} {y:.1})\" fill=\"{colour}\"/>"
            )
        });
        format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>{}",
            line.join(" "),
            points.collect::<String>()
        )
    }
}

/// The names at the right, the highest line first.
fn legend(series: &[Series]) -> Vec<String> {
    let mut order: Vec<_> = series.iter().zip(STYLES).collect();
    order.sort_by_key(|(series, _)| std::cmp::Reverse(series.points.last().map(|(_, y)| *y)));
    let entry = |(row, (series, (colour, shape))): (usize, &(&Series, (&str, &str)))| {
        let (x, y) = (RIGHT + 30.0, TOP + 8.0 + 24.0 * row as f64);
        format!(
            "<path d=\"M{} {y} H{}\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <path d=\"{shape}\" transform=\"translate({x} {y})\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            x - 14.0,
            x + 14.0,
            x + 22.0,
            y + 4.0,
            escape(&series.name)
        )
    };
    order.iter().enumerate().map(entry).collect()
}

/// All points in words.
fn details(series: &[Series], plot: &Plot) -> String {
    let line = |Series { name, points }: &Series| {
        let points: Vec<_> = points.iter().map(|(x, y)| format!("{y} at {x}")).collect();
        format!("{name}: {}.", points.join(", "))
    };
    let lines: Vec<_> = series.iter().map(line).collect();
    let scale = if plot.log_log {
        ", both logarithmic"
    } else {
        ""
    };
    format!(
        "{} over {}{scale}. {}",
        plot.unit,
        plot.over,
        lines.join(" ")
    )
}

/// A number in groups of three digits, with narrow spaces between them.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_in_threes() {
        let numbers = [0, 999, 1000, 12_345, 1_234_567].map(grouped);
        let spaced = numbers.map(|text| text.replace('\u{202f}', " "));
        assert_eq!(spaced, ["0", "999", "1 000", "12 345", "1 234 567"]);
    }
}

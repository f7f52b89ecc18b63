//! One bar of a memory map.

use super::regions::Region;
use crate::highlight::escape;

/// The bars: left and right end, height, and how far apart they begin.
pub(super) const LEFT: f64 = 16.0;
const RIGHT: f64 = 704.0;
const HEIGHT: f64 = 40.0;
pub(super) const TOP: f64 = 28.0;
pub(super) const PITCH: f64 = 124.0;
/// No region is drawn thinner.
const THINNEST: f64 = 1.5;
/// The width of a letter and of an address's digit.
pub(super) const LETTER: f64 = 7.2;
const DIGIT: f64 = 7.0;

/// One bar: memory from address 0 to `end`.
pub(super) struct Bar {
    pub(super) end: u64,
    pub(super) top: f64,
}

impl Bar {
    fn place(&self, address: u64) -> f64 {
        LEFT + (RIGHT - LEFT) * (address.min(self.end) as f64 / self.end as f64)
    }

    fn bottom(&self) -> f64 {
        self.top + HEIGHT
    }

    /// Its title, its outline, which is all that is seen of gaps, the regions and some addresses.
    pub(super) fn draw(&self, regions: &[Region]) -> Vec<String> {
        let title = format!(
            "<text x=\"{}\" y=\"{}\" font-weight=\"bold\">0 to {}</text>",
            LEFT + 8.0,
            self.top - 8.0,
            size(self.end)
        );
        let outline = format!(
            "<rect x=\"{LEFT}\" y=\"{}\" width=\"{}\" height=\"{HEIGHT}\" fill=\"none\" stroke=\"currentColor\" \
             stroke-opacity=\"0.5\" stroke-dasharray=\"3 3\"/>",
            self.top,
            RIGHT - LEFT
        );
        let shown = || regions.iter().filter(|region| region.start < self.end);
        let mut elements = vec![title, outline];
        elements.extend(shown().map(|region| self.region(region)));
        elements.extend(self.addresses(shown()));
        elements
    }

    fn region(&self, region: &Region) -> String {
        let (from, to) = (self.place(region.start), self.place(region.end));
        // At the right end a thin region grows to the left.
        let width = (to - from).max(THINNEST);
        let x = from.min(RIGHT - width);
        let kind = escape(&region.kind);
        let colour = region.colour();
        let mut drawn = format!(
            "<rect x=\"{x:.1}\" y=\"{}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{colour}\" fill-opacity=\"0.6\" stroke=\"{colour}\"/>",
            self.top
        );
        if width > LETTER * region.kind.len() as f64 + 8.0 {
            drawn.push_str(&format!(
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{kind}</text>",
                x + width / 2.0,
                self.top + HEIGHT / 2.0 + 5.0
            ));
        }
        drawn
    }

    /// Both ends' addresses, and of the regions' as many as there is room for, those of large regions first.
    fn addresses<'a>(&self, regions: impl Iterator<Item = &'a Region>) -> Vec<String> {
        let mut regions: Vec<_> = regions.collect();
        regions.sort_by_key(|region| std::cmp::Reverse(region.end.min(self.end) - region.start));
        let edges = regions.iter().flat_map(|region| [region.start, region.end]);
        let mut taken = Vec::<(f64, f64)>::new();
        let mut labels = Vec::new();
        for address in [0, self.end].into_iter().chain(edges) {
            if address > self.end {
                continue;
            }
            let text = format!("{address:#x}");
            let (x, width) = (self.place(address), DIGIT * text.len() as f64);
            let from = x.min(RIGHT - width);
            let is_free =
                |(start, end): &(f64, f64)| from + width + 8.0 < *start || end + 8.0 < from;
            if taken.iter().all(is_free) {
                taken.push((from, from + width));
                labels.push(self.address(&text, x, from));
            }
        }
        labels
    }

    fn address(&self, text: &str, x: f64, from: f64) -> String {
        let bottom = self.bottom();
        format!(
            "<path d=\"M{x:.1} {bottom} v6\" stroke=\"currentColor\"/>\
             <text x=\"{from:.1}\" y=\"{}\" font-family=\"monospace\" font-size=\"11\">{text}</text>",
            bottom + 18.0
        )
    }

    /// Two thin lines to the next bar, from below the addresses of the part that it shows.
    pub(super) fn magnifier(&self, part: u64) -> String {
        let (top, bottom) = (self.bottom() + 24.0, self.top + PITCH);
        let x = self.place(part);
        format!(
            "<path d=\"M{LEFT} {top} V{bottom} M{x:.1} {top} L{RIGHT} {bottom}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.5\"/>"
        )
    }
}

/// A size in its largest unit.
fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let (mut number, mut unit) = (bytes as f64, 0);
    while number >= 1024.0 && unit + 1 < units.len() {
        (number, unit) = (number / 1024.0, unit + 1);
    }
    let digits = if number.fract() == 0.0 { 0 } else { 1 };
    format!("{number:.digits$} {}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * MIB;

    #[test]
    fn places_are_to_scale() {
        let bar = Bar {
            end: 16 * MIB,
            top: 0.0,
        };
        assert_eq!(bar.place(0), LEFT);
        assert_eq!(bar.place(8 * MIB), (LEFT + RIGHT) / 2.0);
        assert_eq!(bar.place(GIB), RIGHT);
    }

    #[test]
    fn sizes_have_units() {
        let sizes = [16 * MIB, 1024 * GIB, 3 * GIB / 2, 0x9fc00].map(size);
        assert_eq!(sizes, ["16 MiB", "1 TiB", "1.5 GiB", "639 KiB"]);
    }
}

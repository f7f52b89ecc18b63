//! Memory maps: the regions that a transcript lists, drawn to scale.

mod bar;
mod regions;

use crate::drawing;
use crate::highlight::escape;
use bar::{Bar, LEFT, LETTER, PITCH, TOP};
use regions::{MapError, Region, details, names, regions};

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// The parts of memory that a bar of their own magnifies, the larger first: what 32-bit addresses reach, and what holds the
/// first mebibyte and a kernel at 2 MiB.
const MAGNIFIED: [u64; 2] = [4 * GIB, 16 * MIB];
/// A bar shows at least so many times what the next one does.
const STEP: u64 = 8;

/// The map as a figure. `id` is its own on the page, `text` the transcript's.
pub(crate) fn draw(
    id: &str,
    name: &str,
    text: &str,
    alt: &str,
    caption: Option<&str>,
) -> Result<String, MapError> {
    let regions = regions(name, text)?;
    let bars = bars(regions.iter().map(|region| region.end).max().unwrap_or(0));
    let mut elements = Vec::new();
    for (index, end) in bars.iter().enumerate() {
        let bar = Bar {
            end: *end,
            top: TOP + PITCH * index as f64,
        };
        elements.extend(bar.draw(&regions));
        elements.extend(bars.get(index + 1).map(|part| bar.magnifier(*part)));
    }
    let bottom = PITCH * bars.len() as f64;
    elements.push(legend(&regions, bottom));
    let size = (720, bottom as u32 + 20);
    Ok(drawing::made(
        id,
        size,
        (alt, &details(&regions)),
        &elements,
        caption,
    ))
}

/// What each bar ends with: all memory, then smaller parts of it.
fn bars(end: u64) -> Vec<u64> {
    let mut bars = vec![end];
    for part in MAGNIFIED {
        if bars
            .last()
            .is_some_and(|whole| *whole >= part.saturating_mul(STEP))
        {
            bars.push(part);
        }
    }
    bars
}

/// What the colours mean.
fn legend(regions: &[Region], top: f64) -> String {
    let mut kinds: Vec<&Region> = Vec::new();
    for region in regions {
        if !kinds.iter().any(|known| known.colour() == region.colour()) {
            kinds.push(region);
        }
    }
    let mut x = LEFT;
    let mut legend = String::new();
    for region in kinds {
        let (colour, name) = (region.colour(), names(regions, region.colour()));
        legend.push_str(&format!(
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"14\" height=\"14\" fill=\"{colour}\" fill-opacity=\"0.6\" stroke=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{top:.1}\">{}</text>",
            top - 12.0,
            x + 20.0,
            escape(&name)
        ));
        x += 20.0 + LETTER * name.len() as f64 + 20.0;
    }
    format!(
        "{legend}<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"14\" height=\"14\" fill=\"none\" stroke=\"currentColor\" \
         stroke-opacity=\"0.5\" stroke-dasharray=\"3 3\"/><text x=\"{:.1}\" y=\"{top:.1}\">a gap</text>",
        top - 12.0,
        x + 20.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_magnify_where_it_helps() {
        assert_eq!(bars(16 * MIB), [16 * MIB]);
        assert_eq!(bars(128 * MIB), [128 * MIB, 16 * MIB]);
        assert_eq!(bars(4 * GIB), [4 * GIB, 16 * MIB]);
        assert_eq!(bars(1024 * GIB), [1024 * GIB, 4 * GIB, 16 * MIB]);
    }
}

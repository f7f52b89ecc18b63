//! Calibration: counters of which nobody knows how fast they count are compared with one
//! that is known, the reference.

use super::rate::Rate;

/// A counter whose rate is known, which counts upwards.
pub trait Reference {
    /// The bits that it has: a number of ones. After the highest number it begins anew.
    const MASK: u32;
    /// How fast it counts.
    fn rate(&self) -> Rate;
    /// What it has counted.
    fn count(&mut self) -> u32;
    /// Whether it has begun anew, as far as it can tell.
    fn has_wrapped(&mut self) -> bool {
        false
    }
}

/// A counter whose rate is not known, which counts upwards.
pub type Unknown<'a> = &'a mut dyn FnMut() -> u64;

/// Why nothing was learnt from the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// It does not count.
    Stuck,
    /// The machine has stood still for so long that nobody knows how often it began anew.
    Wrapped,
}

/// So long counters are compared: a hundredth of a second.
const SHARE: u64 = 100;

/// So many looks it may take until the reference moves, and until the time is over. A look takes
/// longer than a nanosecond.
const PATIENCE: u32 = 100_000;
const LOOKS: u32 = 10_000_000;

/// So many times both counters are read, to find the pair that lies closest together.
const TRIES: u32 = 8;

/// Finds out how fast counters count. `None` for one that has no usual rate.
///
/// # Errors
/// When the reference does not count, or not as far as it can.
pub fn compare<R: Reference, const N: usize>(
    reference: &mut R,
    mut unknown: [Unknown; N],
) -> Result<[Option<Rate>; N], Error> {
    let rate = reference.rate();
    let starts = (unknown.each_mut()).map(|counter| together(reference, counter));
    wait(reference, rate.hertz() / SHARE)?;
    let ends = (unknown.each_mut()).map(|counter| together(reference, counter));
    if reference.has_wrapped() {
        return Err(Error::Wrapped);
    }
    Ok(core::array::from_fn(|index| {
        let (start, end) = (&starts[index], &ends[index]);
        let references = end.0.wrapping_sub(start.0) & R::MASK;
        let counts = end.1.wrapping_sub(start.1);
        Rate::compared(counts, references.into(), rate)
    }))
}

/// Reads the reference and another counter as much at the same time as may be: the other
/// one before and after, of which it takes the middle.
fn together(reference: &mut impl Reference, counter: &mut Unknown) -> (u32, u64) {
    let pairs = (0..TRIES).map(|_| {
        let (before, count, after) = (counter(), reference.count(), counter());
        let gap = after.wrapping_sub(before);
        (gap, (count, before.wrapping_add(gap / 2)))
    });
    // There is at least one try.
    pairs
        .min_by_key(|(gap, _)| *gap)
        .map_or((0, 0), |(_, pair)| pair)
}

/// Waits until the reference has counted so far, or half as far as it can.
fn wait<R: Reference>(reference: &mut R, counts: u64) -> Result<(), Error> {
    let wanted = counts.min((R::MASK / 2).into()) as u32;
    let first = reference.count();
    let (mut last, mut still) = (first, 0);
    for _ in 0..LOOKS {
        let now = reference.count();
        if now.wrapping_sub(first) & R::MASK >= wanted {
            return Ok(());
        }
        still = if now == last { still + 1 } else { 0 };
        if still == PATIENCE {
            break;
        }
        last = now;
    }
    Err(Error::Stuck)
}

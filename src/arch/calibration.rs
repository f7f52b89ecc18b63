//! Calibration: counters of which nobody knows how fast they count are compared with one
//! that is known.

use crate::time::rate::Rate;

/// A counter whose rate is known.
pub trait Counter {
    /// The bits that it has: a number of ones. After the highest number it begins anew.
    const MASK: u32;
    /// How fast it counts.
    fn rate(&self) -> Rate;
    /// What it has counted.
    fn count(&mut self) -> u32;
}

/// A counter whose rate is not known, which counts upwards.
pub type Unknown<'a> = &'a mut dyn FnMut() -> u64;

/// The counter does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck;

/// So long counters are compared: a hundredth of a second. A processor reads an old timer
/// in a microsecond, so the error is some ten thousandth parts.
const SHARE: u64 = 100;

/// So many looks a counter has to move. A look takes longer than a nanosecond.
const PATIENCE: u32 = 100_000;

/// So many times both counters are read, to find the pair that lies closest together.
const TRIES: u32 = 8;

/// Finds out how fast other counters count. `None` for one that has no usual rate.
///
/// # Errors
/// When the counter whose rate is known does not count.
pub fn compare<C: Counter, const N: usize>(
    known: &mut C,
    mut unknown: [Unknown; N],
) -> Result<[Option<Rate>; N], Stuck> {
    let rate = known.rate();
    let wanted = (rate.hertz() / SHARE) as u32 & C::MASK;
    let starts = unknown.each_mut().map(|other| together(known, other));
    let first = known.count();
    wait(known, |now| now.wrapping_sub(first) & C::MASK >= wanted)?;
    let ends = unknown.each_mut().map(|other| together(known, other));
    Ok(core::array::from_fn(|index| {
        let (start, end) = (&starts[index], &ends[index]);
        let counts = end.1.wrapping_sub(start.1);
        let others = end.0.wrapping_sub(start.0) & C::MASK;
        Rate::compared(counts, others.into(), rate)
    }))
}

/// Reads both as much at the same time as may be: the other one before and after, and
/// takes the middle.
fn together(known: &mut impl Counter, other: &mut Unknown) -> (u32, u64) {
    let pairs = (0..TRIES).map(|_| {
        let (before, count, after) = (other(), known.count(), other());
        let gap = after.wrapping_sub(before);
        (gap, (count, before.wrapping_add(gap / 2)))
    });
    // There is at least one try.
    pairs
        .min_by_key(|(gap, _)| *gap)
        .map_or((0, 0), |(_, pair)| pair)
}

/// Waits as long as the counter moves.
fn wait(known: &mut impl Counter, is_over: impl Fn(u32) -> bool) -> Result<(), Stuck> {
    let (mut last, mut looks) = (known.count(), 0);
    loop {
        let now = known.count();
        if is_over(now) {
            return Ok(());
        }
        looks = if now == last { looks + 1 } else { 0 };
        last = now;
        if looks == PATIENCE {
            return Err(Stuck);
        }
    }
}

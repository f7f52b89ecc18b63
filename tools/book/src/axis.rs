//! The axis of a plot: its ends, its ticks and the place of a value on it.

use std::iter::{self, successors};

/// At most so many ticks, so that their labels do not touch.
const MOST: usize = 7;

/// One axis, from its lowest to its highest tick.
#[derive(Debug)]
pub(crate) struct Axis {
    /// The values at its ticks, ascending: two or more.
    pub(crate) ticks: Vec<u64>,
    /// The coordinates of its ends.
    from: f64,
    to: f64,
    is_logarithmic: bool,
}

impl Axis {
    /// An axis from 0 that has room for these values.
    pub(crate) fn linear(values: impl Iterator<Item = u64>, from: f64, to: f64) -> Self {
        let high = values.max().unwrap_or(0).max(1);
        let fits = |step: &u64| high.div_ceil(*step) < MOST as u64;
        let step = round().find(fits).unwrap_or(high);
        let ticks = (0..=high.div_ceil(step)).map(|tick| tick.saturating_mul(step));
        Self {
            ticks: ticks.collect(),
            from,
            to,
            is_logarithmic: false,
        }
    }

    /// A logarithmic axis that has room for these values, which are above 0.
    pub(crate) fn logarithmic(values: impl Iterator<Item = u64>, from: f64, to: f64) -> Self {
        let (low, high) = values.fold((u64::MAX, 1), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        // The finest that are few enough. Three powers of ten from tick to tick are enough for any number.
        let coarser = (1..=3).map(|every| around(powers().step_by(every), low, high));
        let mut choices = iter::once(around(round(), low, high)).chain(coarser);
        let ticks = choices.find(|ticks| ticks.len() <= MOST);
        Self {
            ticks: ticks.unwrap_or_default(),
            from,
            to,
            is_logarithmic: true,
        }
    }

    /// The coordinate of a value.
    pub(crate) fn place(&self, value: u64) -> f64 {
        let scale = |value: u64| match self.is_logarithmic {
            true => (value as f64).log10(),
            false => value as f64,
        };
        let [low, .., high] = self.ticks[..] else {
            return self.from;
        };
        let share = (scale(value) - scale(low)) / (scale(high) - scale(low));
        self.from + share * (self.to - self.from)
    }
}

/// 1, 10, 100 and so on.
fn powers() -> impl Iterator<Item = u64> {
    successors(Some(1_u64), |power| power.checked_mul(10))
}

/// 1, 2, 5, 10, 20, 50 and so on.
fn round() -> impl Iterator<Item = u64> {
    powers().flat_map(|power| {
        [1, 2, 5]
            .into_iter()
            .filter_map(move |digit| power.checked_mul(digit))
    })
}

/// The ticks from the last one that is not above `low` to the first one that is not below `high`: two or more.
fn around(ticks: impl Iterator<Item = u64>, low: u64, high: u64) -> Vec<u64> {
    let mut kept = Vec::new();
    for tick in ticks {
        if tick <= low {
            kept.clear();
        }
        kept.push(tick);
        if tick >= high && kept.len() > 1 {
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_begins_at_zero() {
        let axis = |high| Axis::linear([3, high].into_iter(), 0.0, 100.0).ticks;
        assert_eq!(axis(0), [0, 1, 2, 3]);
        assert_eq!(axis(1079), [0, 200, 400, 600, 800, 1000, 1200]);
        assert_eq!(axis(6), [0, 1, 2, 3, 4, 5, 6]);
        let empty = Axis::linear([].into_iter(), 0.0, 1.0);
        assert_eq!(empty.ticks, [0, 1]);
    }

    #[test]
    fn a_logarithmic_axis_goes_by_powers_of_ten() {
        let axis = |low, high| Axis::logarithmic([high, low].into_iter(), 0.0, 100.0).ticks;
        assert_eq!(axis(100, 100), [100, 200]);
        assert_eq!(axis(140, 180), [100, 200]);
        assert_eq!(axis(100, 10_000), [100, 200, 500, 1000, 2000, 5000, 10_000]);
        assert_eq!(axis(30, 20_000), [10, 100, 1000, 10_000, 100_000]);
        assert_eq!(
            axis(1, 20_000_000),
            [1, 100, 10_000, 1_000_000, 100_000_000]
        );
        assert_eq!(axis(1, u64::MAX).len(), 7);
    }

    #[test]
    fn values_have_their_place() {
        let linear = Axis::linear([10].into_iter(), 200.0, 100.0);
        assert_eq!(
            [0, 5, 10].map(|value| linear.place(value)),
            [200.0, 150.0, 100.0]
        );
        let logarithmic = Axis::logarithmic([1, 100].into_iter(), 0.0, 100.0);
        assert_eq!(
            [1, 10, 100].map(|value| logarithmic.place(value)),
            [0.0, 50.0, 100.0]
        );
    }
}

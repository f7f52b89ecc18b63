//! How fast a counter counts.

use core::fmt;

// [time.2]
/// Nanoseconds in a second.
pub const SECOND: u64 = 1_000_000_000;

/// The rates that counters have, in hertz.
const LEAST: u64 = 1_000;
const MOST: u64 = 1_000_000_000_000;

/// The rate of a counter, in hertz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    hertz: u64,
    // [time.2]
    /// Nanoseconds that one count takes, times 2³².
    scale: u64,
}

impl Rate {
    /// So many counts a second; `None` for what no counter has: less than 1 kHz, or more
    /// than 1 THz.
    pub const fn new(hertz: u64) -> Option<Self> {
        if hertz < LEAST || hertz > MOST {
            return None;
        }
        Some(Self {
            hertz,
            scale: (SECOND << 32) / hertz, // [time.2]
        })
    }

    /// The rate of a counter that has counted so far while the reference, whose rate is known,
    /// has counted so far; `None` as for [`Rate::new`].
    pub fn compared(counts: u64, references: u64, reference: Self) -> Option<Self> {
        let product = u128::from(counts) * u128::from(reference.hertz);
        let rounded = product + u128::from(references / 2);
        let hertz = rounded.checked_div(references.into())?;
        Self::new(hertz.try_into().ok()?)
    }

    /// Counts a second.
    pub fn hertz(self) -> u64 {
        self.hertz
    }

    // [time.2]
    /// The nanoseconds that so many counts take, rounded down. There is no division, since this
    /// is asked often, and no overflow for 584 years.
    pub fn nanoseconds(self, counts: u64) -> u64 {
        ((u128::from(counts) * u128::from(self.scale)) >> 32) as u64
    }

    // [time.3]
    /// The counts in so many nanoseconds, rounded up.
    pub fn counts(self, nanoseconds: u64) -> u64 {
        let product = u128::from(nanoseconds) * u128::from(self.hertz);
        let counts = product.div_ceil(SECOND.into());
        counts.try_into().unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let (mega, rest) = (self.hertz / 1_000_000, self.hertz % 1_000_000);
        write!(out, "{mega}.{:03} MHz", rest / 1000)
    }
}

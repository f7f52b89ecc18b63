//! Rates, against arithmetic that has room for everything.

use cairn::time::rate::{Rate, SECOND};
use proptest::prelude::*;

fn rate(hertz: u64) -> Rate {
    Rate::new(hertz).expect("it is a usual rate")
}

/// Rates of all magnitudes.
fn rates() -> impl Strategy<Value = Rate> {
    let magnitudes = prop_oneof![
        1_000..1_000_000_u64,
        1_000_000..1_000_000_000_u64,
        1_000_000_000..=1_000_000_000_000_u64,
    ];
    magnitudes.prop_map(rate)
}

/// Exactly, and rounded down.
fn nanoseconds(counts: u64, rate: Rate) -> u128 {
    u128::from(counts) * u128::from(SECOND) / u128::from(rate.hertz())
}

#[test]
fn no_counter_is_so_slow_or_so_fast() {
    for hertz in [0, 999, 1_000_000_000_001, u64::MAX] {
        assert_eq!(Rate::new(hertz), None);
    }
    for hertz in [1_000, 1_000_000_000_000] {
        assert_eq!(rate(hertz).hertz(), hertz);
    }
}

#[test]
fn a_rate_is_shown_in_megahertz() {
    for (hertz, shown) in [
        (1_000, "0.001 MHz"),
        (1_193_182, "1.193 MHz"),
        (2_100_665_999, "2100.665 MHz"),
    ] {
        assert_eq!(rate(hertz).to_string(), shown);
    }
}

#[test]
fn a_clock_runs_for_584_years() {
    let years = 584 * 365 * 86_400 * SECOND;
    for hertz in [1_000, 1_193_182, SECOND, 20 * SECOND] {
        let counts = u128::from(years) * u128::from(hertz) / u128::from(SECOND);
        let Ok(counts) = counts.try_into() else {
            continue;
        };
        assert!(rate(hertz).nanoseconds(counts) > years / 1000 * 999);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// One multiplication is as good as the division, to a nanosecond in four seconds of a
    /// counter at 1 GHz.
    #[test]
    fn nanoseconds_are_exact(rate in rates(), counts: u64) {
        let exact = nanoseconds(counts, rate);
        prop_assume!(exact <= u64::MAX.into());
        let ours = u128::from(rate.nanoseconds(counts));
        prop_assert!(ours <= exact);
        prop_assert!(exact - ours <= u128::from(counts >> 32) + 1);
    }

    /// A clock that is read later never says less.
    #[test]
    fn nanoseconds_never_go_back(rate in rates(), counts: u64, later in 0..1_000_u64) {
        let after = counts.saturating_add(later);
        prop_assume!(nanoseconds(after, rate) <= u64::MAX.into());
        prop_assert!(rate.nanoseconds(counts) <= rate.nanoseconds(after));
    }

    /// So many counts take at least so many nanoseconds, and one less does not.
    #[test]
    fn counts_are_rounded_up(rate in rates(), time: u64) {
        let (time_wanted, counts) = (u128::from(time), rate.counts(time));
        if counts < u64::MAX {
            prop_assert!(u128::from(counts) * u128::from(SECOND) >= time_wanted * u128::from(rate.hertz()));
            let less = counts.saturating_sub(1);
            prop_assert!(time == 0 || nanoseconds(less, rate) < time_wanted);
        } else {
            prop_assert!(nanoseconds(counts, rate) <= time_wanted);
        }
    }

    /// What is compared with a reference has the rate that arithmetic says, whatever both have
    /// counted.
    #[test]
    fn rates_are_compared_exactly(counts: u64, references: u64, reference in rates()) {
        let product = u128::from(counts) * u128::from(reference.hertz());
        let half = u128::from(references / 2);
        let exact = (product + half).checked_div(references.into());
        let expected = exact.and_then(|hertz| Rate::new(hertz.try_into().ok()?));
        prop_assert_eq!(Rate::compared(counts, references, reference), expected);
    }

    /// A counter that has counted for some time gets its rate back, to one part in as many as
    /// both have counted.
    #[test]
    fn a_rate_is_found_again(rate in rates(), reference in rates(), milliseconds in 100..1_000_u64) {
        let counted = |rate: Rate| rate.hertz() * milliseconds / 1000;
        let (counts, references) = (counted(rate), counted(reference));
        let found = Rate::compared(counts, references, reference);
        let Some(found) = found else {
            prop_assert!(rate.hertz() < 1_100 || rate.hertz() > 990_000_000_000);
            return Ok(());
        };
        let allowed = rate.hertz() / counts + rate.hertz() / references + 1;
        prop_assert!(found.hertz().abs_diff(rate.hertz()) <= allowed);
    }
}

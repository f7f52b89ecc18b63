//! Calibration, on machines whose time passes only when somebody looks at a counter.

use std::cell::Cell;
use std::rc::Rc;

use cairn::time::calibration::{Error, Reference, compare};
use cairn::time::rate::Rate;
use proptest::prelude::*;

const PIT: u64 = 1_193_182;

/// A machine's time, in nanoseconds. Each look takes some; one of them takes long.
#[derive(Clone, Default)]
struct Machine {
    now: Rc<Cell<u64>>,
    looks: Rc<Cell<u64>>,
    look: u64,
    /// At which look the machine stands still, and for how long.
    pause: (u64, u64),
}

impl Machine {
    fn with(look: u64, pause: (u64, u64)) -> Self {
        Self {
            look,
            pause,
            ..Self::default()
        }
    }

    /// What a counter of this rate has counted.
    fn look(&self, hertz: u64) -> u64 {
        self.looks.set(self.looks.get() + 1);
        let pause = if self.looks.get() == self.pause.0 {
            self.pause.1
        } else {
            0
        };
        self.now.set(self.now.get() + self.look + pause);
        (u128::from(self.now.get()) * u128::from(hertz) / 1_000_000_000) as u64
    }
}

/// A reference of 16 bits: a PIT.
struct Short {
    machine: Machine,
    can_tell: bool,
}

impl Reference for Short {
    const MASK: u32 = 0xffff;

    fn rate(&self) -> Rate {
        Rate::new(PIT).expect("it is a usual rate")
    }

    fn count(&mut self) -> u32 {
        self.machine.look(PIT) as u32 & Self::MASK
    }

    fn has_wrapped(&mut self) -> bool {
        self.can_tell && self.machine.look(PIT) > Self::MASK.into()
    }
}

/// A reference of 32 bits, with some rate and some first count: an HPET.
struct Long {
    machine: Machine,
    rate: u64,
    first: u32,
}

impl Reference for Long {
    const MASK: u32 = u32::MAX;

    fn rate(&self) -> Rate {
        Rate::new(self.rate).expect("it is a usual rate")
    }

    fn count(&mut self) -> u32 {
        (self.machine.look(self.rate) as u32).wrapping_add(self.first)
    }
}

/// A reference that does as a function says.
struct Odd<F>(F);

impl<F: FnMut() -> u32> Reference for Odd<F> {
    const MASK: u32 = u32::MAX;

    fn rate(&self) -> Rate {
        Rate::new(100_000_000).expect("it is a usual rate")
    }

    fn count(&mut self) -> u32 {
        (self.0)()
    }
}

fn is_near(found: Option<Rate>, hertz: u64) -> bool {
    found.is_some_and(|rate| rate.hertz().abs_diff(hertz) <= hertz / 1_000)
}

#[test]
fn a_reference_that_stands_still_is_stuck() {
    let mut looks = 0;
    let mut reference = Odd(|| {
        looks += 1;
        42
    });
    assert_eq!(compare(&mut reference, [&mut || 0]), Err(Error::Stuck));
    assert!(looks < 200_000, "{looks}");
}

#[test]
fn a_reference_that_creeps_is_stuck() {
    let mut looks = 0;
    let mut reference = Odd(|| {
        looks += 1;
        looks / 50_000
    });
    assert_eq!(compare(&mut reference, [&mut || 0]), Err(Error::Stuck));
    assert!(looks < 11_000_000, "{looks}");
}

#[test]
fn what_does_not_count_has_no_rate() {
    let machine = Machine::with(1_000, (0, 0));
    let mut reference = Short {
        machine: machine.clone(),
        can_tell: true,
    };
    let (mut still, mut last) = (|| 42, 0_u64);
    let mut back = || {
        last = last.wrapping_sub(1);
        last
    };
    let mut good = || machine.look(2_100_000_000);
    let rates = compare(&mut reference, [&mut still, &mut back, &mut good]);
    let [still, back, good] = rates.expect("the reference counts");
    assert_eq!((still, back), (None, None));
    assert!(is_near(good, 2_100_000_000), "{good:?}");
}

#[test]
fn a_long_pause_is_noticed() {
    let compared = |can_tell| {
        let machine = Machine::with(1_000, (1_000, 55_000_000));
        let mut reference = Short {
            machine: machine.clone(),
            can_tell,
        };
        compare(&mut reference, [&mut || machine.look(1_000_000_000)])
    };
    assert_eq!(compared(true), Err(Error::Wrapped));
    // Nobody else notices it: the counter is found to be six times as fast as it is.
    let [rate] = compared(false).expect("it counts");
    assert!(rate.is_some_and(|rate| rate.hertz() > 5_000_000_000));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// By the PIT, also if the machine stands still for a while.
    #[test]
    fn rates_are_found_by_a_short_counter(
        hertz in 1_000_000..5_000_000_000_u64,
        look in 100..2_000_u64,
        pause in (0..5_000_u64, 0..30_000_000_u64),
    ) {
        let machine = Machine::with(look, pause);
        let mut reference = Short { machine: machine.clone(), can_tell: true };
        let rates = compare(&mut reference, [&mut || machine.look(hertz)]);
        let [rate] = rates.expect("it counts");
        prop_assert!(is_near(rate, hertz), "{rate:?}");
    }

    /// By an HPET, whatever its rate and its first count. No counter is so fast that it begins
    /// anew unnoticed.
    #[test]
    fn rates_are_found_by_a_long_counter(
        reference in prop_oneof![Just(14_318_180), 10_000_000..1_000_000_000_u64, Just(1_000_000_000_000)],
        first: u32,
        hertz in 10_000_000..5_000_000_000_u64,
        look in 10..1_000_u64,
        pause in (0..5_000_u64, 0..500_000_u64),
    ) {
        let machine = Machine::with(look, pause);
        let mut reference = Long { machine: machine.clone(), rate: reference, first };
        let rates = compare(&mut reference, [&mut || machine.look(hertz)]);
        let [rate] = rates.expect("it counts");
        prop_assert!(is_near(rate, hertz), "{rate:?}");
    }
}

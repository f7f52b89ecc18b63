//! The programmable interval timer, an 8254: it counts down at a fixed frequency, raises
//! its line, and begins again.
//!
//! Source: Intel, "82C54 CHMOS Programmable Interval Timer", 1994.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};

use super::port::Port;
use crate::time::calibration::Reference; // [time]
use crate::time::rate::Rate; // [time]
// [sharing..sharing.3] use crate::print;

/// Counts a second: a third of the frequency of a colour in American television.
pub const FREQUENCY: u32 = 1_193_182;

/// The lowest and the highest number to count down from.
const DIVISORS: core::ops::RangeInclusive<u32> = 2..=0x1_0000;

/// Counter 0, both bytes of its number, the lower first, mode 2: one pulse each time.
const COUNTER_0_RATE: u8 = 0b0011_0100;

// [time..]
// Counter 2, both bytes, mode 0: down to 0, where its output rises, and on from 0xffff. And: to
// hold what it has counted, or its status, until that is read.
const COUNTER_2_ONCE: u8 = 0b1011_0000;
const COUNTER_2_HOLD: u8 = 0b1000_0000;
const COUNTER_2_STATUS: u8 = 0b1110_1000;

/// A bit of the status: the output is high.
const OUTPUT: u8 = 1 << 7;

// Bits of port 0x61: counter 2 counts, and the loudspeaker hears it.
const COUNTS: u8 = 1 << 0;
const IS_HEARD: u8 = 1 << 1;
// [..time]

const RATE: Rate = Rate::new(FREQUENCY as u64).expect("the timer counts"); // [time]

static TICKS: AtomicU64 = AtomicU64::new(0);

/// The timer cannot tick so often a second, or so seldom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange(pub u32);

impl fmt::Display for OutOfRange {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the timer cannot tick {} times a second", self.0)
    }
}

/// Makes the timer tick about so often a second. Returns the number that it counts
/// down from.
///
/// # Errors
/// When the timer has no such rate: it has 19 to 596,591 hertz.
pub fn start(hertz: u32) -> Result<u32, OutOfRange> {
    let divisor = FREQUENCY
        .checked_add(hertz / 2)
        .and_then(|sum| sum.checked_div(hertz));
    let divisor = divisor.filter(|divisor| DIVISORS.contains(divisor));
    let divisor = divisor.ok_or(OutOfRange(hertz))?;
    // SAFETY: the timer has no power over memory, and interrupts have a handler.
    let (mut command, mut counter) = unsafe { (Port::<u8>::new(0x43), Port::<u8>::new(0x40)) };
    // 0x10000 does not fit into two bytes, and is written as 0.
    let [low, high, ..] = divisor.to_le_bytes();
    command.write(COUNTER_0_RATE);
    counter.write(low);
    counter.write(high);
    Ok(divisor)
}

/// What the timer's interrupt does.
pub(super) fn tick() {
    TICKS.fetch_add(1, Ordering::Relaxed);
    // [sharing..sharing.3] if ticks().is_multiple_of(100) {
    // [sharing..sharing.3]     print!(".");
    // [sharing..sharing.3] }
}

/// How often the timer has ticked.
pub fn ticks() -> u64 {
    TICKS.load(Ordering::Relaxed)
}

// [time..]
/// Counter 2, which interrupts nobody.
pub struct Stopwatch {
    command: Port<u8>,
    counter: Port<u8>,
}

impl Stopwatch {
    /// Has the counter count from its highest number down.
    pub fn start() -> Self {
        // SAFETY: the timer has no power over memory; nobody else uses this counter, nor
        // what is at port 0x61.
        let (command, counter, mut control) =
            unsafe { (Port::new(0x43), Port::new(0x42), Port::<u8>::new(0x61)) };
        let mut stopwatch = Self { command, counter };
        let others = control.read() & !IS_HEARD;
        control.write(others | COUNTS);
        stopwatch.command.write(COUNTER_2_ONCE);
        stopwatch.counter.write(0xff);
        stopwatch.counter.write(0xff);
        stopwatch
    }
}

impl Reference for Stopwatch {
    const MASK: u32 = 0xffff;

    fn rate(&self) -> Rate {
        RATE
    }

    fn count(&mut self) -> u32 {
        self.command.write(COUNTER_2_HOLD);
        let (low, high) = (self.counter.read(), self.counter.read());
        Self::MASK - u32::from(u16::from_le_bytes([low, high]))
    }

    fn has_wrapped(&mut self) -> bool {
        self.command.write(COUNTER_2_STATUS);
        self.counter.read() & OUTPUT != 0
    }
}
// [..time]

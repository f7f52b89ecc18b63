//! Alarms: what is to happen at some time happens in an interrupt of the local APIC's timer,
//! which is set to the next alarm. Without a local APIC, the PIT's ticks look for what is due.

use core::fmt;
use core::time::Duration;

use x86_64::instructions::interrupts;

use super::{clock, local_apic};
use crate::lock::Lock;
use crate::time::alarms::{Alarm, Alarms, Full};

/// So many alarms can be set at a time.
const MOST: usize = 64;

static ALARMS: Lock<Alarms<MOST>> = Lock::new("alarms", Alarms::new());

/// Why no alarm was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no clock.
    NoClock,
    /// There are too many already.
    Full,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoClock => out.write_str("there is no clock"),
            Self::Full => write!(out, "{MOST} alarms are set already"),
        }
    }
}

/// Has `ring` called after so much time, with this argument, in an interrupt.
///
/// # Errors
/// When there is no clock, or no room for one more.
pub fn set(after: Duration, ring: fn(u64), argument: u64) -> Result<(), Error> {
    let now = clock::now().ok_or(Error::NoClock)?;
    let time = now.saturating_add(after.as_nanos().try_into().unwrap_or(u64::MAX));
    let alarm = Alarm {
        time,
        ring,
        argument,
    };
    let mut alarms = ALARMS.lock();
    alarms.set(alarm).map_err(|Full| Error::Full)?;
    if alarms.next() == Some(time) {
        aim(time, now);
    }
    Ok(())
}

/// Rests for so long.
///
/// # Errors
/// When there is no clock, or no room for an alarm.
pub fn sleep(duration: Duration) -> Result<(), Error> {
    let start = clock::now().ok_or(Error::NoClock)?;
    let is_over = || clock::now().is_none_or(|now| u128::from(now - start) >= duration.as_nanos());
    set(duration, |_| {}, 0)?;
    let rings = has_timer();
    while !is_over() {
        interrupts::disable();
        // Between the look and the rest no interrupt comes.
        if rings && !is_over() {
            interrupts::enable_and_hlt();
        } else {
            interrupts::enable();
        }
    }
    Ok(())
}

/// Whether the local APIC has a timer that counts.
fn has_timer() -> bool {
    clock::clocks().is_some_and(|clocks| clocks.local_apic.is_some())
}

/// What the PIT's ticks do: without the timer, they look for what is due.
pub(super) fn tick() {
    if !has_timer() {
        ring();
    }
}

/// What the timer's interrupt does.
pub(super) fn receive() {
    ring();
    local_apic::end_of_interrupt();
}

/// Rings what is due, and sets the timer to what is next. While something rings, others may
/// be set.
fn ring() {
    let Some(now) = clock::now() else { return };
    loop {
        let due = ALARMS.lock().take(now);
        match due {
            Some(Alarm { ring, argument, .. }) => ring(argument),
            None => break,
        }
    }
    if let Some(next) = ALARMS.lock().next() {
        aim(next, now);
    }
}

/// Sets the local APIC's timer to this time. One that is too far away it reaches in several
/// goes.
fn aim(time: u64, now: u64) {
    let Some(rate) = clock::clocks().and_then(|clocks| clocks.local_apic) else {
        return;
    };
    let counts = rate
        .counts(time.saturating_sub(now))
        .clamp(1, u32::MAX.into());
    local_apic::with(|apic| apic.start_timer(counts as u32, Some(local_apic::ALARM)));
}

//! Alarms: what is to happen at some time happens in an interrupt of the local APIC's timer,
//! which is armed for the next deadline. Where there is no such timer, the PIT's ticks look for
//! what is due.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use x86_64::instructions::interrupts;

use super::{clock, local_apic, pit};
use crate::lock::Lock;
use crate::time::alarms::{Alarm, Alarms, Full};
use crate::time::rate::Rate;

/// So many alarms can be set at a time.
pub const MOST: usize = 64;

static ALARMS: Lock<Alarms<MOST>> = Lock::new("alarms", Alarms::new());

/// Whether the next deadline is left to the PIT's ticks.
static IS_LEFT_TO_TICKS: AtomicBool = AtomicBool::new(false);

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
    set_for(deadline(after)?, ring, argument)
}

/// The time, in nanoseconds of the clock, at which so much more has passed.
fn deadline(after: Duration) -> Result<u64, Error> {
    let now = clock::now().ok_or(Error::NoClock)?;
    Ok(now.saturating_add(after.as_nanos().try_into().unwrap_or(u64::MAX)))
}

fn set_for(deadline: u64, ring: fn(u64), argument: u64) -> Result<(), Error> {
    let alarm = Alarm {
        deadline,
        ring,
        argument,
    };
    let mut alarms = ALARMS.lock();
    alarms.set(alarm).map_err(|Full| Error::Full)?;
    if alarms.next() == Some(deadline) {
        arm(deadline);
    }
    Ok(())
}

/// Rests for so long, or a little longer.
///
/// # Errors
/// When there is no clock, or no room for an alarm.
///
/// # Panics
/// In a debug build, when interrupts are off: nothing would end the rest.
pub fn sleep(duration: Duration) -> Result<(), Error> {
    debug_assert!(
        interrupts::are_enabled(),
        "who sleeps has to hear the alarm"
    );
    let deadline = deadline(duration)?;
    set_for(deadline, |_| {}, 0)?;
    while clock::now().is_some_and(|now| now < deadline) {
        rest_until(deadline);
    }
    Ok(())
}

/// Rests until an interrupt comes, unless it is time.
fn rest_until(deadline: u64) {
    // Between the look and the rest no interrupt comes: it might be the last one.
    interrupts::disable();
    let is_early = clock::now().is_some_and(|now| now < deadline);
    // Without a timer, and before the PIT has ticked, nothing may ever end a rest.
    if is_early && (timer().is_some() || pit::ticks() > 0) {
        interrupts::enable_and_hlt();
    } else {
        interrupts::enable();
    }
}

/// The rate of the local APIC's timer, if it counts.
fn timer() -> Option<Rate> {
    clock::clocks().and_then(|clocks| clocks.local_apic)
}

/// What the PIT's ticks do: they look for what is due, if no timer does.
pub(super) fn tick() {
    if IS_LEFT_TO_TICKS.swap(false, Ordering::Relaxed) {
        ring();
    }
}

/// What the timer's interrupt does.
pub(super) fn receive() {
    ring();
    local_apic::end_of_interrupt();
}

/// Rings what is due, and arms the timer for what is next.
fn ring() {
    let Some(now) = clock::now() else { return };
    loop {
        // The lock is free again while something rings: that may set an alarm.
        let due = ALARMS.lock().take(now);
        let Some(Alarm { ring, argument, .. }) = due else {
            break;
        };
        ring(argument);
    }
    let alarms = ALARMS.lock();
    if let Some(next) = alarms.next() {
        arm(next);
    }
}

/// Arms the local APIC's timer for a deadline. What has passed it delivers at once; what is too
/// far away it reaches in several goes. Interrupts are off, so that no time is lost between the
/// look at the clock and the start of the timer.
fn arm(deadline: u64) {
    let Some((rate, now)) = timer().zip(clock::now()) else {
        return IS_LEFT_TO_TICKS.store(true, Ordering::Relaxed);
    };
    let counts = rate.counts(deadline.saturating_sub(now));
    let counts = counts.clamp(1, u32::MAX.into()) as u32;
    local_apic::with(|apic| apic.start_timer(counts));
}

//! The commands that tell the time.

use core::time::Duration; // [time.3]

use crate::arch::alarm; // [time.3]
use crate::arch::clock;
use crate::arch::rtc; // [time.4]
use crate::kernel::Kernel; // [time.4]
use crate::println;
use crate::time::rate::Rate;

/// What is said without a clock.
const NO_CLOCK: &str = "This machine has no clock that counts.";

/// Says what clocks there are.
pub fn clock() {
    let Some(clocks) = clock::clocks() else {
        return println!("{NO_CLOCK}");
    };
    let line = |name: &str, rate: Option<Rate>| match rate {
        Some(rate) => println!("  {name:22} {rate}"),
        None => println!("  {name:22} none"),
    };
    line("time-stamp counter", Some(clocks.time_stamp));
    line("local APIC timer", clocks.local_apic); // [time.3]
    line("HPET", clocks.hpet);
    line("PIT", clocks.pit);
    println!("The {} is the reference.", clocks.reference);
}

// [time.2]
/// Says how long the clock has run.
pub fn uptime() {
    match clock::uptime() {
        Some(time) => println!("{}.{:09} seconds", time.as_secs(), time.subsec_nanos()),
        None => println!("{NO_CLOCK}"),
    }
}

// [time.3]
/// Rests for so many milliseconds.
pub fn sleep(milliseconds: &str) {
    let Ok(milliseconds) = milliseconds.parse() else {
        return println!("Sleep for how many milliseconds?");
    };
    if let Err(error) = alarm::sleep(Duration::from_millis(milliseconds)) {
        println!("No sleep: {error}.");
    }
}

// [time.4]
/// Says what day it is.
pub fn date(kernel: &Kernel) {
    match rtc::date(kernel.firmware.century) {
        Ok(date) => println!("{date}"),
        Err(error) => println!("Nobody knows: {error}."),
    }
}

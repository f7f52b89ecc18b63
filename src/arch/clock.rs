//! The clock: the processor's time-stamp counter, once its rate is known (SDM, volume 3,
//! section 19.17).

use core::arch::x86_64::_rdtsc;
use core::fmt;
use core::time::Duration; // [time.2]

use bootloader_api::BootInfo;
use log::{info, warn};
use x86_64::instructions::interrupts;

use super::calibration::{Counter, Stuck, compare};
use super::hpet::{self, Hpet};
use super::local_apic; // [time.3]
use super::physical::View;
use super::pit::Stopwatch;
use crate::acpi::tables::Tables;
use crate::lock::Lock;
use crate::time::rate::Rate;

static CLOCK: Lock<Option<Clocks>> = Lock::new("clock", None);

/// What is known of the machine's clocks.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// The time-stamp counter's rate.
    pub time_stamp: Rate,
    // [time.2]
    /// What it had counted when time began.
    start: u64,
    // [time.3]
    /// The rate of the local APIC's timer, if there is one.
    pub local_apic: Option<Rate>,
    /// The HPET's rate, if there is one.
    pub hpet: Option<Rate>,
    /// The HPET's rate as the PIT sees it, if there are both.
    pub hpet_by_pit: Option<Rate>,
    /// The name of the one that was believed.
    pub standard: &'static str,
}

/// The time-stamp counter: it counts since the processor was reset, at a rate of its own.
pub fn time_stamp() -> u64 {
    // SAFETY: every x86_64 has it.
    unsafe { _rdtsc() }
}

/// Finds out how fast the clocks are. The HPET knows its own rate; the PIT's is the same on
/// each PC.
pub fn init(boot_info: &BootInfo, tables: Option<&Tables>) {
    let hpet = View::new(boot_info).zip(tables);
    let hpet = hpet.ok_or(hpet::Missing::NotNamed);
    let mut hpet = hpet.and_then(|(view, tables)| Hpet::find(&view, tables));
    if let Err(error) = &hpet {
        info!("No HPET: {error}.");
    }
    match interrupts::without_interrupts(|| measure(hpet.as_mut().ok())) {
        Ok(clocks) => {
            info!("{clocks}");
            *CLOCK.lock() = Some(clocks);
        }
        Err(Stuck) => warn!("no clock: neither HPET nor PIT counts"),
    }
}

fn measure(mut hpet: Option<&mut Hpet>) -> Result<Clocks, Stuck> {
    let mut pit = Stopwatch::start();
    let hpet_by_pit = hpet.as_mut().map(|hpet| {
        let mut count = || u64::from(hpet.count());
        compare(&mut pit, [&mut count])
    });
    if let Some(Err(Stuck)) = hpet_by_pit {
        warn!("the PIT does not count");
    }
    let by_hpet = hpet.as_mut().map(|hpet| rates(*hpet));
    let (rates, standard) = match by_hpet {
        Some(Ok(rates)) => (rates, "HPET"),
        _ => (rates(&mut pit)?, "PIT"),
    };
    Ok(Clocks {
        time_stamp: rates[0].ok_or(Stuck)?,
        start: time_stamp(),  // [time.2]
        local_apic: rates[1], // [time.3]
        hpet: hpet.map(|hpet| hpet.rate()),
        hpet_by_pit: hpet_by_pit.and_then(|rates| rates.ok()?[0]),
        standard,
    })
}

// [time..time.3] fn rates(known: &mut impl Counter) -> Result<[Option<Rate>; 1], Stuck> {
// [time..time.3] compare(known, [&mut time_stamp])
// [time..time.3] }
// [time.3]
/// The rates of the time-stamp counter and of the local APIC's timer.
fn rates(known: &mut impl Counter) -> Result<[Option<Rate>; 2], Stuck> {
    local_apic::with(|apic| apic.start_timer(u32::MAX, None));
    // It counts downwards.
    let mut timer = || u64::from(!local_apic::with(|apic| apic.timer()).unwrap_or(0));
    let rates = compare(known, [&mut time_stamp, &mut timer]);
    local_apic::with(|apic| apic.start_timer(0, None));
    rates
}

/// What is known of the clocks; `None` if none can be believed.
pub fn clocks() -> Option<Clocks> {
    *CLOCK.lock()
}

// [time.2]
/// Nanoseconds since time began; they never go back. `None` without a clock.
pub fn now() -> Option<u64> {
    let Clocks {
        time_stamp: rate,
        start,
        ..
    } = clocks()?;
    Some(rate.nanoseconds(time_stamp().saturating_sub(start)))
}

// [time.2]
/// How long ago time began.
pub fn uptime() -> Option<Duration> {
    now().map(Duration::from_nanos)
}

impl fmt::Display for Clocks {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "Clock: {}, by the {}", self.time_stamp, self.standard)?;
        // [time.3..]
        if let Some(rate) = self.local_apic {
            write!(out, "; local APIC timer: {rate}")?;
        }
        // [..time.3]
        out.write_str(".")
    }
}

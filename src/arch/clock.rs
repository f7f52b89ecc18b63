//! The clock: the processor's time-stamp counter, once its rate is known (SDM, volume 3,
//! section 19.17).

use core::arch::asm;
use core::fmt;
use core::time::Duration; // [time.2]

use bootloader_api::BootInfo;
use log::{info, warn};

use super::hpet::{self, Hpet};
use super::local_apic; // [time.3]
use super::physical::View;
use super::pit::Stopwatch;
use crate::acpi::tables::Tables;
use crate::lock::Lock;
use crate::time::calibration::{self, Reference, Unknown, compare};
use crate::time::rate::Rate;

/// So many times the PIT is tried, in case that the machine stands still for a while: since
/// firmware is at work, or a host has other machines to run.
const TRIES: u32 = 8;

static CLOCK: Lock<Option<Clocks>> = Lock::new("clock", None);

/// What is known of the machine's counters.
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
    /// The PIT's rate, if there is one: as the HPET sees it, or else as it should be.
    pub pit: Option<Rate>,
    /// The name of the reference.
    pub reference: &'static str,
}

/// Why there is no clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Error {
    /// There is no HPET.
    NoHpet(hpet::Missing),
    /// The reference of this name is of no use.
    Reference(&'static str, calibration::Error),
    /// The time-stamp counter has no usual rate.
    TimeStamp,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoHpet(error) => write!(out, "there is no HPET: {error}"),
            Self::Reference(name, calibration::Error::Stuck) => {
                write!(out, "the {name} does not count")
            }
            Self::Reference(name, calibration::Error::Wrapped) => {
                write!(out, "the {name} begins anew too often")
            }
            Self::TimeStamp => out.write_str("the time-stamp counter has no usual rate"),
        }
    }
}

/// The time-stamp counter: it counts since the processor was reset, at a rate of its own.
pub fn time_stamp() -> u64 {
    let (low, high): (u64, u64);
    // SAFETY: every x86_64 has both instructions. The first lets all those before it end, and
    // `nomem` stays out, so that neither processor nor compiler reads the counter earlier.
    unsafe {
        asm!("lfence", "rdtsc", out("rax") low, out("rdx") high, options(nostack, preserves_flags));
    }
    high << 32 | low
}

/// Finds out how fast the counters are. The HPET says its own rate; the PIT's is the same on
/// each PC. Interrupts are off.
pub fn init(boot_info: &BootInfo, tables: Option<&Tables>) {
    let clocks = by_hpet(boot_info, tables).or_else(|error| {
        info!("Clock: by the PIT, since {error}.");
        by_pit()
    });
    match clocks {
        Ok(clocks) => {
            info!("{clocks}");
            *CLOCK.lock() = Some(clocks);
        }
        Err(error) => warn!("no clock: {error}"),
    }
}

fn by_hpet(boot_info: &BootInfo, tables: Option<&Tables>) -> Result<Clocks, Error> {
    let found = View::new(boot_info).zip(tables);
    let (view, tables) = found.ok_or(Error::NoHpet(hpet::Missing::NotNamed))?;
    let mut hpet = Hpet::find(&view, tables).map_err(Error::NoHpet)?;
    let mut pit = Stopwatch::start();
    let clocks = measure("HPET", &mut hpet, &mut || pit.count().into())?;
    Ok(Clocks {
        hpet: Some(hpet.rate()),
        pit: clocks.pit.filter(|_| !pit.has_wrapped()),
        ..clocks
    })
}

fn by_pit() -> Result<Clocks, Error> {
    let attempt = || {
        let mut pit = Stopwatch::start();
        // It is not compared with itself.
        let clocks = measure("PIT", &mut pit, &mut || 0)?;
        let pit = Some(pit.rate());
        Ok(Clocks { pit, ..clocks })
    };
    let mut clocks = attempt();
    for _ in 1..TRIES {
        if !matches!(
            clocks,
            Err(Error::Reference(_, calibration::Error::Wrapped))
        ) {
            break;
        }
        clocks = attempt();
    }
    clocks
}

/// Compares the counters with the reference of this name, and the PIT's as well.
fn measure(
    name: &'static str,
    reference: &mut impl Reference,
    pit: Unknown,
) -> Result<Clocks, Error> {
    let rates = rates(reference, pit).map_err(|error| Error::Reference(name, error))?;
    Ok(Clocks {
        time_stamp: rates[0].ok_or(Error::TimeStamp)?,
        start: time_stamp(),  // [time.2]
        local_apic: rates[2], // [time.3]
        hpet: None,
        pit: rates[1],
        reference: name,
    })
}

// [time..time.3] fn rates(reference: &mut impl Reference, pit: Unknown) -> Result<[Option<Rate>; 2], calibration::Error> {
// [time..time.3] compare(reference, [&mut time_stamp, pit])
// [time..time.3] }
// [time.3]
/// The rates of the time-stamp counter, the PIT and the local APIC's timer.
fn rates(
    reference: &mut impl Reference,
    pit: Unknown,
) -> Result<[Option<Rate>; 3], calibration::Error> {
    local_apic::with(|apic| {
        apic.set_up_timer(None);
        apic.start_timer(u32::MAX);
    });
    // It counts downwards.
    let mut timer = || u64::from(!local_apic::with(|apic| apic.timer()).unwrap_or(0));
    let rates = compare(reference, [&mut time_stamp, pit, &mut timer]);
    local_apic::with(|apic| apic.set_up_timer(Some(local_apic::ALARM)));
    rates
}

/// What is known of the counters; `None` if there is no clock.
pub fn clocks() -> Option<Clocks> {
    *CLOCK.lock()
}

// [time.2]
/// Nanoseconds since time began; they never go back. `None` without a clock.
pub fn now() -> Option<u64> {
    let clock = CLOCK.lock();
    let clocks = clock.as_ref()?;
    let counts = time_stamp().saturating_sub(clocks.start);
    Some(clocks.time_stamp.nanoseconds(counts))
}

// [time.2]
/// How long ago time began.
pub fn uptime() -> Option<Duration> {
    now().map(Duration::from_nanos)
}

impl fmt::Display for Clocks {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            time_stamp,
            reference,
            ..
        } = self;
        write!(out, "Clock: {time_stamp}, by the {reference}")?;
        // [time.3..]
        if let Some(rate) = self.local_apic {
            write!(out, "; local APIC timer: {rate}")?;
        }
        // [..time.3]
        out.write_str(".")
    }
}

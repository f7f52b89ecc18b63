//! The high precision event timer: a counter that says itself how fast it counts.
//!
//! Source: Intel, "IA-PC HPET (High Precision Event Timers) Specification", version 1.0a,
//! 2004.

use core::fmt;

use super::mmio::Window;
use super::physical::View;
use crate::acpi::address::{Address, Space};
use crate::acpi::tables::Tables;
use crate::acpi::{self, hpet};
use crate::time::calibration::Reference;
use crate::time::rate::Rate;

// Registers, as indices of words of four bytes; the bytes 0x04, 0x10 and 0xf0.
const PERIOD: usize = 1;
const CONFIGURATION: usize = 4;
const COUNTER: usize = 60;
const WORDS: usize = 256;

// Configuration: the counter counts; interrupts of the HPET's take the place of the PIT's.
const COUNTS: u32 = 1 << 0;
const REPLACES_PIT: u32 = 1 << 1;

/// The period is in femtoseconds, and at most this.
const SECOND: u64 = 1_000_000_000_000_000;
const LONGEST: u32 = 100_000_000;

/// The timer, which counts.
#[derive(Debug)]
pub struct Hpet {
    window: Window<u32>,
    rate: Rate,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The tables do not name one.
    NotNamed,
    /// Its table is unsound.
    Table(acpi::Error),
    /// Its registers are out of reach.
    OutOfReach(Address),
    /// What is there has an impossible period, in femtoseconds.
    Period(u32),
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NotNamed => out.write_str("no table names one"),
            Self::Table(error) => write!(out, "its table is unsound: {error}"),
            Self::OutOfReach(address) => write!(out, "its registers are out of reach: {address}"),
            Self::Period(period) => write!(out, "a period of {period} femtoseconds is impossible"),
        }
    }
}

impl Hpet {
    /// Finds the timer, and has it count. Its interrupts are not used.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(view: &View, tables: &Tables) -> Result<Self, Missing> {
        let table = tables.find(view, hpet::NAME).map_err(Missing::Table)?;
        let table = hpet::Hpet::of(&table.ok_or(Missing::NotNamed)?).map_err(Missing::Table)?;
        let address = table.registers;
        let start = Some(address.start).filter(|_| address.space == Space::Memory);
        // SAFETY: the timer has no power over memory, and only the clock drives it.
        let window = start.and_then(|start| unsafe { view.registers(start, WORDS) }.ok());
        Self::open(window.ok_or(Missing::OutOfReach(address))?)
    }

    fn open(mut window: Window<u32>) -> Result<Self, Missing> {
        let period = window.read(PERIOD).unwrap_or(0);
        let is_usual = (1..=LONGEST).contains(&period);
        let rate = is_usual.then(|| Rate::new(SECOND / u64::from(period)));
        let rate = rate.flatten().ok_or(Missing::Period(period))?;
        let others = window.read(CONFIGURATION).unwrap_or(0) & !REPLACES_PIT;
        window.write(CONFIGURATION, others | COUNTS);
        Ok(Self { window, rate })
    }
}

impl Reference for Hpet {
    const MASK: u32 = u32::MAX;

    fn rate(&self) -> Rate {
        self.rate
    }

    /// The lower half: a measurement is shorter than it takes to begin anew.
    fn count(&mut self) -> u32 {
        self.window.read(COUNTER).unwrap_or(0)
    }
}

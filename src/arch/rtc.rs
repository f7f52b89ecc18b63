//! The real-time clock, which goes on while the machine is off.
//!
//! Source: Motorola, "MC146818A Real-Time Clock plus RAM", 1984.

use core::fmt;

use super::port::Port;
use crate::lock::Lock;
use crate::time::date::{Date, NoDate, Registers};

// Its registers.
const SECOND: u8 = 0x00;
const MINUTE: u8 = 0x02;
const HOUR: u8 = 0x04;
const DAY: u8 = 0x07;
const MONTH: u8 = 0x08;
const YEAR: u8 = 0x09;
const STATUS: u8 = 0x0a;
const FORM: u8 = 0x0b;

/// A bit of its status: the others are just being changed, which takes two milliseconds.
const IS_CHANGING: u8 = 1 << 7;

/// So many times we look whether that is over. A look takes longer than 25 nanoseconds.
const PATIENCE: u32 = 100_000;

/// So many times we read all registers, until they are the same twice.
const TRIES: u32 = 8;

static PORTS: Lock<Ports> = Lock::new(
    "real-time clock",
    Ports {
        // SAFETY: the clock has no power over memory, and only this file drives it.
        index: unsafe { Port::new(0x70) },
        // SAFETY: as above.
        data: unsafe { Port::new(0x71) },
    },
);

/// A register is selected, then read. If the highest bit of what selects it is set, NMIs are
/// kept away.
struct Ports {
    index: Port<u8>,
    data: Port<u8>,
}

/// Why nobody knows what day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no clock.
    Absent,
    /// It never stops changing.
    Busy,
    /// It shows no date.
    NoDate(NoDate),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Absent => out.write_str("there is no real-time clock"),
            Self::Busy => out.write_str("the real-time clock never rests"),
            Self::NoDate(error) => write!(out, "{error}"),
        }
    }
}

/// The date and the time of day. `century` is the register that holds the century, if firmware
/// names one.
///
/// # Errors
/// When there is no clock, or it does not show a date.
pub fn date(century: Option<u8>) -> Result<Date, Error> {
    // Where nothing is, all bits are read as ones.
    if read(FORM) == 0xff {
        return Err(Error::Absent);
    }
    let mut last = registers(century)?;
    for _ in 0..TRIES {
        let registers = registers(century)?;
        if registers == last {
            return Date::of(registers).map_err(Error::NoDate);
        }
        last = registers;
    }
    Err(Error::Busy)
}

/// All registers, once they rest. They may change while they are read.
fn registers(century: Option<u8>) -> Result<Registers, Error> {
    if !(0..PATIENCE).any(|_| read(STATUS) & IS_CHANGING == 0) {
        return Err(Error::Busy);
    }
    Ok(Registers {
        second: read(SECOND),
        minute: read(MINUTE),
        hour: read(HOUR),
        day: read(DAY),
        month: read(MONTH),
        year: read(YEAR),
        century: century.map(|register| read(register & 0x7f)),
        form: read(FORM),
    })
}

/// Reads a register. The lock is held for each by itself, so that no interrupt has to wait until
/// the registers rest.
fn read(register: u8) -> u8 {
    let mut ports = PORTS.lock();
    ports.index.write(register);
    ports.data.read()
}

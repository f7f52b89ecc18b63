//! Dates, and the form in which a real-time clock has them.
//!
//! Source: Motorola, "MC146818A Real-Time Clock plus RAM", 1984.

use core::fmt;

/// A date and a time of day, of whatever time zone the clock has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "the names say it; months and days begin with 1"
)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// What the clock's registers hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the registers'")]
pub struct Registers {
    pub second: u8,
    pub minute: u8,
    pub hour: u8,
    pub day: u8,
    pub month: u8,
    pub year: u8,
    /// If the clock has it.
    pub century: Option<u8>,
    /// Register B: how the others are meant.
    pub form: u8,
}

// Bits of register B: the hours are 0 to 23, and numbers are not in decimal digits.
const HAS_24_HOURS: u8 = 1 << 1;
const IS_BINARY: u8 = 1 << 2;

/// In the hours of a clock that has twelve: it is afternoon.
const AFTERNOON: u8 = 1 << 7;

/// That is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDate(pub Registers);

impl fmt::Display for NoDate {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the clock shows no date: {:x?}", self.0)
    }
}

impl Date {
    /// What the registers mean.
    ///
    /// # Errors
    /// When it is no date.
    pub fn of(registers: Registers) -> Result<Self, NoDate> {
        let date = Self::read(registers).ok_or(NoDate(registers))?;
        date.exists().then_some(date).ok_or(NoDate(registers))
    }

    fn read(registers: Registers) -> Option<Self> {
        let number = |byte| number(byte, registers.form);
        let century = registers
            .century
            .and_then(number)
            .filter(|it| (19..=99).contains(it));
        Some(Self {
            // There was no such clock before 1970.
            year: match (century, u16::from(number(registers.year)?)) {
                (Some(century), year) => u16::from(century) * 100 + year,
                (None, year @ 70..) => 1900 + year,
                (None, year) => 2000 + year,
            },
            month: number(registers.month)?,
            day: number(registers.day)?,
            hour: hour(registers.hour, registers.form)?,
            minute: number(registers.minute)?,
            second: number(registers.second)?,
        })
    }

    /// Whether there is such a day, with such a time.
    fn exists(&self) -> bool {
        let days = days_of_month(self.year, self.month).unwrap_or(0);
        (1..=days).contains(&self.day) && self.hour < 24 && self.minute < 60 && self.second < 60
    }

    /// Seconds since 1970 began, as Unix counts them: each day has 86,400.
    pub fn unix_time(&self) -> i64 {
        let years = i64::from(self.year) - 1;
        let leap_days = |years: i64| years / 4 - years / 100 + years / 400;
        let months = (1..self.month).filter_map(|month| days_of_month(self.year, month));
        let days = (years - 1969) * 365 + leap_days(years) - leap_days(1969)
            + months.map(i64::from).sum::<i64>()
            + i64::from(self.day)
            - 1;
        let minutes = (days * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute);
        minutes * 60 + i64::from(self.second)
    }
}

/// A register's number: two decimal digits, unless it is binary.
fn number(byte: u8, form: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 0xf);
    match form & IS_BINARY {
        0 if tens > 9 || ones > 9 => None,
        0 => Some(tens * 10 + ones),
        _ => (byte < 100).then_some(byte),
    }
}

/// The hour, from 0 to 23. Of twelve hours, the twelfth is the first.
fn hour(byte: u8, form: u8) -> Option<u8> {
    if form & HAS_24_HOURS != 0 {
        return number(byte, form);
    }
    let hour = number(byte & !AFTERNOON, form).filter(|hour| (1..=12).contains(hour))?;
    let half = if byte & AFTERNOON != 0 { 12 } else { 0 };
    Some(hour % 12 + half)
}

fn days_of_month(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if is_leap => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        write!(
            out,
            "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

//! Dates, against those of the crate `chrono`.

use cairn::time::date::{Date, NoDate, Registers};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use proptest::prelude::*;

const HAS_24_HOURS: u8 = 1 << 1;
const IS_BINARY: u8 = 1 << 2;

/// All forms that a clock may have. Its other bits say nothing of the date.
const FORMS: [u8; 5] = [
    0,
    HAS_24_HOURS,
    IS_BINARY,
    HAS_24_HOURS | IS_BINARY,
    0x70 | HAS_24_HOURS,
];

/// How a clock of this form writes a number.
fn number(value: u32, form: u8) -> u8 {
    let value = value as u8;
    match form & IS_BINARY {
        0 => value / 10 * 16 + value % 10,
        _ => value,
    }
}

/// How it writes an hour.
fn hour(value: u32, form: u8) -> u8 {
    if form & HAS_24_HOURS != 0 {
        return number(value, form);
    }
    match value {
        0 => number(12, form),
        1..=11 => number(value, form),
        12 => number(12, form) | 0x80,
        _ => number(value - 12, form) | 0x80,
    }
}

/// How it writes a date.
fn registers(date: NaiveDateTime, has_century: bool, form: u8) -> Registers {
    let year = date.year() as u32;
    Registers {
        second: number(date.second(), form),
        minute: number(date.minute(), form),
        hour: hour(date.hour(), form),
        day: number(date.day(), form),
        month: number(date.month(), form),
        year: number(year % 100, form),
        century: has_century.then(|| number(year / 100, form)),
        form,
    }
}

/// The same date, in the other crate's words.
fn theirs(date: Date) -> Option<NaiveDateTime> {
    let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    day.and_hms_opt(date.hour.into(), date.minute.into(), date.second.into())
}

fn first_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).expect("each year has that day")
}

#[test]
fn each_day_of_a_century_is_read() {
    let noon = NaiveTime::from_hms_opt(12, 34, 56).expect("it is a time");
    let days = first_of(1970).iter_days();
    for day in days.take_while(|day| day.year() < 2070) {
        for form in FORMS {
            let date = day.and_time(noon);
            let ours = Date::of(registers(date, false, form));
            assert_eq!(ours.map(|date| theirs(date)), Ok(Some(date)));
        }
    }
}

#[test]
fn each_second_of_a_day_is_read() {
    for second in 0..86_400 {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0);
        let date = first_of(2020).and_time(time.expect("a day has so many"));
        for form in FORMS {
            let ours = Date::of(registers(date, true, form)).expect("it is a date");
            assert_eq!(theirs(ours), Some(date));
            assert_eq!(ours.to_string(), date.to_string());
        }
    }
}

/// What a clock cannot show: one register, and what is wrong in it.
#[test]
fn nonsense_is_refused() {
    let date = first_of(2020).and_hms_opt(0, 0, 0).expect("it is a time");
    let good = |form| registers(date, true, form);
    let bad = |form, change: fn(&mut Registers)| {
        let mut registers = good(form);
        change(&mut registers);
        assert_eq!(Date::of(registers), Err(NoDate(registers)));
    };
    for form in FORMS {
        bad(form, |it| it.second = number(60, it.form));
        bad(form, |it| it.minute = number(60, it.form));
        bad(form, |it| it.hour = number(24, it.form));
        bad(form, |it| it.day = 0);
        bad(form, |it| it.day = number(32, it.form));
        bad(form, |it| it.month = 0);
        bad(form, |it| it.month = number(13, it.form));
        bad(form, |it| it.year = 0xff);
    }
    // Hours of twelve: there is no hour 0 and no hour 13, before noon or after it.
    for hour in [0x00, 0x13, 0x80, 0x93] {
        let refused = Registers { hour, ..good(0) };
        assert_eq!(Date::of(refused), Err(NoDate(refused)));
    }
    // Digits have ten values.
    for second in [0x0a, 0x1f, 0xa0] {
        let refused = Registers { second, ..good(0) };
        assert_eq!(Date::of(refused), Err(NoDate(refused)));
    }
}

#[test]
fn an_odd_century_is_guessed() {
    let date = |year| first_of(year).and_hms_opt(0, 0, 0).expect("it is a time");
    for (year, century) in [(1970, 0x00), (1999, 0xff), (2000, 0x18), (2069, 0xaa)] {
        let registers = Registers {
            century: Some(century),
            ..registers(date(year), false, 0)
        };
        let ours = Date::of(registers).expect("it is a date");
        assert_eq!(i32::from(ours.year), year);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the registers hold: what is taken for a date is one.
    #[test]
    fn no_date_is_made_up(bytes: [u8; 7], form: u8, has_century: bool) {
        let [second, minute, hour, day, month, year, century] = bytes;
        let century = has_century.then_some(century);
        let registers = Registers { second, minute, hour, day, month, year, century, form };
        if let Ok(date) = Date::of(registers) {
            prop_assert!(theirs(date).is_some(), "{date}");
        }
    }

    /// Days that are none are refused, and all others are read.
    #[test]
    fn days_are_what_the_calendar_says(year in 1900..9999_i32, month in 0..14_u32, day in 0..33_u32, form in 0..FORMS.len()) {
        let form = FORMS[form];
        let midnight = first_of(year).and_hms_opt(0, 0, 0).expect("it is a time");
        let registers = Registers {
            month: number(month, form),
            day: number(day, form),
            ..registers(midnight, true, form)
        };
        let expected = NaiveDate::from_ymd_opt(year, month, day);
        let ours = Date::of(registers).ok();
        prop_assert_eq!(ours.and_then(theirs).map(|date| date.date()), expected);
    }

    /// Seconds since 1970 are counted as others count them.
    #[test]
    fn unix_time_is_what_others_count(days in 0..2_958_000_u64, second in 0..86_400_u32) {
        let day = first_of(1900) + Days::new(days);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0);
        let date = day.and_time(time.expect("a day has so many"));
        let ours = Date::of(registers(date, true, HAS_24_HOURS)).expect("it is a date");
        prop_assert_eq!(ours.unix_time(), date.and_utc().timestamp());
    }
}

//! Time, as far as it needs no hardware: rates, alarms and dates.

pub mod alarms; // [time.3]
pub mod calibration;
pub mod date; // [time.4]
pub mod rate;

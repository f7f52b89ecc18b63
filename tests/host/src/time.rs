//! Time: rates against exact arithmetic, alarms against a list, dates against another crate.

mod alarms;
mod calibration;
mod date;
mod rate;

//! The console: where text for people goes.

use core::fmt::{self, Write};

// [serial.2..serial.3] use spinning_top::Spinlock;
use crate::lock::Lock; // [serial.3]

/// Shows text to people.
pub type Device = fn(&str);

// [serial.2..serial.3] static CONSOLE: Spinlock<Console> = Spinlock::new(Console { device: None });
static CONSOLE: Lock<Console> = Lock::new("console", Console { device: None }); // [serial.3]

struct Console {
    device: Option<Device>,
}

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Some(show) = self.device {
            show(text);
        }
        Ok(())
    }
}

/// From now on text goes to this device.
pub fn attach(device: Device) {
    CONSOLE.lock().device = Some(device);
}

/// What [`print!`] calls.
pub fn print(text: fmt::Arguments) {
    // The console itself never fails. A value that fails to format itself is cut
    // short where it failed.
    let _ = CONSOLE.lock().write_fmt(text);
}

/// Prints to the console.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::console::print(format_args!($($text)*))
    };
}

/// Prints to the console, with a line feed.
#[macro_export]
macro_rules! println {
    () => {
        $crate::print!("\n")
    };
    ($($text:tt)*) => {
        $crate::console::print(format_args!("{}\n", format_args!($($text)*)))
    };
}

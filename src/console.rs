//! The console: where text for people goes.

use core::fmt::{self, Write};

// [serial.2..serial.3] use spinning_top::Spinlock;
use crate::lock::Lock; // [serial.3]

/// Shows text to people.
pub type Device = fn(&str);

// [serial.2..serial.3] static CONSOLE: Spinlock<Console> = Spinlock::new(Console { device: None });
// [serial.3..screen.4] static CONSOLE: Lock<Console> = Lock::new("console", Console { device: None });
static CONSOLE: Lock<Console> = Lock::new("console", Console { devices: [None; 2] }); // [screen.4]

struct Console {
    // [serial.2..screen.4] device: Option<Device>,
    devices: [Option<Device>; 2], // [screen.4]
}

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // [serial.2..screen.4] if let Some(show) = self.device {
        // [serial.2..screen.4]     show(text);
        // [serial.2..screen.4] }
        // [screen.4]
        for show in self.devices.iter().flatten() {
            show(text);
        }
        Ok(())
    }
}

// [serial.2..screen.4] /// From now on text goes to this device.
// [screen.4..]
/// From now on text goes to this device, too.
// [..screen.4]
pub fn attach(device: Device) {
    // [serial.2..screen.4] CONSOLE.lock().device = Some(device);
    // [screen.4..]
    let mut console = CONSOLE.lock();
    let free = console.devices.iter_mut().find(|slot| slot.is_none());
    *free.expect("the console has room for two devices") = Some(device);
    // [..screen.4]
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

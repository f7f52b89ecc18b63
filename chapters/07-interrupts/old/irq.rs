//! Interrupt requests: what happens when a device raises its line.

use core::sync::atomic::{AtomicU64, Ordering};

use super::keyboard; // [interrupts.4]
use super::pic;
use super::pit; // [interrupts.2]
use super::serial; // [interrupts.5]

/// The line of the timer.
pub const TIMER: u8 = 0;
// [interrupts.4]
/// The line of the keyboard.
pub const KEYBOARD: u8 = 1;
// [interrupts.5]
/// The line of COM1.
pub const SERIAL: u8 = 4;

/// How often each line was served.
static SERVED: [AtomicU64; LINES] = [const { AtomicU64::new(0) }; LINES];
const LINES: usize = pic::LINES as usize;

// [interrupts.3]
/// How many interrupts were none.
static SPURIOUS: AtomicU64 = AtomicU64::new(0);

/// Serves a line. Interrupts are off meanwhile.
pub(super) fn handle(line: u8) {
    // [interrupts.3..]
    if pic::is_spurious(line) {
        SPURIOUS.fetch_add(1, Ordering::Relaxed);
        return;
    }
    // [..interrupts.3]
    SERVED[usize::from(line)].fetch_add(1, Ordering::Relaxed);
    // [interrupts.2]
    match line {
        TIMER => pit::tick(),
        KEYBOARD => keyboard::receive(), // [interrupts.4]
        SERIAL => serial::receive(),     // [interrupts.5]
        _ => {}
    }
    pic::end_of_interrupt(line);
}

/// How often this line was served.
pub fn count(line: u8) -> u64 {
    SERVED[usize::from(line)].load(Ordering::Relaxed)
}

// [interrupts.3]
/// How many interrupts were none.
pub fn spurious() -> u64 {
    SPURIOUS.load(Ordering::Relaxed)
}

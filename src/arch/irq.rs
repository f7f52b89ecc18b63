//! Interrupt requests: what happens when a device raises its line.

use interrupt_ref_cell::InterruptRefCell;

use super::per_cpu::PerCpu;
use super::{keyboard, pic, pit, serial};

/// The line of the timer.
pub const TIMER: u8 = 0;
/// The line of the keyboard.
pub const KEYBOARD: u8 = 1;
/// The line of COM1.
pub const SERIAL: u8 = 4;

/// How many lines there are.
pub const LINES: usize = pic::LINES as usize;

/// What has come so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often each line was served.
    pub served: [u64; LINES],
    /// How many interrupts were none.
    pub spurious: u64,
}

static COUNTS: PerCpu<InterruptRefCell<Counts>> = PerCpu::new(InterruptRefCell::new(Counts {
    served: [0; LINES],
    spurious: 0,
}));

/// Serves a line. Interrupts are off meanwhile.
pub(super) fn handle(line: u8) {
    if pic::is_spurious(line) {
        COUNTS.get().borrow_mut().spurious += 1;
        return;
    }
    COUNTS.get().borrow_mut().served[usize::from(line)] += 1;
    match line {
        TIMER => pit::tick(),
        KEYBOARD => keyboard::receive(),
        SERIAL => serial::receive(),
        _ => {}
    }
    pic::end_of_interrupt(line);
}

/// What has come so far.
pub fn counts() -> Counts {
    *COUNTS.get().borrow()
}

/// How often this line was served.
pub fn count(line: u8) -> u64 {
    counts().served[usize::from(line)]
}

/// How many interrupts were none.
pub fn spurious() -> u64 {
    counts().spurious
}

//! Interrupt requests: what happens when a device raises its line.

use core::sync::atomic::{AtomicBool, Ordering}; // [time.3]

use interrupt_ref_cell::InterruptRefCell;
use x86_64::instructions::interrupts; // [apic.3]

use super::alarm; // [time.3]
use super::controllers; // [apic.3]
use super::per_cpu::PerCpu;
use super::{keyboard, pic, pit, serial};

/// The line of the timer.
pub const TIMER: u8 = 0;
/// The line of the keyboard.
pub const KEYBOARD: u8 = 1;
/// The line of COM1.
pub const SERIAL: u8 = 4;

/// Those to which the kernel listens.
pub const USED: [u8; 3] = [TIMER, KEYBOARD, SERIAL]; // [apic.3]

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
    // [sharing.4..apic.3] if pic::is_spurious(line) {
    // [apic.3..]
    if controllers::is_spurious(line) {
        // [..apic.3]
        COUNTS.get().borrow_mut().spurious += 1;
        return;
    }
    COUNTS.get().borrow_mut().served[usize::from(line)] += 1;
    match line {
        // [sharing.4..time.3] TIMER => pit::tick(),
        // [time.3..]
        TIMER => {
            pit::tick();
            alarm::tick();
        }
        // [..time.3]
        KEYBOARD => keyboard::receive(),
        SERIAL => serial::receive(),
        _ => {}
    }
    // [sharing.4..apic.3] pic::end_of_interrupt(line);
    controllers::end_of_interrupt(line); // [apic.3]
}

// [apic.3]
/// Takes what devices have to say, also where no interrupt has said so. A request that has
/// come while its input was closed is none that comes again.
pub fn poll() {
    interrupts::without_interrupts(|| {
        keyboard::receive();
        serial::receive();
    });
}

// [time.3]
/// Takes what waited at the last look and waits still, so that no interrupt has told of it.
pub fn take_forgotten() {
    static WAITED: AtomicBool = AtomicBool::new(false);
    let waits = keyboard::waits() || serial::waits();
    if WAITED.swap(waits, Ordering::Relaxed) && waits {
        poll();
    }
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

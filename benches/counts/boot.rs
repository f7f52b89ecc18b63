//! From the reset of the machine to the kernel.

use core::sync::atomic::{AtomicU64, Ordering};

use cairn::case;

use crate::report;

static ARRIVAL: AtomicU64 = AtomicU64::new(0);

/// The kernel's entry point is reached after so many instructions.
pub fn arrive(instructions: u64) {
    ARRIVAL.store(instructions, Ordering::Relaxed);
}

case!(reset, machine: "-icount shift=0,sleep=off");
/// Firmware, the way into long mode, the boot info. The counter starts at the reset.
fn reset() {
    report("reset to kernel_main", ARRIVAL.load(Ordering::Relaxed));
}

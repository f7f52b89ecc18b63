//! Access to data that is shared.

use core::hint::black_box;

use cairn::arch::per_cpu::PerCpu;
use cairn::case;
use cairn::lock::Lock;
use interrupt_ref_cell::InterruptRefCell;
use spinning_top::Spinlock;

use crate::{instructions, report};

case!(locks, machine: "-icount shift=0,sleep=off");
/// There and back, when nobody else wants it.
fn locks() {
    let spinlock = Spinlock::new(0_u64);
    let lock = Lock::new("counted", 0_u64);
    static CELL: PerCpu<InterruptRefCell<u64>> = PerCpu::new(InterruptRefCell::new(0));
    let cost = instructions(|| drop(black_box(&spinlock).lock()));
    report("spinlock taken and released", cost);
    let cost = instructions(|| drop(black_box(&lock).lock()));
    report("lock taken and released", cost);
    let cost = instructions(|| drop(black_box(&CELL).get().borrow_mut()));
    report("cell borrowed and returned", cost);
}

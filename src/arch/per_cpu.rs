//! Data that belongs to one processor, so that no other ever has to be kept out.

use interrupt_ref_cell::InterruptRefCell;

/// Data of the processor that runs the kernel.
#[derive(Debug)]
pub struct PerCpu<T>(T);

// SAFETY:
// 1. One processor runs the kernel, the one that booted it. The others sleep until
//    somebody sends them a start-up signal, and nobody does.
// 2. Its own interrupts stay away while the cell is borrowed. That is not so for other
//    cells, which therefore stay out.
// 3. NMIs and exceptions cannot be kept away. Their handlers use no such cell.
unsafe impl<T> Sync for PerCpu<InterruptRefCell<T>> {}

impl<T> PerCpu<T> {
    /// Data that the processor begins with.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// This processor's data.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

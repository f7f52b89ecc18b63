//! Data that belongs to one processor, so that no other ever has to be kept out.

/// Data of the processor that runs the kernel.
#[derive(Debug)]
pub struct PerCpu<T>(T);

// SAFETY: one processor runs the kernel, the one that booted it. The others sleep
// until somebody sends them a start-up signal, and nobody does. So there is never more
// than one at the data. Its own interrupts are `T`'s business.
unsafe impl<T> Sync for PerCpu<T> {}

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

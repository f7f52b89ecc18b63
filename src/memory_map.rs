//! The list of memory regions that direct boot puts into `BootInfo`.

use core::ops::Range;

use bootloader_api::info::{MemoryRegion, MemoryRegionKind};

/// So many regions fit into a map. Firmware reports about ten.
pub const CAPACITY: usize = 128;

/// Memory regions in the order in which they were added.
pub struct MemoryMap {
    regions: [MemoryRegion; CAPACITY],
    len: usize,
}

impl MemoryMap {
    /// A map without regions.
    pub const fn new() -> Self {
        Self {
            regions: [MemoryRegion::empty(); CAPACITY],
            len: 0,
        }
    }

    /// Adds the bytes of `memory`. An empty region is left out, and so is one
    /// for which there is no room: the kernel then has less memory.
    pub fn push(&mut self, memory: Range<u64>, kind: MemoryRegionKind) {
        if memory.is_empty() {
            return;
        }
        if let Some(free) = self.regions.get_mut(self.len) {
            let Range { start, end } = memory;
            *free = MemoryRegion { start, end, kind };
            self.len += 1;
        }
    }

    /// Adds usable memory, but as the boot loader's what is already `taken`.
    pub fn push_usable(&mut self, memory: Range<u64>, taken: Range<u64>) {
        if memory.is_empty() {
            return;
        }
        let clamp = |address: u64| address.clamp(memory.start, memory.end);
        let (start, end) = (clamp(taken.start), clamp(taken.end));
        self.push(memory.start..start, MemoryRegionKind::Usable);
        self.push(start..end, MemoryRegionKind::Bootloader);
        self.push(end..memory.end, MemoryRegionKind::Usable);
    }

    /// The regions.
    pub fn as_mut_slice(&mut self) -> &mut [MemoryRegion] {
        &mut self.regions[..self.len]
    }
}

impl Default for MemoryMap {
    fn default() -> Self {
        Self::new()
    }
}

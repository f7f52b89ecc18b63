//! The memory that the kernel may use, according to a boot loader's list.
//!
//! Such a list comes from firmware. Its regions may be out of order, overlap, begin and end
//! anywhere, be empty or end before they begin.

use core::iter;
use core::ops::Range;

use bootloader_api::info::{MemoryRegion, MemoryRegionKind};

/// What lies below has many users: firmware, devices, and processors that wake up.
const LOW_MEMORY: u64 = 1 << 20;

/// A boot loader's list, as far as it can be believed.
#[derive(Clone, Copy, Debug)]
pub struct Regions<'a> {
    list: &'a [MemoryRegion],
    /// No memory can be at this address, nor above.
    limit: u64,
}

impl<'a> Regions<'a> {
    /// The regions of this list, up to the physical address `limit`.
    pub fn new(list: &'a [MemoryRegion], limit: u64) -> Self {
        Self { list, limit }
    }

    /// The ranges of bytes that may be used, aligned to `unit` bytes, a power of two: in
    /// order, disjoint, and not empty. What one region allows and another forbids is forbidden.
    pub fn usable(self, unit: u64) -> impl Iterator<Item = Range<u64>> {
        let mut from = LOW_MEMORY;
        let ranges = iter::from_fn(move || {
            let range = self.next(from)?;
            from = range.end;
            Some(range)
        });
        ranges.filter_map(move |Range { start, end }| {
            let start = start.checked_next_multiple_of(unit)?;
            let end = end - end % unit;
            (start < end).then_some(start..end)
        })
    }

    // [acpi]
    /// Whether firmware has all of this range, in bytes: it lies below 1 MiB, or in regions that
    /// are neither usable nor the boot loader's.
    pub fn is_firmwares(&self, range: Range<u64>) -> bool {
        let above = range.start.max(LOW_MEMORY)..range.end;
        let mut from = above.start;
        while from < above.end {
            match find(self.of(is_firmwares), from) {
                Some(region) => from = region.end,
                None => return false,
            }
        }
        above.is_empty() || self.is_not_ours(above)
    }

    // [acpi.4]
    /// Whether a device may have this range, in bytes: nobody's memory is there.
    pub fn is_vacant(&self, range: Range<u64>) -> bool {
        range.start >= LOW_MEMORY && self.is_not_ours(range)
    }

    // [acpi]
    /// Whether no region that the kernel has, or may have, touches this range.
    fn is_not_ours(&self, range: Range<u64>) -> bool {
        let mut ours = self.of(|kind| !is_firmwares(kind));
        !ours.any(|region| region.start < range.end && range.start < region.end)
    }

    /// The next range of bytes at or above this address.
    fn next(&self, from: u64) -> Option<Range<u64>> {
        let start = self.next_start(from)?;
        let mut end = start;
        while let Some(region) = find(self.allowed(), end) {
            end = region.end;
        }
        let forbidden = self.forbidden().map(|region| region.start);
        let forbidden = forbidden.filter(|other| *other > start).min();
        Some(start..end.min(forbidden.unwrap_or(end)))
    }

    fn next_start(&self, from: u64) -> Option<u64> {
        let mut start = from;
        loop {
            if let Some(region) = find(self.forbidden(), start) {
                start = region.end;
            } else if find(self.allowed(), start).is_some() {
                return Some(start);
            } else {
                let starts = self.allowed().map(|region| region.start);
                start = starts.filter(|other| *other > start).min()?;
            }
        }
    }

    fn allowed(&self) -> impl Iterator<Item = Range<u64>> {
        self.of(|kind| kind == MemoryRegionKind::Usable)
            .map(|region| region.start..region.end.min(self.limit))
    }

    fn forbidden(&self) -> impl Iterator<Item = Range<u64>> {
        self.of(|kind| kind != MemoryRegionKind::Usable)
    }

    fn of(&self, is_meant: fn(MemoryRegionKind) -> bool) -> impl Iterator<Item = Range<u64>> {
        let meant = self.list.iter().filter(move |region| is_meant(region.kind));
        let ranges = meant.map(|region| region.start..region.end);
        ranges.filter(|range| !range.is_empty())
    }
}

// [acpi]
fn is_firmwares(kind: MemoryRegionKind) -> bool {
    !matches!(
        kind,
        MemoryRegionKind::Usable | MemoryRegionKind::Bootloader
    )
}

/// The region in which this address lies.
fn find(mut regions: impl Iterator<Item = Range<u64>>, address: u64) -> Option<Range<u64>> {
    regions.find(|region| region.contains(&address))
}

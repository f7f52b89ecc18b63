//! The memory that the other parser maps: copies, with nothing behind them.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use acpi::rsdp;
use acpi::{AcpiHandler, PhysicalMapping};

use super::Memory;

/// A table may be shorter than the type as which it is read: so many bytes of zero follow.
const MORE: usize = 4096;

/// Gives memory to the other parser.
#[derive(Clone)]
pub struct Handler<'a>(pub &'a Memory);

impl Handler<'_> {
    /// Whether it takes what is at this address for a root pointer.
    pub fn is_sound(&self, address: u64) -> bool {
        // SAFETY: any bytes are a root pointer, and its length is that of the type.
        let root = unsafe { self.map_physical_region::<rsdp::Rsdp>(address as usize, 36) };
        root.validate().is_ok()
    }

    /// All that lies at this address.
    fn bytes(&self, address: u64) -> &[u8] {
        let found = self.0.pieces().iter().find_map(|(start, bytes)| {
            let offset = address.checked_sub(*start)?;
            bytes.get(offset as usize..).filter(|rest| !rest.is_empty())
        });
        found.unwrap_or_default()
    }
}

fn layout(len: usize) -> Layout {
    Layout::from_size_align(len, 16).expect("the alignment is a power of two")
}

impl AcpiHandler for Handler<'_> {
    unsafe fn map_physical_region<T>(
        &self,
        address: usize,
        size: usize,
    ) -> PhysicalMapping<Self, T> {
        let bytes = self.bytes(address as u64);
        let mapped = bytes.len() + MORE;
        assert!(size_of::<T>() <= MORE && align_of::<T>() == 1);
        // SAFETY: it has some bytes.
        let start = NonNull::new(unsafe { alloc_zeroed(layout(mapped)) }).expect("there is room");
        // SAFETY: it has room for so many, and is new.
        unsafe { start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        // SAFETY: it stays until it is unmapped, with enough bytes for any type of theirs.
        unsafe { PhysicalMapping::new(address, start.cast(), size, mapped, self.clone()) }
    }

    fn unmap_physical_region<T>(region: &PhysicalMapping<Self, T>) {
        // SAFETY: it was allocated so.
        unsafe {
            dealloc(
                region.virtual_start().as_ptr().cast(),
                layout(region.mapped_length()),
            )
        };
    }
}

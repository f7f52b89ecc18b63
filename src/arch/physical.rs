//! Physical memory that is not the kernel's: what firmware has left there, and the registers
//! of devices. Firmware says where they are, and is not believed blindly: what is the kernel's
//! memory stays out of reach.

use bootloader_api::BootInfo;

use super::memory;
use super::mmio::Window; // [acpi.4]
use super::port::Width; // [acpi.4]
use crate::acpi::{OutOfReach, Physical};
use crate::memory::regions::Regions;

/// A view of physical memory, as far as it is not the kernel's.
pub struct View<'a> {
    regions: Regions<'a>,
    /// Where physical address 0 is mapped.
    offset: u64,
    /// The first physical address that is not mapped.
    end: u64,
}

impl<'a> View<'a> {
    /// The view on the machine that this boot info describes; `None` where physical memory
    /// is not mapped.
    pub fn new(boot_info: &'a BootInfo) -> Option<Self> {
        Some(Self {
            regions: memory::regions(boot_info),
            offset: boot_info.physical_memory_offset.into_option()?,
            end: memory::end_of_window()?,
        })
    }

    // [acpi.4]
    /// The registers of a device from this physical address on: so many of type `T`.
    ///
    /// # Errors
    /// When they are not mapped, or memory lies there.
    ///
    /// # Safety
    /// 1. If the device is what the caller takes it for, it has no power over memory.
    /// 2. Nobody else drives it as long as the window lives.
    pub unsafe fn registers<T: Width>(
        &self,
        address: u64,
        len: usize,
    ) -> Result<Window<T>, OutOfReach> {
        let out_of_reach = OutOfReach { address, len };
        let size = len.checked_mul(size_of::<T>()).ok_or(out_of_reach)?;
        let end = address.checked_add(size as u64).ok_or(out_of_reach)?;
        let is_vacant = end <= self.end && self.regions.is_vacant(address..end);
        if !is_vacant || !address.is_multiple_of(align_of::<T>() as u64) {
            return Err(out_of_reach);
        }
        // SAFETY:
        // 1. All up to `end` is mapped for ever, and the address is aligned.
        // 2. Any bytes are a number, and no memory of the kernel's lies there; for the
        //    device, the caller vouches.
        // 3. So does the caller.
        Ok(unsafe { Window::new(self.offset + address, len) })
    }
}

impl Physical for View<'_> {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), OutOfReach> {
        let len = buffer.len();
        let out_of_reach = OutOfReach { address, len };
        let end = address.checked_add(len as u64).ok_or(out_of_reach)?;
        if end > self.end || !self.regions.is_firmwares(address..end) {
            return Err(out_of_reach);
        }
        let start = (self.offset + address) as *const u8;
        for (index, byte) in buffer.iter_mut().enumerate() {
            // SAFETY:
            // 1. All up to `end` is mapped for ever.
            // 2. None of it is the kernel's, so there is no reference. Firmware or a device may
            //    change it meanwhile: the access is volatile, and any byte will do.
            *byte = unsafe { start.add(index).read_volatile() };
        }
        Ok(())
    }
}

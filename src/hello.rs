//! The kernel's first words.

use bootloader_api::BootInfo;
use bootloader_api::info::MemoryRegionKind;
use log::{debug, info};

const MIB: u64 = 1024 * 1024;

/// Greets, and logs what the boot loader told.
pub fn log(boot_info: &BootInfo) {
    info!("Hello from Cairn {}.", env!("CARGO_PKG_VERSION"));
    let mut bytes = 0;
    for region in boot_info.memory_regions.iter() {
        debug!("{region:x?}");
        if region.kind == MemoryRegionKind::Usable {
            bytes += region.end - region.start;
        }
    }
    info!("Memory for the kernel: {} MiB.", bytes / MIB);
    match boot_info.physical_memory_offset.into_option() {
        Some(offset) => info!("Physical memory: mapped at {offset:#x}."),
        None => info!("Physical memory: not mapped."),
    }
}

//! The kernel's first words.

use bootloader_api::BootInfo;
use bootloader_api::info::MemoryRegionKind;

use crate::println;

const MIB: u64 = 1024 * 1024;

/// Greets, and says what the boot loader told.
pub fn print(boot_info: &BootInfo) {
    println!("Hello from Cairn {}.", env!("CARGO_PKG_VERSION"));
    let regions = boot_info.memory_regions.iter();
    let usable = regions.filter(|region| region.kind == MemoryRegionKind::Usable);
    let bytes: u64 = usable.map(|region| region.end - region.start).sum();
    println!("Memory for the kernel: {} MiB.", bytes / MIB);
    match boot_info.physical_memory_offset.into_option() {
        Some(offset) => println!("Physical memory: mapped at {offset:#x}."),
        None => println!("Physical memory: not mapped."),
    }
}

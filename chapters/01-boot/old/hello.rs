//! The kernel's first words.

use core::fmt::{self, Write};

use bootloader_api::BootInfo; // [boot.4]
use bootloader_api::info::MemoryRegionKind; // [boot.4]

const MIB: u64 = 1024 * 1024; // [boot.4]

// [boot.3..boot.4] /// Greets.
// [boot.3..boot.4] pub fn write(out: &mut impl Write) -> fmt::Result {
// [boot.4..]
/// Greets, and says what the boot loader told.
pub fn write(out: &mut impl Write, boot_info: &BootInfo) -> fmt::Result {
    // [..boot.4]
    writeln!(out, "Hello from Cairn {}.", env!("CARGO_PKG_VERSION"))?;
    // [boot.4..]
    let regions = boot_info.memory_regions.iter();
    let usable = regions.filter(|region| region.kind == MemoryRegionKind::Usable);
    let bytes: u64 = usable.map(|region| region.end - region.start).sum();
    writeln!(out, "Memory for the kernel: {} MiB.", bytes / MIB)?;
    // [..boot.4]
    // [boot.5]
    match boot_info.physical_memory_offset.into_option() {
        Some(offset) => writeln!(out, "Physical memory: mapped at {offset:#x}.")?,
        None => writeln!(out, "Physical memory: not mapped.")?,
    }
    Ok(())
}

//! The kernel's memory.

use core::arch::x86_64::__cpuid;

use bootloader_api::BootInfo;

use crate::memory::regions::Regions;

/// The memory that this machine has, as far as the boot loader's list can be believed.
pub fn regions(boot_info: &BootInfo) -> Regions<'_> {
    Regions::new(&boot_info.memory_regions, physical_limit())
}

/// Where physical addresses end on this processor (SDM, volume 2, CPUID, leaf 80000008H).
fn physical_limit() -> u64 {
    const SIZES: u32 = 0x8000_0008;
    let has_sizes = __cpuid(0x8000_0000).eax >= SIZES;
    let bits = if has_sizes {
        __cpuid(SIZES).eax as u8
    } else {
        36
    };
    1 << bits.min(52)
}

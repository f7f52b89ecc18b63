//! What every way to boot hands over.

use core::sync::atomic::{AtomicU64, Ordering};

use bootloader_api::BootInfo;
use bootloader_api::info::MemoryRegionKind;
use cairn::case;

const MIB: u64 = 1024 * 1024;

case!(statics_begin_as_they_are_written);
/// The boot loader copies `.data` and clears `.bss`.
fn statics_begin_as_they_are_written() {
    static WRITTEN: AtomicU64 = AtomicU64::new(0x0123_4567_89ab_cdef);
    static ZERO: [AtomicU64; 1024] = [const { AtomicU64::new(0) }; 1024];
    assert_eq!(WRITTEN.swap(1, Ordering::Relaxed), 0x0123_4567_89ab_cdef);
    assert!(ZERO.iter().all(|word| word.swap(1, Ordering::Relaxed) == 0));
}

case!(regions_of_memory_are_apart(boot_info));
/// No byte is in two regions.
fn regions_of_memory_are_apart(boot_info: &'static mut BootInfo) {
    let regions = &mut boot_info.memory_regions;
    assert!(!regions.is_empty());
    regions.sort_unstable_by_key(|region| region.start);
    for pair in regions.windows(2) {
        assert!(pair[0].end <= pair[1].start, "{pair:x?} overlap");
    }
}

case!(memory_has_the_size_that_the_machine_has(boot_info), machine: "-m 64M");
/// The firmware keeps less than a mebibyte to itself, but on UEFI ten.
fn memory_has_the_size_that_the_machine_has(boot_info: &'static mut BootInfo) {
    let ram = |kind| {
        matches!(
            kind,
            MemoryRegionKind::Usable | MemoryRegionKind::Bootloader
        )
    };
    let regions = boot_info.memory_regions.iter();
    let bytes: u64 = regions
        .filter(|region| ram(region.kind))
        .map(|region| region.end - region.start)
        .sum();
    assert!((48 * MIB..=64 * MIB).contains(&bytes), "{bytes} bytes");
}

case!(usable_memory_leaves_the_kernel_alone(boot_info));
/// Nobody who takes usable memory overwrites the kernel.
fn usable_memory_leaves_the_kernel_alone(boot_info: &'static mut BootInfo) {
    let kernel = boot_info.kernel_addr..boot_info.kernel_addr + boot_info.kernel_len;
    assert!(!kernel.is_empty());
    for region in boot_info.memory_regions.iter() {
        let apart = region.end <= kernel.start || kernel.end <= region.start;
        let usable = region.kind == MemoryRegionKind::Usable;
        assert!(apart || !usable, "{region:x?} has a part of {kernel:x?}");
    }
}

case!(physical_memory_is_mapped(boot_info));
/// ACPI's root pointer begins with a signature, and is at a physical address.
fn physical_memory_is_mapped(boot_info: &'static mut BootInfo) {
    let offset = boot_info.physical_memory_offset.into_option();
    let root = boot_info.rsdp_addr.into_option();
    let address = offset.expect("no mapping") + root.expect("no root pointer");
    // SAFETY: the boot loader has mapped all of physical memory, and these eight
    // bytes are nobody's but the firmware's.
    let signature = unsafe { (address as *const [u8; 8]).read() };
    assert_eq!(&signature, b"RSD PTR ");
}

//! The local APIC, the interrupt controller in the processor. Here it only lets
//! through what the older controllers outside report (SDM, volume 3, chapter 12).

use bootloader_api::BootInfo;
use x86_64::registers::model_specific::Msr;

use super::mmio::Window;

/// The vector of interrupts that are gone before they are delivered.
pub const SPURIOUS: u8 = 255;

/// The model-specific register with the registers' physical address. Bit 11 is set
/// while the local APIC is on.
const BASE: u32 = 0x1b;
const ON: u64 = 1 << 11;

/// Bytes of the registers; each lies at a multiple of 16 bytes.
const SIZE: usize = 4096;

// Registers, by their distance from the first in bytes.
const SPURIOUS_VECTOR: usize = 0xf0;
const TIMER: usize = 0x320;
const LINT0: usize = 0x350;
const LINT1: usize = 0x360;

// Their bits.
const ENABLED: u32 = 1 << 8;
const MASKED: u32 = 1 << 16;
const NMI: u32 = 0b100 << 8;
const EXTERNAL: u32 = 0b111 << 8;

/// Lets the 8259s and NMIs through, whatever firmware has left. A machine without
/// a local APIC does so by itself.
pub fn init(boot_info: &BootInfo) {
    let Some(mut registers) = registers(boot_info) else {
        return;
    };
    let mut set = |register: usize, value| registers.write(register / size_of::<u32>(), value);
    set(SPURIOUS_VECTOR, ENABLED | u32::from(SPURIOUS));
    set(TIMER, MASKED);
    set(LINT0, EXTERNAL);
    set(LINT1, NMI);
}

fn registers(boot_info: &BootInfo) -> Option<Window<u32>> {
    // CPUID's leaf 1: bit 9 of EDX says that there is a local APIC.
    let has_apic = core::arch::x86_64::__cpuid(1).edx & 1 << 9 != 0;
    let physical_memory = boot_info.physical_memory_offset.into_option()?;
    // SAFETY: a processor with a local APIC has this register.
    let base = has_apic.then(|| unsafe { Msr::new(BASE).read() })?;
    let address = physical_memory + (base & 0x000f_ffff_ffff_f000);
    // SAFETY:
    // 1. The boot loader has mapped physical memory there, at least the first 4 GiB.
    // 2. Any bits are a number. The registers have no power over memory.
    // 3. Nobody else drives the local APIC.
    (base & ON != 0).then(|| unsafe { Window::new(address, SIZE / size_of::<u32>()) })
}

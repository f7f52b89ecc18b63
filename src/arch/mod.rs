//! What only an x86_64 has.

// [boot.3..]
#![expect(
    unsafe_code,
    reason = "machine instructions, and addresses that hardware fixes"
)]
// [..boot.3]

pub mod address_space; // [frames.4]
pub mod areas; // [frames.4]
mod backtrace; // [tests.3]
pub mod cases; // [tests.2]
// [boot.3..serial] pub mod console;
mod direct;
pub mod entry; // [exceptions]
mod exceptions; // [exceptions]
pub mod exit; // [boot.3]
pub mod faults; // [monitor.5]
pub mod fw_cfg; // [tests]
mod guard; // [double-faults]
pub mod idt; // [exceptions]
pub mod input; // [monitor]
pub mod irq; // [interrupts]
pub mod keyboard; // [interrupts.4]
pub mod local_apic; // [interrupts]
pub mod mapper; // [frames.3]
pub mod mappings; // [paging.4]
pub mod memory; // [frames]
pub mod mmio; // [screen]
pub mod paging; // [paging]
mod panic; // [boot.3]
pub mod per_cpu; // [sharing.4]
pub mod pic; // [interrupts]
pub mod pit; // [interrupts.2]
pub mod port; // [serial]
pub mod power; // [monitor.5]
pub mod screen; // [screen.2]
pub mod segments; // [double-faults.2]
pub mod serial; // [serial]
pub mod stacks; // [double-faults.2]
mod start_info; // [boot.4]
pub mod vga; // [screen]

// [boot.2]

//! The Cairn kernel.
//!
//! What only an x86_64 has is in [`arch`]; all else builds on any host.

#![no_std]
#![deny(unsafe_code)] // [boot.3]

extern crate alloc; // [heap]

pub mod acpi; // [acpi]
#[cfg(target_os = "none")]
pub mod arch;
pub mod boot; // [boot.5]
pub mod console; // [serial.2]
pub mod heap; // [heap]
pub mod hello; // [boot.3]
#[cfg(target_os = "none")] // [screen.4]
pub mod kernel; // [screen.4]
pub mod line; // [monitor]
pub mod lock; // [serial.3]
pub mod logger; // [serial.5]
pub mod memory; // [frames]
pub mod memory_map; // [boot.4]
#[cfg(target_os = "none")] // [monitor.3]
pub mod monitor; // [monitor.3]
pub mod queue; // [sharing.3]
pub mod reserved; // [screen.2]
pub mod ring; // [serial.5]
pub mod screen; // [screen]
pub mod testing; // [tests.2]
pub mod time; // [time]

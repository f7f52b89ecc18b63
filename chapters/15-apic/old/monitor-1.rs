//! The command that shows the interrupt controllers.

use crate::arch::local_apic;
use crate::kernel::Kernel;
use crate::{print, println};

/// Says what the local APIC delivers.
pub fn apic(_: &Kernel) {
    match local_apic::with(|apic| print!("{apic}")) {
        Some(()) => {}
        None => println!("no local APIC"),
    }
}

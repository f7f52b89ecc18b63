//! The command that shows the interrupt controllers.

use super::Console;
use crate::arch::{controllers, local_apic};
use crate::{print, println};

/// Says what the local APIC delivers, and where the I/O APICs send requests.
pub fn apic() {
    match local_apic::with(|apic| print!("{apic}")) {
        Some(()) => {}
        None => println!("no local APIC"),
    }
    // The console takes every text.
    let _ = controllers::show(&mut Console);
}

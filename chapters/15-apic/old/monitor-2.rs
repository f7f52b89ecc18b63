//! The command that shows the interrupt controllers.

use super::Console;
use crate::acpi::madt::{self, Madt};
use crate::arch::io_apic::IoApic;
use crate::arch::local_apic;
use crate::arch::physical::View;
use crate::kernel::Kernel;
use crate::{print, println};

/// Says what the local APIC delivers, and where the I/O APICs send requests.
pub fn apic(kernel: &Kernel) {
    match local_apic::with(|apic| print!("{apic}")) {
        Some(()) => {}
        None => println!("no local APIC"),
    }
    let (Some(tables), Some(view)) = (&kernel.firmware.tables, View::new(kernel.boot_info)) else {
        return;
    };
    match tables.find(&view, madt::NAME) {
        Ok(Some(table)) => (Madt::of(&table).iter()).for_each(|madt| io_apics(&view, madt)),
        Ok(None) => println!("no MADT"),
        Err(error) => println!("the MADT is unsound: {error}"),
    }
}

fn io_apics(view: &View, madt: &Madt) {
    for (address, first_input) in madt.io_apics() {
        match IoApic::find(view, address, first_input) {
            // The console takes every text.
            Ok(mut apic) => apic.show(&mut Console).unwrap_or_default(),
            Err(error) => println!("{error}"),
        }
    }
}

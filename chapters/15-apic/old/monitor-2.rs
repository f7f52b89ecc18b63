//! The command that shows the interrupt controllers.

use crate::acpi::madt::{self, Entry, Madt};
use crate::arch::io_apic::IoApic;
use crate::arch::local_apic;
use crate::arch::physical::View;
use crate::kernel::Kernel;
use crate::{print, println};

/// Says what the local APIC delivers, and which I/O APICs there are.
pub fn apic(kernel: &Kernel) {
    match local_apic::with(|apic| print!("{apic}")) {
        Some(()) => {}
        None => println!("no local APIC"),
    }
    let (Some(tables), Some(view)) = (&kernel.firmware.tables, View::new(kernel.boot_info)) else {
        return;
    };
    match tables.find(&view, madt::NAME) {
        Ok(Some(table)) => Madt::of(&table).iter().for_each(|madt| io_apics(&view, madt)),
        Ok(None) => println!("no MADT"),
        Err(error) => println!("the MADT is unsound: {error}"),
    }
}

fn io_apics(view: &View, madt: &Madt) {
    for entry in madt.sound() {
        if let Entry::IoApic {
            address,
            first_input,
            ..
        } = entry
        {
            match IoApic::open(view, address.into(), first_input) {
                Ok(mut apic) => show(&mut apic),
                Err(error) => println!("{error}"),
            }
        }
    }
}

fn show(apic: &mut IoApic) {
    let (first, count) = (apic.first_input, apic.inputs);
    println!("I/O APIC, with {count} inputs from {first} on");
    for input in 0..count {
        println!("  input {:2}  {}", first + input, apic.redirection(input));
    }
}

//! The command that shows firmware's tables.

use core::fmt::Display; // [acpi.3]

use crate::acpi::fadt::{self, Fadt}; // [acpi.3]
use crate::acpi::hpet::{self, Hpet}; // [acpi.3]
use crate::acpi::madt::{self, Madt}; // [acpi.3]
use crate::acpi::mcfg::{self, Mcfg}; // [acpi.3]
use crate::acpi::srat::{self, Srat}; // [acpi.3]
use crate::acpi::table::Header;
use crate::acpi::table::Table; // [acpi.3]
use crate::acpi::tables::{Listed, Tables};
use crate::arch::physical::View; // [acpi.3]
use crate::kernel::Kernel;
use crate::println;

// [acpi.2..acpi.3] /// Lists the tables.
// [acpi.2..acpi.3] pub fn acpi(kernel: &Kernel) {
// [acpi.3..]
/// Lists the tables, or says what those of one name say.
pub fn acpi(kernel: &Kernel, name: &str) {
    // [..acpi.3]
    let Some(tables) = &kernel.firmware.tables else {
        return println!("This machine has no tables.");
    };
    // [acpi.2..acpi.3] list(tables);
    // [acpi.3..]
    match name.as_bytes().try_into() {
        _ if name.is_empty() => list(tables),
        Ok(name) => show(kernel, tables, name),
        Err(_) => println!("A table's name has four letters, such as APIC."),
    }
    // [..acpi.3]
}

fn list(tables: &Tables) {
    let Tables { root, list, .. } = tables;
    println!(
        "  {:#010x}  root pointer, revision {}",
        root.address, root.revision
    );
    let xsdt = root.xsdt.filter(|_| tables.fallback.is_none());
    line(xsdt.unwrap_or(root.rsdt.into()), list);
    for Listed { address, header } in &tables.listed {
        match header {
            Ok(header) => line(*address, header),
            Err(error) => println!("  {address:#010x}  unsound: {error}"),
        }
    }
}

fn line(address: u64, header: &Header) {
    let Header {
        signature,
        len,
        revision,
        oem,
    } = header;
    println!(
        "  {address:#010x}  {signature}  {len:6} bytes, revision {revision}, by {}",
        oem.trim_ascii().escape_ascii()
    );
}

// [acpi.3..]
/// Says what each table of this name says.
fn show(kernel: &Kernel, tables: &Tables, name: [u8; 4]) {
    let Some(view) = View::new(kernel.boot_info) else {
        return;
    };
    let mut count = 0;
    for table in tables.named(&view, name) {
        count += 1;
        match table {
            Ok(table) => decode(&table, name),
            Err(error) => println!("unsound: {error}"),
        }
    }
    if count == 0 {
        println!("There is no such table. `acpi` lists those that there are.");
    }
}

fn decode(table: &Table, name: [u8; 4]) {
    match name {
        fadt::NAME => say(Fadt::of(table)),
        hpet::NAME => say(Hpet::of(table)),
        madt::NAME => say(Madt::of(table)),
        mcfg::NAME => say(Ok(Mcfg::of(table))),
        srat::NAME => say(Ok(Srat::of(table))),
        _ => println!("{} bytes that this kernel cannot read.", table.header.len),
    }
}

fn say(told: Result<impl Display, crate::acpi::Error>) {
    match told {
        Ok(told) => crate::print!("{told}"),
        Err(error) => println!("unsound: {error}"),
    }
}
// [..acpi.3]

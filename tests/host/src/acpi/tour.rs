//! A tour of all tables that lie in a memory, as the kernel makes it; it says what it has seen,
//! and checks what holds of any memory.

use std::fmt::Write;

use cairn::acpi::aml::sleep_types;
use cairn::acpi::fadt::{self, Fadt};
use cairn::acpi::hpet::{self, Hpet};
use cairn::acpi::madt::{self, Madt};
use cairn::acpi::mcfg::{self, Mcfg};
use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::srat::{self, Srat};
use cairn::acpi::table::{HEADER, Table};
use cairn::acpi::tables::{Tables, named};
use cairn::acpi::{Error, sum};

use super::memory::Memory;

/// A root pointer is looked for at so many places: each is read twice, and once more for
/// the sum.
const PLACES: usize = 3 * ((1024 + 0x2_0000) / 16) + 1;

/// So many tables are listed; each is looked at a few times.
const TABLES: usize = 256;

/// No line has more characters.
const LINE: usize = 100;

/// Goes through all tables, from the root pointer at this address or where it is found.
pub fn tour(memory: &Memory, given: Option<u64>) -> String {
    let before = memory.reads();
    let said = tables(memory, given).unwrap_or_else(|error| format!("nothing: {error}\n"));
    assert!(memory.reads() - before <= PLACES + 12 * TABLES);
    said
}

fn tables(memory: &Memory, given: Option<u64>) -> Result<String, Error> {
    let root = Rsdp::find(memory, given)?;
    assert!(given.is_none_or(|address| address == root.address));
    let tables = Tables::list(memory, root)?;
    assert!(tables.listed.len() <= TABLES);
    let mut said = format!("{} of revision {}\n", tables.list.signature, root.revision);
    for listed in &tables.listed {
        match Table::read(memory, listed.address) {
            Ok(table) => {
                assert_eq!(listed.header, Ok(table.header));
                said += &tell(memory, listed.address, &table);
            }
            Err(error) => said += &format!("unsound: {error}\n"),
        }
    }
    said += &code(memory, &tables);
    Ok(said)
}

/// What a table at this address says, whatever its name.
pub fn tell(memory: &Memory, address: u64, table: &Table) -> String {
    let bytes = table.fields().0;
    assert_eq!((bytes.len(), sum(bytes)), (table.header.len as usize, 0));
    assert_eq!(memory.get(address, bytes.len()), Some(bytes));
    let Table { header, .. } = table;
    let mut said = format!("{} of revision {}: ", header.signature, header.revision);
    let told = match header.signature.0 {
        fadt::NAME => Fadt::of(table).map(|fadt| fadt.to_string()),
        hpet::NAME => Hpet::of(table).map(|hpet| hpet.to_string()),
        madt::NAME => Madt::of(table).map(|madt| madt.to_string()),
        mcfg::NAME => Ok(Mcfg::of(table).to_string()),
        srat::NAME => Ok(Srat::of(table).to_string()),
        _ => Ok(format!("off by {:?}\n", types(table))),
    };
    let told = told.unwrap_or_else(|error| format!("unsound: {error}\n"));
    // What a table says is in proportion to its length.
    assert!(told.lines().count() <= 8 + bytes.len() / 2);
    assert!(told.lines().all(|line| line.len() <= LINE), "{told}");
    let _ = writeln!(said, "{} bytes\n{told}", bytes.len());
    said
}

/// How the machine is switched off.
fn code(memory: &Memory, tables: &Tables) -> String {
    let Ok(Some(fadt)) = tables.find(memory, fadt::NAME) else {
        return "no FADT\n".to_owned();
    };
    let dsdt = Fadt::of(&fadt).and_then(|fadt| named(memory, fadt.dsdt, *b"DSDT"));
    match dsdt {
        Ok(dsdt) => format!(
            "DSDT: {} bytes, off by {:?}\n",
            dsdt.header.len,
            types(&dsdt)
        ),
        Err(error) => format!("DSDT: {error}\n"),
    }
}

fn types(table: &Table) -> Option<[u8; 2]> {
    assert_eq!(table.body().len() + HEADER, table.fields().0.len());
    let types = sleep_types(table.body());
    assert!(types.is_none_or(|types| types.iter().all(|number| *number < 8)));
    types
}

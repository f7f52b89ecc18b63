//! Says what the tables in an image say. Makes the image first, if it gets a file with all memory of a real machine:
//! of what the root pointer leads to.

use std::process::ExitCode;
use std::{env, fs};

use cairn::acpi::fadt::{self, Fadt};
use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::table::Header;
use cairn::acpi::tables::Tables;
use fuzz::image;
use fuzz::memory::Memory;
use fuzz::tour::tour;

/// Where a BIOS says where its extended data area is.
const POINTER: u64 = 0x40e;

const USAGE: &str = "usage: tables [MEMORY] IMAGE";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let said = match &arguments[..] {
        [image] => say(image),
        [memory, image] => collect(memory, image).and_then(|()| say(image)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match said {
        Ok(said) => print!("{said}"),
        Err(error) => {
            eprintln!("tables: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The root pointer is an image's first piece.
fn say(path: &str) -> Result<String, String> {
    let memory = image::read(&read(path)?);
    let root = memory.pieces().first().map(|(address, _)| *address);
    Ok(tour(&memory, root))
}

fn collect(from: &str, to: &str) -> Result<(), String> {
    let mut memory = Memory::default();
    memory.put(0, read(from)?);
    let tables = find(&memory).ok_or_else(|| format!("there are no tables in {from}"))?;
    let image = image::write(&keep(&memory, &tables));
    fs::write(to, image).map_err(|error| format!("cannot write {to}: {error}"))
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// The tables to which the root pointer of the highest revision leads. It lies at a multiple of 4 bytes.
fn find(memory: &Memory) -> Option<Tables> {
    let end = memory.pieces()[0].1.len() as u64;
    let roots = (0..end)
        .step_by(4)
        .filter_map(|address| Rsdp::read(memory, address).ok());
    let all = roots.filter_map(|root| Tables::list(memory, root).ok());
    all.max_by_key(|tables| tables.root.revision)
}

/// The root pointer, the lists, the tables, and the DSDT.
fn keep(memory: &Memory, tables: &Tables) -> Memory {
    let Tables { root, listed, .. } = tables;
    let dsdt = tables.find(memory, fadt::NAME).ok().flatten();
    let dsdt = dsdt
        .and_then(|fadt| Fadt::of(&fadt).ok())
        .map(|fadt| fadt.dsdt);
    let lists = [root.xsdt, Some(root.rsdt.into()), dsdt]
        .into_iter()
        .flatten();
    let addresses = lists.chain(listed.iter().map(|listed| listed.address));
    let mut kept = Memory::default();
    let size = if root.revision < 2 { 20 } else { 36 };
    let mut put = |address, len: usize| {
        let bytes = memory.get(address, len).unwrap_or_default();
        kept.put(address, bytes.to_vec());
    };
    put(root.address, size);
    for address in addresses {
        if let Ok(header) = Header::read(memory, address) {
            put(address, header.len as usize);
        }
    }
    put(POINTER, 2);
    kept
}

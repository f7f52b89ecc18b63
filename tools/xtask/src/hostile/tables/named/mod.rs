//! Each set of tables that a machine of the matrix can ask for, by name. The names are `TABLE-WHAT`; a change is made to
//! [`Set::new`], which is right.

mod devices;
mod dsdt;
mod fadt;
mod madt;
mod root;
mod rsdp;

use anyhow::{Context, Result};

use super::loader;
use super::place::Image;
use super::set::Set;

/// A name, and what is changed.
type Named = (&'static str, fn(&mut Set));

/// Where no memory and no device answers on a machine with less than 2 GiB.
const NOWHERE: u32 = 0x9000_0000;

/// Beyond 4 TiB, and so beyond what most processors can address.
const BEYOND: u64 = 1 << 52;

/// A device's registers: the local APIC's.
const REGISTERS: u32 = super::madt::LOCAL_APIC;

fn all() -> impl Iterator<Item = &'static Named> {
    let sets = [
        rsdp::SETS,
        root::SETS,
        madt::SETS,
        fadt::SETS,
        dsdt::SETS,
        devices::SETS,
    ];
    sets.into_iter().flatten()
}

/// The names of all sets.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|(name, _)| *name)
}

/// The set of this name, in memory.
pub fn find(name: &str) -> Result<Image> {
    Ok(set(name)?.finished())
}

/// The set of this name as files of fw_cfg, for firmware.
pub fn files(name: &str) -> Result<[(&'static str, Vec<u8>); 3]> {
    Ok(loader::files(set(name)?))
}

fn set(name: &str) -> Result<Set> {
    let unknown = || {
        let names: Vec<_> = names().collect();
        format!(
            "there are no tables called {name}; there are: {}",
            names.join(", ")
        )
    };
    let found = all().find(|(other, _)| *other == name);
    let (_, change) = found.with_context(unknown)?;
    let mut set = Set::new(2);
    change(&mut set);
    Ok(set)
}

#[cfg(test)]
mod tests;

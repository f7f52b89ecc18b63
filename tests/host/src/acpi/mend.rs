//! Makes tables add up again after something has changed in them.

use cairn::acpi::fadt::{self, Fadt};
use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::table::Header;
use cairn::acpi::tables::Tables;

use super::memory::{Memory, seal};

/// Where the sums of a root pointer and of a table are kept.
pub const ROOT_SUM: usize = 8;
pub const ROOT_SUM_2: usize = 32;
pub const SUM: usize = 9;

/// Makes all that the kernel would read add up, from the root pointer at this address on.
pub fn mend(memory: &mut Memory, address: u64) {
    mend_root(memory, address);
    let Ok(root) = Rsdp::read(memory, address) else {
        return;
    };
    mend_table(memory, root.rsdt.into());
    mend_table(memory, root.xsdt.unwrap_or_default());
    let Ok(tables) = Tables::list(memory, root) else {
        return;
    };
    for listed in &tables.listed {
        mend_table(memory, listed.address);
    }
    if let Ok(Some(table)) = tables.find(memory, fadt::NAME)
        && let Ok(fadt) = Fadt::of(&table)
    {
        mend_table(memory, fadt.dsdt);
    }
}

fn mend_root(memory: &mut Memory, address: u64) {
    if let Some(bytes) = memory.get_mut(address, 20) {
        seal(bytes, ROOT_SUM);
    }
    let Some(bytes) = memory.get(address, 36) else {
        return;
    };
    let len = u32::from_le_bytes([bytes[20], bytes[21], bytes[22], bytes[23]]) as usize;
    let revision = bytes[15];
    if let Some(bytes) = memory.get_mut(address, len.max(36))
        && revision >= 2
    {
        seal(bytes, ROOT_SUM_2);
    }
}

fn mend_table(memory: &mut Memory, address: u64) {
    let header = Header::read(memory, address);
    let len = header.map_or(0, |header| header.len as usize);
    if let Some(bytes) = memory.get_mut(address, len)
        && len > 0
    {
        seal(bytes, SUM);
    }
}

//! The MADT: processors and interrupt controllers (ACPI 6.5, section 5.2.12).

use super::table::Table;

/// Where the first local APIC's registers are, on every PC.
pub const LOCAL_APIC: u32 = 0xfee0_0000;
/// Where the first I/O APIC's are.
pub const IO_APIC: u32 = 0xfec0_0000;

/// A MADT of these entries.
pub fn madt(entries: &[Vec<u8>]) -> Table {
    let mut table = Table::new(b"APIC", 3, &[]);
    table.extend(&LOCAL_APIC.to_le_bytes());
    table.extend(&PC_COMPATIBLE.to_le_bytes());
    for entry in entries {
        table.extend(entry);
    }
    table
}

/// From the table's start: the local APIC's address, and the flags.
pub const ADDRESS: usize = 36;
pub const FLAGS: usize = 40;

/// The flag that says that there are 8259s, too.
const PC_COMPATIBLE: u32 = 1;

/// The flag of a processor that can be used.
const ENABLED: u32 = 1;

/// What QEMU's machines with one processor have.
pub fn usual() -> Vec<Vec<u8>> {
    let mut entries = vec![processor(0), io_apic(0, IO_APIC, 0), overridden(0, 2, 0)];
    // The lines that PCI uses: active high, level-triggered.
    entries.extend([5, 9, 10, 11].map(|line| overridden(line, line.into(), 0xd)));
    entries.push(vec![4, 6, 0xff, 0, 0, 1]); // NMI at LINT1 of all processors
    entries
}

/// A processor whose local APIC has this number.
pub fn processor(id: u8) -> Vec<u8> {
    let mut entry = vec![0, 8, id, id];
    entry.extend(ENABLED.to_le_bytes());
    entry
}

/// An I/O APIC at this address, whose first line is this global one.
pub fn io_apic(id: u8, address: u32, first: u32) -> Vec<u8> {
    let mut entry = vec![1, 12, id, 0];
    entry.extend(address.to_le_bytes());
    entry.extend(first.to_le_bytes());
    entry
}

/// A line of the 8259s that comes in at another global line.
pub fn overridden(line: u8, global: u32, flags: u16) -> Vec<u8> {
    let mut entry = vec![2, 10, 0, line];
    entry.extend(global.to_le_bytes());
    entry.extend(flags.to_le_bytes());
    entry
}

/// Another address for all local APICs.
pub fn local_apic_at(address: u64) -> Vec<u8> {
    let mut entry = vec![5, 12, 0, 0];
    entry.extend(address.to_le_bytes());
    entry
}

/// A processor whose x2APIC has this number.
pub fn x2apic(id: u32) -> Vec<u8> {
    let mut entry = vec![9, 16, 0, 0];
    for word in [id, ENABLED, id] {
        entry.extend(word.to_le_bytes());
    }
    entry
}

/// An entry of a type that nobody knows.
pub fn unknown(kind: u8, length: u8) -> Vec<u8> {
    let mut entry = vec![kind, length];
    entry.resize(length.into(), 0xaa);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_says_its_true_length() {
        let entries = [usual(), vec![local_apic_at(1), x2apic(7), unknown(0x7f, 9)]];
        for entry in entries.concat() {
            assert_eq!(usize::from(entry[1]), entry.len(), "{entry:?}");
        }
    }
}

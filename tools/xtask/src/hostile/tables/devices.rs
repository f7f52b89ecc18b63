//! Small tables: HPET, MCFG, SRAT.

use super::fadt::{MEMORY, address};
use super::table::Table;

/// Where QEMU has the HPET's registers.
pub const HPET: u64 = 0xfed0_0000;

/// From the HPET table's start: where its registers are, as a generic address.
pub const HPET_ADDRESS: usize = 40;

/// Where firmware puts PCI's configuration space on a `q35`.
pub const ECAM: u64 = 0xb000_0000;

/// The HPET's table (IA-PC HPET specification 1.0a, section 3.2.4).
pub fn hpet() -> Table {
    let mut table = Table::new(b"HPET", 1, &0x8086_a201_u32.to_le_bytes());
    table.extend(&address(MEMORY, 0, HPET));
    table.extend(&[0, 0, 0, 0]); // number, smallest period, page protection
    table
}

/// The MCFG: PCI's configuration space for these ranges of buses, each at an address (PCI Firmware Specification 3.3,
/// section 4.1.2).
pub fn mcfg(ranges: &[(u64, u8, u8)]) -> Table {
    let mut table = Table::new(b"MCFG", 1, &[0; 8]);
    for (address, first, last) in ranges {
        table.extend(&address.to_le_bytes());
        table.extend(&[0, 0, *first, *last, 0, 0, 0, 0]);
    }
    table
}

/// The SRAT: which processors and which memory are near each other (ACPI 6.5, section 5.2.16). One processor, one range.
pub fn srat() -> Table {
    let mut table = Table::new(b"SRAT", 3, &[1, 0, 0, 0]);
    table.extend(&[0; 8]);
    table.extend(&[0, 16, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut memory = vec![1, 40];
    memory.resize(16, 0);
    memory.extend((128_u64 << 20).to_le_bytes());
    memory.resize(28, 0);
    memory.extend(1_u32.to_le_bytes());
    memory.resize(40, 0);
    table.extend(&memory);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_as_long_as_they_should_be() {
        assert_eq!(hpet().len(), 56);
        assert_eq!(mcfg(&[(ECAM, 0, 255)]).len(), 60);
        assert_eq!(srat().len(), 48 + 16 + 40);
    }
}

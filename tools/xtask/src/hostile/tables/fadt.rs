//! The FADT: the registers with which a machine is switched off and reset (ACPI 6.5, section 5.2.9); and the FACS.

use super::table::{HEADER, Table};

/// Bytes of the FADT of ACPI 2.0 to 4.0, which QEMU has as well.
pub const LENGTH: usize = 244;

// Its fields, from the table's start.
pub const FACS: usize = 36;
pub const DSDT: usize = 40;
pub const PM1A_CONTROL: usize = 64;
pub const PM1B_CONTROL: usize = 68;
pub const PM1_CONTROL_LENGTH: usize = 89;
pub const FLAGS: usize = 112;
pub const RESET: usize = 116;
pub const RESET_VALUE: usize = 128;
pub const X_DSDT: usize = 140;
pub const X_PM1A_CONTROL: usize = 172;

/// Where the firmware puts the chipset's power management registers.
pub const POWER: u16 = 0x600;

/// What a generic address is an address of.
pub const MEMORY: u8 = 0;
pub const PORTS: u8 = 1;

/// FLAGS: the reset register is there.
const HAS_RESET: u32 = 1 << 10;

/// The FADT of a `q35`. The DSDT's address is still missing.
pub fn fadt() -> Table {
    let mut table = Table::new(b"FACP", 3, &[0; LENGTH - HEADER]);
    table.put(46, &9_u16.to_le_bytes()); // the interrupt line of ACPI's events
    let ports = [
        (56, 0),  // events
        (64, 4),  // control
        (76, 8),  // timer
        (80, 32), // general events
    ];
    for (field, port) in ports {
        table.put(field, &u32::from(POWER + port).to_le_bytes());
    }
    table.put(88, &[4, 2, 0, 4, 16]); // and how many bytes they have
    table.put(96, &0x0fff_0fff_u32.to_le_bytes()); // no power-saving states
    table.put(FLAGS, &HAS_RESET.to_le_bytes());
    table.put(RESET, &address(PORTS, 8, 0xcf9));
    table.put(RESET_VALUE, &[0xf]);
    table.put(148, &address(PORTS, 32, (POWER).into()));
    table.put(X_PM1A_CONTROL, &address(PORTS, 16, (POWER + 4).into()));
    table.put(208, &address(PORTS, 32, (POWER + 8).into()));
    table
}

/// The FACS, in which firmware and system meet; it has no checksum (ACPI 6.5, section 5.2.10).
pub fn facs() -> Vec<u8> {
    let mut bytes = b"FACS\x40\0\0\0".to_vec();
    bytes.resize(64, 0);
    bytes[32] = 1; // the version
    bytes
}

/// A generic address structure: of what, how many bits, where (ACPI 6.5, section 5.2.3.2).
pub fn address(space: u8, bits: u8, address: u64) -> [u8; 12] {
    let mut bytes = [space, bits, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes[4..].copy_from_slice(&address.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long_as_it_should_be() {
        assert_eq!(fadt().len(), LENGTH);
        assert_eq!(X_PM1A_CONTROL + 6 * 12, LENGTH);
    }
}

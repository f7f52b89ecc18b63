//! The way to the tables: the root pointer (RSDP) leads to the root table (RSDT or XSDT), and that to the others
//! (ACPI 6.5, sections 5.2.5, 5.2.7 and 5.2.8).

use super::table::{HEADER, Table, balance};

/// The root pointer, found by its signature at a multiple of 16 bytes.
#[derive(Clone, Debug)]
pub struct Rsdp {
    /// 0 for ACPI 1.0, whose root pointer leads to an RSDT and ends after 20 bytes; 2 since then.
    pub revision: u8,
    /// Bytes, as revision 2 says.
    pub length: u32,
    /// The RSDT's physical address, if it is not the root table's.
    pub rsdt: Option<u32>,
    /// The XSDT's physical address, if it is not the root table's.
    pub xsdt: Option<u64>,
    /// Whether the sum of the first 20 bytes is wrong.
    pub is_spoilt: bool,
    /// Whether the sum of all bytes is wrong.
    pub is_spoilt_later: bool,
}

/// Bytes of revision 2.
const LONG: u32 = 36;

/// Where the two checksums are.
const CHECKSUM: usize = 8;
const LONG_CHECKSUM: usize = 32;

impl Rsdp {
    /// A right one of this revision.
    pub fn new(revision: u8) -> Self {
        Self {
            revision,
            length: LONG,
            rsdt: None,
            xsdt: None,
            is_spoilt: false,
            is_spoilt_later: false,
        }
    }

    /// Its bytes, where the root table lies at this physical address.
    pub fn finished(&self, root: u32) -> Vec<u8> {
        let (rsdt, xsdt) = match self.revision {
            0 => (root, 0),
            _ => (0, u64::from(root)),
        };
        let mut bytes = b"RSD PTR \0CAIRN ".to_vec();
        bytes.push(self.revision);
        bytes.extend(self.rsdt.unwrap_or(rsdt).to_le_bytes());
        bytes[CHECKSUM] = balance(&bytes).wrapping_add(self.is_spoilt.into());
        if self.revision == 0 {
            return bytes;
        }
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.xsdt.unwrap_or(xsdt).to_le_bytes());
        bytes.extend([0; 4]);
        let summed = bytes.len().min(self.length as usize);
        bytes[LONG_CHECKSUM] = balance(&bytes[..summed]).wrapping_add(self.is_spoilt_later.into());
        bytes
    }
}

/// The root table: an XSDT of 64-bit addresses, or an RSDT of 32-bit ones.
pub fn root_table(is_wide: bool, addresses: &[u64]) -> Table {
    let mut table = if is_wide {
        Table::new(b"XSDT", 1, &[])
    } else {
        Table::new(b"RSDT", 1, &[])
    };
    for address in addresses {
        let bytes = address.to_le_bytes();
        table.extend(if is_wide { &bytes } else { &bytes[..4] });
    }
    table
}

/// Bytes of a root table with so many entries.
pub fn root_len(is_wide: bool, entries: usize) -> usize {
    HEADER + entries * if is_wide { 8 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_one_has_one_sum_and_the_new_one_has_two() {
        let old = Rsdp::new(0).finished(0x1234);
        assert_eq!(old.len(), 20);
        assert_eq!(old[16..20], 0x1234_u32.to_le_bytes());
        assert_eq!(balance(&old), 0);
        let new = Rsdp::new(2).finished(0x1234);
        assert_eq!(new.len(), LONG as usize);
        assert_eq!(new[24..32], 0x1234_u64.to_le_bytes());
        assert_eq!((balance(&new[..20]), balance(&new)), (0, 0));
    }

    #[test]
    fn each_sum_can_be_wrong_alone() {
        let mut early = Rsdp::new(2);
        early.is_spoilt = true;
        let early = early.finished(0);
        assert_eq!((balance(&early[..20]), balance(&early)), (255, 0));
        let mut late = Rsdp::new(2);
        late.is_spoilt_later = true;
        let late = late.finished(0);
        assert_eq!((balance(&late[..20]), balance(&late)), (0, 255));
    }

    #[test]
    fn a_root_table_is_as_long_as_was_said() {
        for is_wide in [false, true] {
            let table = root_table(is_wide, &[1, 2, 3]);
            assert_eq!(table.len(), root_len(is_wide, 3));
        }
    }
}

//! One ACPI table: a header of 36 bytes, and what follows (ACPI 6.5, section 5.2.6).

/// Bytes of a header.
pub const HEADER: usize = 36;

/// Where a header has the table's length and its checksum.
const LENGTH: usize = 4;
pub const CHECKSUM: usize = 9;

/// A table as it will lie in memory.
#[derive(Clone, Debug)]
pub struct Table {
    bytes: Vec<u8>,
    /// The length that its header says, if that is not the true one.
    claimed: Option<u32>,
    is_spoilt: bool,
}

impl Table {
    /// A table of this signature and revision. Its length and its checksum will be right.
    pub fn new(signature: &[u8; 4], revision: u8, body: &[u8]) -> Self {
        let mut bytes = signature.to_vec();
        bytes.extend([0; 4]); // length
        bytes.extend([revision, 0]); // and checksum
        bytes.extend(b"CAIRN HOSTILE ");
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(b"CRN ");
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(body);
        Self {
            bytes,
            claimed: None,
            is_spoilt: false,
        }
    }

    /// Four letters that say what it is.
    pub fn signature(&self) -> &[u8] {
        &self.bytes[..4]
    }

    /// How many bytes it really has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes bytes so far from its start, as the specification counts.
    pub fn put(&mut self, offset: usize, bytes: &[u8]) {
        self.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    /// Adds bytes at its end.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Leaves out what comes after so many bytes; its length is right for the rest.
    pub fn cut(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    /// Says a length that is not the true one. The checksum is right for it, as far as there are bytes.
    pub fn claim(&mut self, length: u32) {
        self.claimed = Some(length);
    }

    /// Makes the checksum wrong.
    pub fn spoil(&mut self) {
        self.is_spoilt = true;
    }

    /// Whether its checksum is meant to be wrong.
    pub fn is_spoilt(&self) -> bool {
        self.is_spoilt
    }

    /// The bytes as they will lie in memory.
    pub fn finished(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        let length = self.claimed.unwrap_or(bytes.len() as u32);
        bytes[LENGTH..LENGTH + 4].copy_from_slice(&length.to_le_bytes());
        let summed = bytes.len().min(length as usize);
        bytes[CHECKSUM] = balance(&bytes[..summed]).wrapping_add(self.is_spoilt.into());
        bytes
    }
}

/// What has to be added to these bytes for their sum to be zero.
pub fn balance(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0_u8, |sum, byte| sum.wrapping_add(*byte))
        .wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table::new(b"TEST", 3, b"body")
    }

    #[test]
    fn length_and_checksum_are_right_unless_they_are_meant_to_be_wrong() {
        let bytes = table().finished();
        assert_eq!(bytes.len(), HEADER + 4);
        assert_eq!(&bytes[..8], b"TEST\x28\0\0\0");
        assert_eq!(balance(&bytes), 0);
        let mut spoilt = table();
        spoilt.spoil();
        assert_eq!(balance(&spoilt.finished()), 255);
    }

    #[test]
    fn a_claimed_length_has_the_checksum_that_goes_with_it() {
        for (claimed, summed) in [(37, 37), (36, 36), (1000, 40), (u32::MAX, 40), (0, 0)] {
            let mut table = table();
            table.claim(claimed);
            let bytes = table.finished();
            assert_eq!(bytes[4..8], claimed.to_le_bytes());
            assert_eq!(bytes.len(), 40, "what is there stays there");
            assert_eq!(balance(&bytes[..summed]), 0, "{claimed}");
        }
    }

    #[test]
    fn what_is_changed_is_summed() {
        let mut table = table();
        table.put(36, b"B");
        table.extend(b"!");
        table.cut(40);
        table.extend(b"?");
        let bytes = table.finished();
        assert_eq!(&bytes[36..], b"Body?");
        assert_eq!(balance(&bytes), 0);
    }
}

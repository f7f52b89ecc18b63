//! The numbers in a table: they lie at fixed distances from its first byte, the lowest byte of
//! each first.

/// Bytes that hold numbers.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// The bytes from this one on; `None` where they end before.
    pub fn array<const N: usize>(self, offset: usize) -> Option<[u8; N]> {
        self.0.get(offset..)?.first_chunk().copied()
    }

    /// A byte.
    pub fn u8(self, offset: usize) -> Option<u8> {
        self.0.get(offset).copied()
    }

    /// A number of two bytes.
    pub fn u16(self, offset: usize) -> Option<u16> {
        self.array(offset).map(u16::from_le_bytes)
    }

    /// A number of four bytes.
    pub fn u32(self, offset: usize) -> Option<u32> {
        self.array(offset).map(u32::from_le_bytes)
    }

    /// A number of eight bytes.
    pub fn u64(self, offset: usize) -> Option<u64> {
        self.array(offset).map(u64::from_le_bytes)
    }

    // [acpi.2]
    /// What follows these bytes; nothing where they end before.
    pub fn after(self, offset: usize) -> &'a [u8] {
        self.0.get(offset..).unwrap_or_default()
    }
}

//! Where tables lie in memory: between the graphics card's and the firmware's, where a kernel has to look for a root pointer
//! that nobody told it of (ACPI 6.5, section 5.2.5.1), and where qboot leaves them alone.

/// The physical address of the first byte.
pub const PLACE: u32 = 0xe_0000;

/// So many bytes there are ours; qboot uses what follows.
pub const ROOM: usize = 48 * 1024;

/// Memory with tables in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The physical address of the first byte.
    pub base: u32,
    /// The bytes from there on.
    pub bytes: Vec<u8>,
}

impl Image {
    /// Memory from this address on, in which nothing is yet.
    pub fn new(base: u32) -> Self {
        let bytes = Vec::new();
        Self { base, bytes }
    }

    /// Puts bytes behind all others, at a multiple of 16 bytes, and returns their physical address.
    pub fn add(&mut self, bytes: &[u8]) -> u32 {
        let offset = self.bytes.len().next_multiple_of(16);
        self.put(offset, bytes);
        self.address(offset)
    }

    /// Puts bytes so far from the start, over what may be there.
    pub fn put(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        assert!(end <= ROOM, "{end} bytes do not fit into {ROOM}");
        self.bytes.resize(self.bytes.len().max(end), 0);
        self.bytes[offset..end].copy_from_slice(bytes);
    }

    /// The physical address so far from the start.
    pub fn address(&self, offset: usize) -> u32 {
        self.base + offset as u32
    }
}

/// The physical address so far from [`PLACE`].
pub fn address(offset: usize) -> u32 {
    PLACE + offset as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_does_not_overlap() {
        let mut image = Image::new(PLACE);
        assert_eq!(image.add(&[1; 20]), PLACE);
        assert_eq!(image.add(&[2; 4]), PLACE + 32);
        image.put(8, &[3; 4]);
        assert_eq!(image.bytes.len(), 36);
        assert_eq!(image.bytes[7..13], [1, 3, 3, 3, 3, 1]);
        assert_eq!(image.bytes[32..], [2; 4]);
    }
}

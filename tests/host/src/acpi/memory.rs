//! Physical memory that somebody has made up: pieces, and nothing between them.

use std::cell::Cell;

use cairn::acpi::{OutOfReach, Physical};

/// Bytes at physical addresses. Where pieces overlap, the first one counts.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pieces: Vec<(u64, Vec<u8>)>,
    reads: Cell<usize>,
}

impl Memory {
    /// Puts bytes to this address.
    pub fn put(&mut self, address: u64, bytes: Vec<u8>) {
        self.pieces.push((address, bytes));
    }

    /// So many bytes from this address on, if all of them lie in one piece.
    pub fn get(&self, address: u64, len: usize) -> Option<&[u8]> {
        let mut pieces = self.pieces.iter();
        pieces.find_map(|(start, bytes)| bytes.get(offset(*start, address)?..)?.get(..len))
    }

    /// The same, to change them.
    pub fn get_mut(&mut self, address: u64, len: usize) -> Option<&mut [u8]> {
        let mut pieces = self.pieces.iter_mut();
        pieces.find_map(|(start, bytes)| bytes.get_mut(offset(*start, address)?..)?.get_mut(..len))
    }

    /// How often somebody has read.
    pub fn reads(&self) -> usize {
        self.reads.get()
    }

    /// All pieces, with their addresses.
    pub fn pieces(&self) -> &[(u64, Vec<u8>)] {
        &self.pieces
    }
}

impl Physical for Memory {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), OutOfReach> {
        self.reads.set(self.reads.get() + 1);
        let len = buffer.len();
        let bytes = self.get(address, len);
        buffer.copy_from_slice(bytes.ok_or(OutOfReach { address, len })?);
        Ok(())
    }
}

/// Makes bytes add up to 0, by the one at this place.
pub fn seal(bytes: &mut [u8], at: usize) {
    let sum = bytes
        .iter()
        .fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
    bytes[at] = bytes[at].wrapping_sub(sum);
}

fn offset(start: u64, address: u64) -> Option<usize> {
    usize::try_from(address.checked_sub(start)?).ok()
}

//! Memory as a file: pieces, each its address in eight bytes, its length in four, and its bytes.

use crate::memory::Memory;

/// The fuzzer is to try many small memories, not a large one.
const MOST: usize = 64;

/// Reads an image. Any bytes are one: the last piece may be shorter than it says.
pub fn read(mut image: &[u8]) -> Memory {
    let mut memory = Memory::default();
    for _ in 0..MOST {
        let Some((head, rest)) = image.split_first_chunk::<12>() else {
            break;
        };
        let [address @ .., a, b, c, d] = *head;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        let (bytes, rest) = rest.split_at(len.min(rest.len()));
        memory.put(u64::from_le_bytes(address), bytes.to_vec());
        image = rest;
    }
    memory
}

/// Writes an image.
pub fn write(memory: &Memory) -> Vec<u8> {
    let mut image = Vec::new();
    for (address, bytes) in memory.pieces() {
        image.extend(address.to_le_bytes());
        image.extend((bytes.len() as u32).to_le_bytes());
        image.extend(bytes);
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut memory = Memory::default();
        memory.put(0xf_0000, vec![1, 2, 3]);
        memory.put(u64::MAX, Vec::new());
        memory.put(7, vec![4]);
        assert_eq!(read(&write(&memory)).pieces(), memory.pieces());
    }

    #[test]
    fn an_image_may_end_anywhere() {
        let mut memory = Memory::default();
        memory.put(1, vec![1; 20]);
        let image = write(&memory);
        for end in 0..image.len() {
            let bytes = end.checked_sub(12).map(|len| vec![1; len]);
            let pieces: Vec<_> = bytes.map(|bytes| (1, bytes)).into_iter().collect();
            assert_eq!(read(&image[..end]).pieces(), pieces);
        }
    }
}

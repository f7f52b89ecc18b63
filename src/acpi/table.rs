//! One table: a header that all tables have alike, then what it is about (ACPI, section
//! 5.2.6).

use alloc::vec::Vec;

use super::fields::Fields;
use super::{Error, OutOfReach, Physical, Signature, sum};

/// Bytes of the header.
pub const HEADER: usize = 36;

/// No table is believed to have more bytes: 4 MiB. Those of real machines have less
/// than one.
const MOST: u32 = 4 << 20;

/// What all tables begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub signature: Signature,
    /// Bytes of the table with its header.
    pub len: u32,
    /// Which form of the table it is.
    pub revision: u8,
    /// Who made it.
    pub oem: [u8; 6],
}

impl Header {
    /// Reads the header at this physical address. The table may still be unsound.
    ///
    /// # Errors
    /// When it is nowhere, or says of itself that it is shorter than a header or longer
    /// than tables are.
    pub fn read(memory: &impl Physical, address: u64) -> Result<Self, Error> {
        let mut bytes = [0; HEADER];
        // This means that there is no table, though memory is there.
        if address == 0 {
            let len = bytes.len();
            return Err(OutOfReach { address, len }.into());
        }
        memory.read(address, &mut bytes)?;
        let fields = Fields(&bytes);
        let len = fields.u32(4).unwrap_or_default();
        if !(HEADER as u32..=MOST).contains(&len) {
            return Err(Error::Length(len));
        }
        Ok(Self {
            signature: Signature(fields.array(0).unwrap_or_default()),
            len,
            revision: fields.u8(8).unwrap_or_default(),
            oem: fields.array(10).unwrap_or_default(),
        })
    }
}

/// A copy of a table that adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// How it begins.
    pub header: Header,
    bytes: Vec<u8>,
}

impl Table {
    /// Copies the table at this physical address.
    ///
    /// # Errors
    /// When it is not all there, does not add up, or there is no memory for it.
    pub fn read(memory: &impl Physical, address: u64) -> Result<Self, Error> {
        let header = Header::read(memory, address)?;
        let mut bytes = Vec::new();
        (bytes.try_reserve_exact(header.len as usize)).map_err(|_| Error::OutOfMemory)?;
        bytes.resize(header.len as usize, 0);
        memory.read(address, &mut bytes)?;
        match sum(&bytes) {
            0 => Ok(Self { header, bytes }),
            other => Err(Error::Checksum(other)),
        }
    }

    /// Its numbers, by their distance from its first byte.
    pub fn fields(&self) -> Fields<'_> {
        Fields(&self.bytes)
    }

    // [acpi.4]
    /// What follows the header.
    pub fn body(&self) -> &[u8] {
        self.fields().after(HEADER)
    }
}

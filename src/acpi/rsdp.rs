//! The root pointer, by which all other tables are found (ACPI, section 5.2.5).

use super::fields::Fields;
use super::{Error, Physical, sum};

/// What a root pointer begins with.
const SIGNATURE: [u8; 8] = *b"RSD PTR ";

/// Bytes of a root pointer of revision 0, and what later ones have at least.
const SIZE: usize = 20;
const SIZE_2: usize = 36;

/// Firmware before UEFI leaves the root pointer at a multiple of 16 bytes, in one of two
/// places: the first KiB of the extended BIOS data area, or the BIOS's read-only memory.
const STEP: u64 = 16;
const EXTENDED_DATA: u64 = 1024;
const READ_ONLY: core::ops::Range<u64> = 0xe_0000..0x10_0000;

/// Where the BIOS has left its extended data area: the address, divided by 16.
const EXTENDED_DATA_POINTER: u64 = 0x40e;

/// The root pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rsdp {
    /// The physical address at which it was found.
    pub address: u64,
    /// 0 in ACPI 1.0, otherwise 2.
    pub revision: u8,
    /// Who made the firmware.
    pub oem: [u8; 6],
    /// The physical address of the RSDT.
    pub rsdt: u32,
    /// The physical address of the XSDT, if there is one.
    pub xsdt: Option<u64>,
}

impl Rsdp {
    /// The root pointer at the address that a boot loader gave, or where it is found.
    ///
    /// # Errors
    /// When there is none, or the one that the boot loader means is unsound.
    pub fn find(memory: &impl Physical, given: Option<u64>) -> Result<Self, Error> {
        match given {
            Some(address) => Self::read(memory, address),
            None => Self::search(memory),
        }
    }

    /// Reads the root pointer at this physical address, and checks it.
    ///
    /// # Errors
    /// When none is there, or its bytes do not add up.
    pub fn read(memory: &impl Physical, address: u64) -> Result<Self, Error> {
        let mut bytes = [0; SIZE_2];
        memory.read(address, &mut bytes[..SIZE])?;
        if bytes[..SIGNATURE.len()] != SIGNATURE {
            return Err(Error::NoRoot);
        }
        check(&bytes[..SIZE])?;
        let revision = bytes[15];
        if revision >= 2 {
            memory.read(address, &mut bytes)?;
            check_all(memory, address, Fields(&bytes).u32(20).unwrap_or_default())?;
        }
        let fields = Fields(&bytes);
        Ok(Self {
            address,
            revision,
            oem: fields.array(9).unwrap_or_default(),
            rsdt: fields.u32(16).unwrap_or_default(),
            // Where it was not read, it is 0.
            xsdt: fields.u64(24).filter(|address| *address != 0),
        })
    }

    /// Looks where a BIOS leaves it.
    fn search(memory: &impl Physical) -> Result<Self, Error> {
        let mut pointer = [0; 2];
        memory.read(EXTENDED_DATA_POINTER, &mut pointer)?;
        let start = u64::from(u16::from_le_bytes(pointer)) * 16;
        let places = (start..start + EXTENDED_DATA).chain(READ_ONLY);
        let found = places
            .step_by(STEP as usize)
            .find_map(|address| Self::read(memory, address).ok());
        found.ok_or(Error::NoRoot)
    }
}

/// A later root pointer has a second sum, of all its bytes.
fn check_all(memory: &impl Physical, address: u64, len: u32) -> Result<(), Error> {
    /// Nobody needs more.
    const MOST: usize = 256;
    let mut bytes = [0; MOST];
    let bytes = (bytes.get_mut(..len as usize)).filter(|bytes| bytes.len() >= SIZE_2);
    let bytes = bytes.ok_or(Error::Length(len))?;
    memory.read(address, bytes)?;
    check(bytes)
}

fn check(bytes: &[u8]) -> Result<(), Error> {
    match sum(bytes) {
        0 => Ok(()),
        other => Err(Error::Checksum(other)),
    }
}

//! ACPI: what firmware tells of the machine, in tables.
//!
//! Nothing that a table says is believed before it is checked: each address may lead nowhere,
//! each length may be wrong. What is unsound gets an [`Error`], and nothing here panics.
//!
//! Source: "Advanced Configuration and Power Interface Specification", version 6.5; sections
//! are named as `ACPI, section 5.2`.

use core::fmt;

pub mod address; // [acpi.3]
pub mod aml; // [acpi.4]
pub mod fadt; // [acpi.3]
pub mod fields;
pub mod hpet; // [acpi.3]
pub mod madt; // [acpi.3]
pub mod mcfg; // [acpi.3]
pub mod rsdp;
pub mod srat; // [acpi.3]
pub mod table; // [acpi.2]
pub mod tables; // [acpi.2]

/// Physical memory, as far as it is firmware's.
pub trait Physical {
    /// Copies the bytes from this physical address on into the buffer.
    ///
    /// # Errors
    /// When not all of them are firmware's.
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), OutOfReach>;
}

/// There is nothing of firmware's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfReach {
    /// The physical address that was asked for.
    pub address: u64,
    /// How many bytes were wanted.
    pub len: usize,
}

/// The name of a table: four characters, if firmware is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(pub [u8; 4]);

/// Why a table cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no root pointer.
    NoRoot,
    /// It is nowhere.
    OutOfReach(OutOfReach),
    /// It is another one.
    Signature(Signature),
    /// It cannot have so many bytes.
    Length(u32),
    /// Its bytes add up to this instead of 0.
    Checksum(u8),
    // [acpi.2]
    /// There is no memory for a copy.
    OutOfMemory,
    // [acpi.3]
    /// It has fewer bytes than it needs.
    TooShort,
    // [acpi.3]
    /// It says of no address where registers are.
    NoRegister,
}

impl From<OutOfReach> for Error {
    fn from(error: OutOfReach) -> Self {
        Self::OutOfReach(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoRoot => out.write_str("there is no root pointer"),
            Self::OutOfReach(OutOfReach { address, .. }) => {
                write!(out, "there is no table of firmware's at {address:#x}")
            }
            Self::Signature(other) => write!(out, "its signature is {other}"),
            Self::Length(len) => write!(out, "it cannot have {len} bytes"),
            Self::Checksum(sum) => write!(out, "its bytes add up to {sum:#04x} instead of 0"),
            Self::OutOfMemory => out.write_str("there is no memory for it"), // [acpi.2]
            Self::TooShort => out.write_str("it ends too early"),            // [acpi.3]
            Self::NoRegister => out.write_str("it names no register"),       // [acpi.3]
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}", self.0.escape_ascii())
    }
}

/// What all bytes of a table add up to, without what does not fit into one byte. It is
/// 0 in a sound table (ACPI, section 5.2.6).
pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

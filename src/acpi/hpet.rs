//! The HPET's table: where the high precision event timer is ("IA-PC HPET Specification",
//! version 1.0a, section 3.2.4).

use core::fmt;

use super::Error;
use super::address::Address;
use super::table::Table;

/// The name of the table.
pub const NAME: [u8; 4] = *b"HPET";

/// The HPET's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hpet {
    /// Where the registers are.
    pub registers: Address,
    /// Its number, if there are several.
    pub number: u8,
}

impl Hpet {
    /// What this table says.
    ///
    /// # Errors
    /// When it ends too early, or names no register.
    pub fn of(table: &Table) -> Result<Self, Error> {
        let fields = table.fields();
        let number = fields.u8(52).ok_or(Error::TooShort)?;
        let registers = Address::read(fields, 40).ok_or(Error::NoRegister)?;
        Ok(Self { registers, number })
    }
}

impl fmt::Display for Hpet {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        writeln!(out, "HPET {} at {}", self.number, self.registers)
    }
}

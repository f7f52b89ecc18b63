//! A register that firmware's tables name by its address: one byte, behind a port or in
//! memory.

use core::fmt;

use super::mmio::Window;
use super::physical::View;
use super::port::Port;
use crate::acpi::OutOfReach;
use crate::acpi::address::{Address, Space};

/// A register of one byte.
#[derive(Debug)]
pub enum ByteRegister {
    /// Behind a port.
    Port(Port<u8>),
    /// In memory.
    Memory(Window<u8>),
}

/// The kernel does not get there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable(pub Address);

impl fmt::Display for Unreachable {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the register at {} is out of reach", self.0)
    }
}

impl ByteRegister {
    /// The register at this address.
    ///
    /// # Errors
    /// When it lies in memory that is not a device's, or in another address space.
    ///
    /// # Safety
    /// As for [`View::registers`]: it has no power over memory, and nobody else drives it.
    pub unsafe fn open(view: &View, address: Address) -> Result<Self, Unreachable> {
        match address.space {
            // SAFETY: the caller vouches for the register.
            Space::Ports => unsafe { port(address) }.map(Self::Port),
            // SAFETY: as above.
            Space::Memory => unsafe { view.registers(address.start, 1) }
                .map(Self::Memory)
                .map_err(|OutOfReach { .. }| Unreachable(address)),
            Space::Other(_) => Err(Unreachable(address)),
        }
    }

    /// Writes to the register.
    pub fn write(&mut self, value: u8) {
        match self {
            Self::Port(port) => port.write(value),
            Self::Memory(window) => window.write(0, value),
        }
    }
}

/// The port at this address, with values of type `T`.
///
/// # Errors
/// When it is no port, or has a number that ports do not have.
///
/// # Safety
/// It has no power over memory, and nobody else drives it.
pub unsafe fn port<T: super::port::Width>(address: Address) -> Result<Port<T>, Unreachable> {
    let number = u16::try_from(address.start).ok();
    let number = number.filter(|_| address.space == Space::Ports);
    // SAFETY: the caller vouches for the port.
    number
        .map(|number| unsafe { Port::new(number) })
        .ok_or(Unreachable(address))
}

//! How the machine is switched off, as firmware's tables say (ACPI, sections 4.8.3 and
//! 16.1.7). Before it, real kernels also run methods of firmware's, for which one needs
//! an interpreter of AML.

use core::fmt;
use core::hint::spin_loop;

use x86_64::instructions::interrupts;

use super::exit::{Status, exit};
use super::physical::View;
use super::port::Port;
use super::register::{self, ByteRegister, Unreachable};
use crate::acpi::aml;
use crate::acpi::fadt::{Enable, Fadt};
use crate::acpi::tables::{Tables, named};
use crate::acpi::{self, fadt};

/// So long we wait for what has to happen, in looks at a register: a tenth of a second
/// or more.
const PATIENCE: u32 = 100_000;

// Bits of the registers PM1 control: the hardware is the kernel's; the state to go to;
// go there.
const IS_OURS: u16 = 1 << 0;
const STATE: u16 = 0b111 << 10;
const GO: u16 = 1 << 13;

/// The same in the sleep control register: the state begins at bit 2.
const BYTE_GO: u8 = 1 << 5;

/// How the machine is switched off.
#[derive(Debug)]
pub enum Off {
    /// By the registers PM1a and PM1b, each with the number of the state.
    Control {
        /// The registers.
        registers: [Option<(Port<u16>, u8)>; 2],
        /// The port to which firmware listens, and the value by which it hands the
        /// hardware over.
        enable: Option<(Port<u8>, u8)>,
    },
    /// By the sleep control register, where there is no other hardware.
    Byte(ByteRegister, u8),
}

/// Why the tables do not say how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A table is unsound.
    Table(&'static str, acpi::Error),
    /// There is no FADT.
    NoFadt,
    /// It names no register.
    NoRegister,
    /// The register is nowhere.
    Unreachable(Unreachable),
    /// The code does not define the state in which the machine is off.
    NoState,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Table(name, error) => write!(out, "the {name} is unsound: {error}"),
            Self::NoFadt => out.write_str("there is no FADT"),
            Self::NoRegister => out.write_str("the FADT names no register for it"),
            Self::Unreachable(error) => write!(out, "{error}"),
            Self::NoState => out.write_str("the DSDT does not define \\_S5_"),
        }
    }
}

impl Off {
    /// How the tables want it.
    ///
    /// # Errors
    /// When they do not say it.
    pub fn of(view: &View, tables: &Tables, fadt: &Fadt) -> Result<Self, Error> {
        let states = states(view, tables, fadt)?;
        match fadt.sleep_control {
            Some(address) => {
                // SAFETY: the register switches off, and nobody else drives it.
                let register = unsafe { ByteRegister::open(view, address) };
                Ok(Self::Byte(register.map_err(Error::Unreachable)?, states[0]))
            }
            None => Self::control(fadt, states),
        }
    }

    fn control(fadt: &Fadt, states: [u8; 2]) -> Result<Self, Error> {
        let mut registers = [None, None];
        for (index, address) in fadt.control.into_iter().enumerate() {
            if let Some(address) = address {
                // SAFETY: the register switches off, and nobody else drives it.
                let port = unsafe { register::port(address) }.map_err(Error::Unreachable)?;
                registers[index] = Some((port, states[index]));
            }
        }
        let enable = fadt.enable.and_then(|Enable { port, value }| {
            let number = u16::try_from(port).ok()?;
            // SAFETY: firmware listens to the port, and only we speak.
            Some((unsafe { Port::new(number) }, value))
        });
        match registers {
            [None, None] => Err(Error::NoRegister),
            registers => Ok(Self::Control { registers, enable }),
        }
    }

    /// Switches off. Returns if the machine does not obey.
    fn switch(&mut self) {
        match self {
            Self::Control { registers, enable } => {
                if let Some((port, value)) = enable {
                    take_over(registers, port, *value);
                }
                // Both know where to go before either goes.
                for go in [0, GO] {
                    for (register, state) in registers.iter_mut().flatten() {
                        let others = register.read() & !STATE & !GO;
                        let state = u16::from(*state) << STATE.trailing_zeros();
                        register.write(others | state | go);
                    }
                }
            }
            Self::Byte(register, state) => register.write(*state << 2 | BYTE_GO),
        }
        (0..PATIENCE).for_each(|_| spin_loop());
    }
}

/// Has firmware hand the hardware over, unless it has done so.
fn take_over(registers: &mut [Option<(Port<u16>, u8)>; 2], port: &mut Port<u8>, value: u8) {
    let Some((first, _)) = registers.iter_mut().flatten().next() else {
        return;
    };
    if first.read() & IS_OURS == 0 {
        port.write(value);
        let _ = (0..PATIENCE).any(|_| first.read() & IS_OURS != 0);
    }
}

/// The FADT.
///
/// # Errors
/// When it is missing or unsound.
pub fn fadt(view: &View, tables: &Tables) -> Result<Fadt, Error> {
    let unsound = |error| Error::Table("FADT", error);
    let table = tables.find(view, fadt::NAME).map_err(unsound)?;
    Fadt::of(&table.ok_or(Error::NoFadt)?).map_err(unsound)
}

/// The numbers of the state in which the machine is off: from the DSDT, or one of the
/// tables that complete it.
fn states(view: &View, tables: &Tables, fadt: &Fadt) -> Result<[u8; 2], Error> {
    let dsdt = named(view, fadt.dsdt, *b"DSDT").map_err(|error| Error::Table("DSDT", error))?;
    let found = aml::sleep_types(dsdt.body()).or_else(|| {
        let others = tables.named(view, *b"SSDT").filter_map(Result::ok);
        { others }.find_map(|table| aml::sleep_types(table.body()))
    });
    found.ok_or(Error::NoState)
}

/// Switches the machine off: as the tables say, or else by the device through which the runner
/// ends QEMU. Where neither works, the processor rests for good.
pub fn switch_off(off: Option<&mut Off>) -> ! {
    interrupts::disable();
    if let Some(off) = off {
        off.switch();
    }
    exit(Status::Success)
}

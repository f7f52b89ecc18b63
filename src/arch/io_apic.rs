//! I/O APICs: each takes the requests of devices at its inputs, and sends them to a
//! processor's local APIC.
//!
//! Source: Intel, "82093AA I/O Advanced Programmable Interrupt Controller", 1996.

use core::fmt;

use super::mmio::Window;
use super::physical::View;

/// A register is selected here, and is then read and written there: indices of words of
/// four bytes.
const SELECT: usize = 0;
const DATA: usize = 4;
const WORDS: usize = DATA + 1;

/// The register with the version, and the first of those that say where an input's
/// requests go, two for each.
const VERSION: u32 = 0x01;
const REDIRECTIONS: u32 = 0x10;

/// So many inputs an I/O APIC has at most.
const MOST: u32 = 240;

/// An I/O APIC.
#[derive(Debug)]
pub struct IoApic {
    window: Window<u32>,
    /// The number of its first input among those of all I/O APICs.
    pub first_input: u32,
    /// How many inputs it has.
    pub inputs: u32,
}

/// Nothing at this physical address is an I/O APIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer(pub u64);

impl fmt::Display for NoAnswer {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "there is no I/O APIC at {:#x}", self.0)
    }
}

/// Where the requests of an input go, and how they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirection(u64);

const IS_LOW: u64 = 1 << 13;
const IS_LEVEL: u64 = 1 << 15;
const MASKED: u64 = 1 << 16;
const DESTINATION: u32 = 56;

impl Redirection {
    /// Nowhere.
    pub const NOWHERE: Self = Self(MASKED);

    /// Whether they go anywhere.
    pub fn is_open(self) -> bool {
        self.0 & MASKED == 0
    }

    /// To this vector of the processor with this local APIC.
    pub fn to(vector: u8, local_apic: u8, is_low: bool, is_level: bool) -> Self {
        let polarity = if is_low { IS_LOW } else { 0 };
        let mode = if is_level { IS_LEVEL } else { 0 };
        Self(u64::from(local_apic) << DESTINATION | mode | polarity | u64::from(vector))
    }
}

impl IoApic {
    /// The I/O APIC at this physical address. All its inputs are closed.
    ///
    /// # Errors
    /// When nothing there answers like one.
    pub fn open(view: &View, address: u64, first_input: u32) -> Result<Self, NoAnswer> {
        // SAFETY: an I/O APIC has no power over memory, and only the controllers drive it.
        let window = unsafe { view.registers(address, WORDS) };
        let mut apic = Self {
            window: window.map_err(|_| NoAnswer(address))?,
            first_input,
            inputs: 0,
        };
        let version = apic.read(VERSION);
        let inputs = (version >> 16 & 0xff) + 1;
        if matches!(version & 0xff, 0 | 0xff) || inputs > MOST {
            return Err(NoAnswer(address));
        }
        apic.inputs = inputs;
        (0..inputs).for_each(|input| apic.redirect(input, Redirection::NOWHERE));
        Ok(apic)
    }

    /// Whether the input of this number is one of its own.
    pub fn has(&self, input: u32) -> bool {
        (input.checked_sub(self.first_input)).is_some_and(|index| index < self.inputs)
    }

    /// Where the requests of an input go, of those from 0 on that it has.
    pub fn redirection(&mut self, input: u32) -> Redirection {
        let register = REDIRECTIONS + 2 * input;
        let (low, high) = (self.read(register), self.read(register + 1));
        Redirection(u64::from(high) << 32 | u64::from(low))
    }

    /// Sends them elsewhere.
    pub fn redirect(&mut self, input: u32, Redirection(bits): Redirection) {
        let register = REDIRECTIONS + 2 * input;
        // Nothing may come as long as one half is old and the other new.
        self.write(register, MASKED as u32);
        self.write(register + 1, (bits >> 32) as u32);
        self.write(register, bits as u32);
    }

    fn read(&mut self, register: u32) -> u32 {
        self.window.write(SELECT, register);
        self.window.read(DATA).unwrap_or(u32::MAX)
    }

    fn write(&mut self, register: u32, value: u32) {
        self.window.write(SELECT, register);
        self.window.write(DATA, value);
    }
}

impl fmt::Display for Redirection {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self(bits) = self;
        if bits & MASKED != 0 {
            return out.write_str("closed");
        }
        let polarity = if bits & IS_LOW != 0 { "low" } else { "high" };
        let mode = if bits & IS_LEVEL != 0 {
            "level"
        } else {
            "edge"
        };
        let (vector, apic) = (bits & 0xff, bits >> DESTINATION);
        write!(
            out,
            "vector {vector} of local APIC {apic}, {polarity}, {mode}"
        )
    }
}

//! I/O APICs: each takes the requests of devices at its inputs, and sends them to a
//! processor's local APIC.
//!
//! Source: Intel, "82093AA I/O Advanced Programmable Interrupt Controller", 1996.

use core::fmt::{self, Write};

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
/// They go nowhere.
const MASKED: u32 = 1 << 16;
const DESTINATION: u32 = 56;

// [apic.3]
impl Redirection {
    /// To this vector of the processor with this local APIC.
    pub fn to(vector: u8, local_apic: u8, is_low: bool, is_level: bool) -> Self {
        let polarity = if is_low { IS_LOW } else { 0 };
        let mode = if is_level { IS_LEVEL } else { 0 };
        Self(u64::from(local_apic) << DESTINATION | mode | polarity | u64::from(vector))
    }
}

impl IoApic {
    /// The I/O APIC at this physical address, as it stands.
    ///
    /// # Errors
    /// When nothing there answers like one.
    pub fn find(view: &View, address: u64, first_input: u32) -> Result<Self, NoAnswer> {
        // SAFETY: an I/O APIC has no power over memory, and only one part
        // of the kernel drives it.
        let window = unsafe { view.registers(address, WORDS) };
        let mut apic = Self {
            window: window.map_err(|_| NoAnswer(address))?,
            first_input,
            inputs: 0,
        };
        let version = apic.read(VERSION);
        apic.inputs = (version >> 16 & 0xff) + 1;
        // Where nothing is, all bits are read as ones, or as zeros.
        if matches!(version & 0xff, 0 | 0xff) || apic.inputs > MOST {
            return Err(NoAnswer(address));
        }
        Ok(apic)
    }

    // [apic.3]
    /// Whether the input of this number is one of its own.
    pub fn has(&self, input: u32) -> bool {
        (input.checked_sub(self.first_input)).is_some_and(|index| index < self.inputs)
    }

    /// Where the requests of an input go, of those from 0 on that it has; `None` as long as
    /// that is closed.
    pub fn redirection(&mut self, index: u32) -> Option<Redirection> {
        let register = REDIRECTIONS + 2 * index;
        let (low, high) = (self.read(register), self.read(register + 1));
        (low & MASKED == 0).then(|| Redirection(u64::from(high) << 32 | u64::from(low)))
    }

    // [apic.3]
    /// Closes all inputs.
    pub fn close(&mut self) {
        (0..self.inputs).for_each(|index| self.write(REDIRECTIONS + 2 * index, MASKED));
    }

    // [apic.3]
    /// Opens an input, of those from 0 on that it has.
    pub fn redirect(&mut self, index: u32, Redirection(bits): Redirection) {
        let register = REDIRECTIONS + 2 * index;
        // Nothing may come as long as one half is old and the other new.
        self.write(register, MASKED);
        self.write(register + 1, (bits >> 32) as u32);
        self.write(register, bits as u32);
    }

    fn read(&mut self, register: u32) -> u32 {
        self.window.write(SELECT, register);
        self.window.read(DATA).unwrap_or(u32::MAX)
    }

    // [apic.3]
    fn write(&mut self, register: u32, value: u32) {
        self.window.write(SELECT, register);
        self.window.write(DATA, value);
    }

    /// Says where the requests of each input go that is open.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn show(&mut self, out: &mut dyn Write) -> fmt::Result {
        let first = u64::from(self.first_input);
        let end = first + u64::from(self.inputs);
        writeln!(out, "I/O APIC with the inputs {first} to {}", end - 1)?;
        let mut closed = 0;
        for (index, input) in (first..end).enumerate() {
            match self.redirection(index as u32) {
                Some(redirection) => writeln!(out, "  input {input:2}  {redirection}")?,
                None => closed += 1,
            }
        }
        writeln!(out, "  {closed} inputs are closed")
    }
}

impl fmt::Display for Redirection {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self(bits) = self;
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

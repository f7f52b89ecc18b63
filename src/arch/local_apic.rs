//! The local APIC, the interrupt controller in each processor (SDM, volume 3, chapter 12).

use core::fmt;
use core::ops::Range;

use bootloader_api::BootInfo;
use log::info;
use log::warn; // [apic.4]
use x86_64::registers::model_specific::Msr;

use super::mmio::Window;
use super::physical::View;
use crate::lock::Lock;

/// The vector of interrupts that are gone before they are delivered.
pub const SPURIOUS: u8 = 255;

/// The vector by which the local APIC says that something went wrong.
pub const ERROR: u8 = 254; // [apic.4]

/// The vector of its timer.
pub const ALARM: u8 = 253; // [time.3]

/// The model-specific register with the registers' physical address. Bit 11 is set
/// while the local APIC is on, bit 10 while its registers are MSRs too.
const BASE: u32 = 0x1b;
const ON: u64 = 1 << 11;
const IS_X2: u64 = 1 << 10;
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// The MSR that is register 0.
const FIRST_MSR: u32 = 0x800;

/// So many registers there are. In memory, each takes 16 bytes.
const COUNT: usize = 64;
const WORDS: usize = 4;

/// A register, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Register {
    Id = 0x02,
    Version = 0x03,
    TaskPriority = 0x08,
    EndOfInterrupt = 0x0b, // [apic.3]
    SpuriousVector = 0x0f,
    // [apic.3]
    /// The second of eight, for the vectors 32 to 63.
    InService = 0x11,
    ErrorStatus = 0x28, // [apic.4]
    Timer = 0x32,
    Lint0 = 0x35,
    Lint1 = 0x36,
    Error = 0x37,
    // [time.3..]
    InitialCount = 0x38,
    CurrentCount = 0x39,
    Divide = 0x3e,
    // [..time.3]
}

// Bits of the spurious vector register, and of those that say what is to be delivered.
const ENABLED: u32 = 1 << 8;
const MASKED: u32 = 1 << 16;
/// The timer counts each sixteenth tick of its clock.
const SIXTEENTH: u32 = 0b0011; // [time.3]
const MODE: Range<u32> = 8..11;
const NMI: u32 = 0b100 << MODE.start;
const EXTERNAL: u32 = 0b111 << MODE.start;

static LOCAL_APIC: Lock<Option<LocalApic>> = Lock::new("local APIC", None);

/// The local APIC of the processor that runs the kernel.
#[derive(Debug)]
pub struct LocalApic {
    registers: Registers,
    // [apic.4]
    /// How many errors it has reported.
    errors: u64,
}

/// How its registers are reached.
#[derive(Debug)]
enum Registers {
    Memory(Window<u32>),
    Msrs,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The processor has none, or firmware has switched it off for good.
    Absent,
    /// Its registers are out of reach, at this physical address.
    OutOfReach(u64),
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Absent => out.write_str("the processor has none"),
            Self::OutOfReach(address) => write!(out, "it is out of reach, at {address:#x}"),
        }
    }
}

/// Lets NMIs through, and what the 8259s report, whatever firmware has left. A machine without
/// a local APIC does so by itself.
pub fn init(boot_info: &BootInfo) {
    let view = View::new(boot_info).ok_or(Missing::Absent);
    match view.and_then(|view| LocalApic::find(&view)) {
        Ok(mut apic) => {
            apic.begin();
            *LOCAL_APIC.lock() = Some(apic);
        }
        Err(error) => info!("No local APIC: {error}."),
    }
}

/// Does something with the local APIC, if there is one.
pub fn with<R>(act: impl FnOnce(&mut LocalApic) -> R) -> Option<R> {
    LOCAL_APIC.lock().as_mut().map(act)
}

// [apic.3]
/// Whether the interrupt of this vector, of 32 to 63, is in service.
pub fn is_in_service(vector: u8) -> bool {
    let in_service = with(|apic| apic.read(Register::InService)).unwrap_or(0);
    in_service & 1 << (vector % 32) != 0
}

// [apic.3]
/// Tells the local APIC that the interrupt of the highest vector in service is handled.
pub fn end_of_interrupt() {
    with(|apic| apic.write(Register::EndOfInterrupt, 0));
}

// [apic.4]
/// What the error vector does: asks what went wrong. One line says so, as such errors may
/// come in numbers.
pub(super) fn receive_error() {
    let told = with(|apic| {
        apic.errors += 1;
        // A write has the register collect what has gone wrong so far.
        apic.write(Register::ErrorStatus, 0);
        let status = apic.read(Register::ErrorStatus);
        apic.write(Register::EndOfInterrupt, 0);
        (apic.errors, status)
    });
    if let Some((1, status)) = told {
        warn!("the local APIC reports an error, {status:#x}");
    }
}

impl LocalApic {
    fn find(view: &View) -> Result<Self, Missing> {
        // CPUID's leaf 1: bit 9 of EDX says that there is a local APIC.
        if core::arch::x86_64::__cpuid(1).edx & 1 << 9 == 0 {
            return Err(Missing::Absent);
        }
        // SAFETY: a processor with a local APIC has this register.
        let base = unsafe { Msr::new(BASE).read() };
        let registers = match base {
            _ if base & ON == 0 => return Err(Missing::Absent),
            _ if base & IS_X2 != 0 => Registers::Msrs,
            _ => {
                let address = base & ADDRESS;
                // SAFETY: the registers have no power over memory, and only this file
                // drives them.
                let window = unsafe { view.registers(address, COUNT * WORDS) };
                Registers::Memory(window.map_err(|_| Missing::OutOfReach(address))?)
            }
        };
        Ok(Self {
            registers,
            errors: 0, // [apic.4]
        })
    }

    fn begin(&mut self) {
        self.write(Register::SpuriousVector, ENABLED | u32::from(SPURIOUS));
        self.write(Register::TaskPriority, 0);
        self.write(Register::Timer, MASKED);
        self.write(Register::Lint0, EXTERNAL);
        self.write(Register::Lint1, NMI);
        // [apic..apic.4] self.write(Register::Error, MASKED);
        self.write(Register::Error, ERROR.into()); // [apic.4]
    }

    fn read(&self, register: Register) -> u32 {
        match &self.registers {
            Registers::Memory(window) => window.read(register as usize * WORDS).unwrap_or(0),
            // SAFETY: in this mode each register is an MSR.
            Registers::Msrs => unsafe { msr(register).read() as u32 },
        }
    }

    fn write(&mut self, register: Register, value: u32) {
        match &mut self.registers {
            Registers::Memory(window) => window.write(register as usize * WORDS, value),
            // SAFETY: as above. The registers have no power over memory.
            Registers::Msrs => unsafe { msr(register).write(value.into()) },
        }
    }

    /// Its number, by which I/O APICs and other processors name it.
    pub fn id(&self) -> u32 {
        match self.registers {
            Registers::Memory(_) => self.read(Register::Id) >> 24,
            Registers::Msrs => self.read(Register::Id),
        }
    }

    // [apic.3]
    /// No longer lets through what the 8259s report. NMIs come at these pins.
    pub fn leave_8259s(&mut self, nmi_pins: [bool; 2]) {
        for (register, is_nmi) in [Register::Lint0, Register::Lint1].into_iter().zip(nmi_pins) {
            self.write(register, if is_nmi { NMI } else { MASKED });
        }
    }

    // [time.3]
    /// Stops the timer, and has it deliver this vector, or nothing, each time it has counted
    /// to its end. It is a one-shot timer: then it rests.
    pub fn set_up_timer(&mut self, vector: Option<u8>) {
        self.start_timer(0);
        self.write(Register::Divide, SIXTEENTH);
        self.write(Register::Timer, vector.map_or(MASKED, u32::from));
    }

    // [time.3]
    /// Starts the timer, whether it is counting or not: from this number down to 0. With 0 it
    /// stops, and delivers nothing.
    pub fn start_timer(&mut self, counts: u32) {
        self.write(Register::InitialCount, counts);
    }

    // [time.3]
    /// What the timer still has to count.
    pub fn timer(&self) -> u32 {
        self.read(Register::CurrentCount)
    }

    // [apic.4]
    /// How many errors it has reported.
    pub fn errors(&self) -> u64 {
        self.errors
    }
}

fn msr(register: Register) -> Msr {
    Msr::new(FIRST_MSR + register as u32)
}

impl fmt::Display for LocalApic {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let version = self.read(Register::Version) & 0xff;
        writeln!(out, "local APIC {}, version {version:#x}", self.id())?;
        let named = [
            ("timer", Register::Timer),
            ("LINT0", Register::Lint0),
            ("LINT1", Register::Lint1),
            ("errors", Register::Error),
        ];
        for (name, register) in named {
            writeln!(out, "  {name:8}  {}", Delivered(self.read(register)))?;
        }
        writeln!(out, "  {} errors so far", self.errors)?; // [apic.4]
        Ok(())
    }
}

/// What the local APIC delivers for one of its own sources.
struct Delivered(u32);

impl fmt::Display for Delivered {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self.0 & 0b111 << MODE.start {
            _ if self.0 & MASKED != 0 => out.write_str("masked"),
            NMI => out.write_str("NMI"),
            EXTERNAL => out.write_str("what the 8259s say"),
            0 => write!(out, "vector {}", self.0 & 0xff),
            other => write!(out, "mode {}", other >> MODE.start),
        }
    }
}

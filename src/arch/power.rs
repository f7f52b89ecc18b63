//! The end of the machine, and its new beginning.

use core::arch::asm;
use core::hint::spin_loop;

use x86_64::VirtAddr;
use x86_64::instructions::interrupts;
use x86_64::instructions::tables::lidt;
use x86_64::structures::DescriptorTablePointer;

use super::physical::View; // [acpi.5]
use super::port::Port;
use super::register::{ByteRegister, Unreachable}; // [acpi.5]
use crate::acpi::fadt::Fadt; // [acpi.5]

/// The keyboard controller's command port, and the command that pulls the
/// processor's reset line.
const CONTROLLER: u16 = 0x64;
const PULSE_RESET: u8 = 0xfe;
const INPUT_FULL: u8 = 1 << 1;

/// The chipset's reset control register: a full reset, now (Intel, "I/O Controller
/// Hub 9 Family", section 13.7.5).
const RESET_CONTROL: u16 = 0xcf9;
const RESET: [u8; 2] = [0b010, 0b110];

/// So long we wait for one way to work before we try the next.
const PATIENCE: u32 = 100_000;

// [acpi.5]
/// A register that resets the machine when this value is written.
#[derive(Debug)]
pub struct Reset {
    register: ByteRegister,
    value: u8,
}

/// Starts the machine anew, in one of the ways that PCs know.
// [monitor.5..acpi.5] pub fn reboot() -> ! {
// [monitor.5..acpi.5] interrupts::disable();
// [acpi.5..]
/// What firmware's tables say comes first.
pub fn reboot(reset: Option<&mut Reset>) -> ! {
    interrupts::disable();
    if let Some(Reset { register, value }) = reset {
        register.write(*value);
        wait();
    }
    // [..acpi.5]
    // SAFETY: nothing that runs now will go on.
    let (mut controller, mut chipset) =
        unsafe { (Port::new(CONTROLLER), Port::new(RESET_CONTROL)) };
    // A controller that is busy may miss a command.
    let is_free = |_| controller.read() & INPUT_FULL == 0;
    let _ = (0..PATIENCE).any(is_free);
    controller.write(PULSE_RESET);
    wait();
    RESET.into_iter().for_each(|value| chipset.write(value));
    wait();
    triple_fault()
}

// [acpi.5]
impl Reset {
    /// The one that the FADT names, if there is one.
    ///
    /// # Errors
    /// When it is out of reach.
    pub fn of(view: &View, fadt: &Fadt) -> Result<Option<Self>, Unreachable> {
        let Some((address, value)) = fadt.reset else {
            return Ok(None);
        };
        // SAFETY: the register resets the machine, and nobody else drives it.
        let register = unsafe { ByteRegister::open(view, address)? };
        Ok(Some(Self { register, value }))
    }
}

fn wait() {
    (0..PATIENCE).for_each(|_| spin_loop());
}

/// A processor that cannot deliver an exception, nor the double fault that follows,
/// gives up, and the chipset resets it.
fn triple_fault() -> ! {
    let nothing = DescriptorTablePointer {
        limit: 0,
        base: VirtAddr::zero(),
    };
    // SAFETY: without a table no code of the kernel runs any more: the next exception,
    // which follows at once, is the end.
    unsafe {
        lidt(&nothing);
        asm!("ud2", options(noreturn));
    }
}

//! The kernel as one value, and the order in which its parts begin.

use bootloader_api::BootInfo;
use log::{info, warn};
use x86_64::instructions::interrupts; // [interrupts]

use crate::arch::idt; // [exceptions]
use crate::arch::keyboard; // [interrupts.4]
use crate::arch::pit; // [interrupts.2]
use crate::arch::{irq, local_apic, pic}; // [interrupts]
use crate::arch::{screen, serial};
use crate::arch::{segments, stacks}; // [double-faults.2]
use crate::{console, hello, logger};

// [interrupts.2]
/// How often the timer ticks, in hertz.
const TIMER: u32 = 100;

/// The kernel once all its parts have begun.
pub struct Kernel {
    /// What the boot loader told.
    pub boot_info: &'static mut BootInfo,
}

impl Kernel {
    /// Begins all parts. What is missing is logged, and the kernel goes on without it.
    pub fn init(boot_info: &'static mut BootInfo) -> Self {
        logger::init(); // what happens is kept
        // [exceptions..double-faults.2] idt::init(); // exceptions are handled
        // [double-faults.2..]
        stacks::init(boot_info); // each stack has a name
        idt::init(&segments::init()); // exceptions are handled, some on stacks of their own
        // [..double-faults.2]
        begin_consoles(boot_info); // text is seen
        begin_interrupts(boot_info); // [interrupts]
        Self { boot_info }
    }
}

fn begin_consoles(boot_info: &mut BootInfo) {
    let port = serial::init().map(|()| console::attach(serial::write));
    let size = screen::init(boot_info).inspect(|_| console::attach(screen::write));
    hello::log(boot_info);
    if let Err(error) = port {
        warn!("no serial console: {error}");
    }
    match size {
        Ok(size) => info!("Screen: {} columns, {} rows.", size.columns, size.rows),
        Err(error) => info!("No screen: {error}."),
    }
}

// [interrupts]
fn begin_interrupts(boot_info: &BootInfo) {
    local_apic::init(boot_info);
    pic::init();
    // [interrupts.2..]
    match pit::start(TIMER) {
        Ok(divisor) => info!("Timer: {TIMER} Hz, with the divisor {divisor}."),
        Err(error) => warn!("no timer: {error}"),
    }
    // [..interrupts.2]
    pic::open(irq::TIMER);
    // [interrupts.4..]
    match keyboard::init() {
        Ok(()) => pic::open(irq::KEYBOARD),
        Err(error) => warn!("no keyboard: {error}"),
    }
    // [..interrupts.4]
    // [interrupts.5..]
    serial::listen();
    pic::open(irq::SERIAL);
    // [..interrupts.5]
    interrupts::enable();
}

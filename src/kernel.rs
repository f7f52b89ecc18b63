//! The kernel as one value, and the order in which its parts begin.

use alloc::string::String; // [heap.3]
use alloc::vec::Vec; // [heap.3]

use bootloader_api::BootInfo;
use log::{info, warn};
use x86_64::instructions::interrupts; // [interrupts]

use crate::arch::areas::{self, Areas}; // [frames.4]
use crate::arch::clock; // [time]
use crate::arch::exit::{Status, exit}; // [frames.2]
use crate::arch::firmware::Firmware; // [acpi]
use crate::arch::idt; // [exceptions]
use crate::arch::keyboard; // [interrupts.4]
use crate::arch::memory; // [frames.2]
use crate::arch::pit; // [interrupts.2]
// [interrupts..apic.3] use crate::arch::{irq, local_apic, pic};
use crate::arch::{controllers, irq}; // [apic.3]
use crate::arch::{screen, serial};
use crate::arch::{segments, stacks}; // [double-faults.2]
// [heap..heap.2] use crate::heap::global;
use crate::println; // [frames.2]
use crate::{console, hello, logger};

// [interrupts.2]
/// How often the timer ticks, in hertz.
const TIMER: u32 = 100;

/// The kernel once all its parts have begun.
pub struct Kernel {
    /// What the boot loader told.
    pub boot_info: &'static mut BootInfo,
    // [frames.4]
    /// What is mapped, but for physical memory.
    pub areas: Areas,
    // [acpi]
    /// What firmware tells of the machine.
    pub firmware: Firmware,
    // [heap.3]
    /// What somebody wants to remember.
    pub notes: Vec<String>,
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
        let areas = areas::all(boot_info); // [frames.4]
        begin_consoles(boot_info); // text is seen
        // [frames.2..frames.4] begin_memory(memory::init(boot_info)); // each frame has an owner
        // [frames.4]
        begin_memory(memory::init(boot_info, &areas)); // each frame has an owner
        // [heap..heap.2] global::init(); // objects have room
        let firmware = Firmware::of(boot_info); // [acpi]
        controllers::init(boot_info, firmware.tables.as_ref()); // [apic.3]
        // [interrupts..apic.3] begin_interrupts(boot_info);
        clock::init(boot_info, firmware.tables.as_ref()); // [time]
        begin_interrupts(); // [apic.3]
        Self {
            boot_info,
            areas,             // [frames.4]
            firmware,          // [acpi]
            notes: Vec::new(), // [heap.3]
        }
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

// [frames.2]
/// Without memory the kernel can do nothing.
fn begin_memory(begun: Result<(), memory::Error>) {
    if let Err(error) = begun {
        println!("cairn: cannot boot: {error}");
        exit(Status::Unusable);
    }
}

// [interrupts]
// [interrupts..apic.3] fn begin_interrupts(boot_info: &BootInfo) {
// [interrupts..apic.3] local_apic::init(boot_info);
// [interrupts..apic.3] pic::init();
// [apic.3..]
fn begin_interrupts() {
    // [..apic.3]
    // [interrupts.2..]
    match pit::start(TIMER) {
        Ok(divisor) => info!("Timer: {TIMER} Hz, with the divisor {divisor}."),
        Err(error) => warn!("no timer: {error}"),
    }
    // [..interrupts.2]
    // [interrupts..apic.3] pic::open(irq::TIMER);
    controllers::open(irq::TIMER); // [apic.3]
    // [interrupts.4..]
    match keyboard::init() {
        // [interrupts.4..apic.3] Ok(()) => pic::open(irq::KEYBOARD),
        Ok(()) => controllers::open(irq::KEYBOARD), // [apic.3]
        Err(error) => warn!("no keyboard: {error}"),
    }
    // [..interrupts.4]
    // [interrupts.5..]
    serial::listen();
    // [interrupts.5..apic.3] pic::open(irq::SERIAL);
    controllers::open(irq::SERIAL); // [apic.3]
    // [..interrupts.5]
    irq::poll(); // [apic.3]
    interrupts::enable();
}

//! The kernel as one value, and the order in which its parts begin.

use bootloader_api::BootInfo;
use log::{info, warn};

// [screen.4..exceptions] use crate::arch::{screen, serial};
// [exceptions..double-faults.2] use crate::arch::{idt, screen, serial};
use crate::arch::{idt, screen, segments, serial, stacks}; // [double-faults.2]
use crate::{console, hello, logger};

/// The kernel once all its parts have begun.
pub struct Kernel {
    /// What the boot loader told.
    pub boot_info: &'static mut BootInfo,
}

impl Kernel {
    /// Begins all parts. A device that is missing is logged, and the kernel goes on without it.
    pub fn init(boot_info: &'static mut BootInfo) -> Self {
        logger::init();
        // [exceptions..double-faults.2] idt::init();
        // [double-faults.2..]
        stacks::init(boot_info);
        idt::init(&segments::init());
        // [..double-faults.2]
        let port = serial::init().map(|()| console::attach(serial::write));
        let size = screen::init(boot_info).inspect(|_| console::attach(screen::write));
        hello::log(boot_info);
        match port {
            Ok(()) => {}
            Err(error) => warn!("no serial console: {error}"),
        }
        match size {
            Ok(size) => info!("Screen: {} columns, {} rows.", size.columns, size.rows),
            Err(error) => info!("No screen: {error}."),
        }
        Self { boot_info }
    }
}

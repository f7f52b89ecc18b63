// [tests.2]

//! The tests that run in a machine, a module for each chapter.

#![no_std]
#![no_main]

mod acpi; // [acpi.5]
mod allocators; // [allocators.4]
mod apic; // [apic.4]
mod boot;
mod double_faults; // [double-faults.3]
mod exceptions; // [exceptions.4]
mod frames; // [frames.5]
mod heap; // [heap.5]
mod interrupts; // [interrupts.5]
mod monitor; // [monitor.5]
mod paging; // [paging.4]
mod screen; // [screen.4]
mod serial; // [tests.4]
mod sharing; // [sharing.4]
mod tests; // [tests.3]
mod time; // [time.5]

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::cases;
use cairn::arch::exit::{Status, exit};
use cairn::arch::fw_cfg::{self, Error};
use cairn::kernel::Kernel;
use cairn::testing::{self, Failed};

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    match run(Kernel::init(boot_info)) {
        Ok(()) => exit(Status::Success),
        Err(Failed) => exit(Status::Failed),
    }
}

/// Runs the case that the runner has named.
fn run(kernel: Kernel) -> Result<(), Failed> {
    let mut buffer = [0; 256];
    let name = match fw_cfg::read("opt/cairn/case", &mut buffer) {
        Ok(name) => Some(name),
        Err(Error::NoDevice | Error::NoFile) => None,
        Err(error) => return testing::refuse(format_args!("{error:?}")),
    };
    testing::run(cases::all(), name, kernel.boot_info)
}

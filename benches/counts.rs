// [never]

//! How many instructions the kernel's paths take.
//!
//! Under `-icount shift=0` QEMU's time-stamp counter counts the guest's instructions
//! one by one, so each number is the same on every machine.

#![no_std]
#![no_main]

use core::arch::x86_64::_rdtsc;
use core::hint::black_box;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::cases;
use cairn::arch::exit::{Status, exit};
use cairn::arch::fw_cfg::{self, Error};
use cairn::kernel::Kernel;
use cairn::lock::Lock;
use cairn::testing::{self, Failed};
use cairn::{case, println};
use x86_64::instructions::interrupts;

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

/// The instructions that `path` takes, and reading the counter. No interrupt comes
/// between.
fn instructions(path: impl FnOnce()) -> u64 {
    interrupts::without_interrupts(|| {
        // SAFETY: every x86_64 has a time-stamp counter.
        let start = unsafe { _rdtsc() };
        path();
        // SAFETY: as above.
        let end = unsafe { _rdtsc() };
        end - start
    })
}

/// Counts a path, without what it takes to count.
fn count(name: &str, path: impl FnOnce()) {
    let number = instructions(path) - instructions(|| ());
    println!("count {name}: {number}");
}

case!(nothing, machine: "-icount shift=0,sleep=off");
/// What it takes to count.
fn nothing() {
    println!("count nothing: {}", instructions(|| ()));
}

case!(lock, machine: "-icount shift=0,sleep=off");
/// A lock that nobody else wants.
fn lock() {
    let lock = Lock::new("counted", 0_u64);
    count("lock and unlock", || *black_box(&lock).lock() += 1);
}

case!(line, machine: "-icount shift=0,sleep=off");
/// Lines of three lengths on the serial line.
fn line() {
    for length in [8, 16, 32] {
        let text = &"0123456789abcdef0123456789abcdef"[..length];
        let number = instructions(|| println!("{text}"));
        println!("count println {length}: {number}");
    }
}

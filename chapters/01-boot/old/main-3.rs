//! The kernel as a program: its entry point.

#![no_std]
#![no_main]

use cairn::arch::console::Console;
use cairn::arch::exit::{Status, exit};
use cairn::hello;

/// The first Rust function that runs.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    hello::write(&mut Console).expect("the console takes every text");
    exit(Status::Success)
}

//! There and back again.

use core::arch::asm;

use cairn::arch::pit;
use cairn::case;
use log::LevelFilter;
use x86_64::instructions::interrupts;

use crate::{instructions, now, report};

case!(exception, machine: "-icount shift=0,sleep=off");
/// A breakpoint whose report nobody wants.
fn exception() {
    log::set_max_level(LevelFilter::Off);
    let cost = instructions(|| {
        // SAFETY: the handler returns.
        unsafe { asm!("int3", options(nomem, nostack)) };
    });
    report("exception there and back", cost);
}

case!(timer, machine: "-icount shift=0,sleep=off");
/// A loop looks at the counter all the time. Its rounds cost the same, but for the one in
/// which the timer interrupts.
fn timer() {
    pit::start(10_000).expect("the timer has this rate");
    interrupts::enable();
    let (mut last, mut least, mut most) = (now(), u64::MAX, 0);
    let end = pit::ticks() + 3;
    while pit::ticks() < end {
        let time = now();
        let cost = time - last;
        (least, most) = (least.min(cost), most.max(cost));
        last = time;
    }
    report("timer interrupt entry to exit", most - least);
}

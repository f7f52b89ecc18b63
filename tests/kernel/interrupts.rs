//! Interrupts: from the timer, the keyboard and the serial line, and from nobody.

use core::arch::asm;
use core::arch::x86_64::_rdtsc;
use core::hint::black_box;

use cairn::arch::{irq, pit};
use cairn::testing::Action;
use cairn::{case, print, println};
use x86_64::instructions::interrupts;

/// Says to the host that the kernel is ready, with the byte XON. What the host then
/// sends comes when the console is free again, for handlers may want it.
fn say_ready() {
    interrupts::without_interrupts(|| print!("\u{11}"));
}

/// Rests until that is so.
fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        x86_64::instructions::hlt();
    }
}

/// The time-stamp counter.
fn time_stamp() -> u64 {
    // SAFETY: every x86_64 has it.
    unsafe { _rdtsc() }
}

case!(the_timer_ticks);
/// Again and again.
fn the_timer_ticks() {
    let start = pit::ticks();
    wait_until(|| pit::ticks() >= start + 10);
    assert!(irq::count(irq::TIMER) >= 10);
}

/// What the time-stamp counter counts in a second, with `-icount shift=0`.
const SECOND: u64 = 1_000_000_000;

case!(the_timer_keeps_its_rate, machine: "-icount shift=0,sleep=off");
/// At each rate, a hundred ticks take as long as they should, to a hundredth.
fn the_timer_keeps_its_rate() {
    for hertz in [19, 100, 1_000, 10_000] {
        pit::start(hertz).expect("the timer has this rate");
        let first = pit::ticks();
        wait_until(|| pit::ticks() > first);
        let (start, first) = (time_stamp(), pit::ticks());
        wait_until(|| pit::ticks() >= first + 100);
        let taken = time_stamp() - start;
        let expected = 100 * SECOND / u64::from(hertz);
        let off = taken.abs_diff(expected);
        assert!(off < expected / 100, "{hertz} Hz: {taken} for {expected}");
    }
}

case!(impossible_rates_are_refused);
/// The divisor has 16 bits, and 1 is not allowed.
fn impossible_rates_are_refused() {
    for hertz in [0, 18, 800_000, u32::MAX] {
        assert_eq!(pit::start(hertz), Err(pit::OutOfRange(hertz)));
    }
    assert_eq!(pit::start(19), Ok(62_799));
    assert_eq!(pit::start(596_591), Ok(2));
}

case!(ten_thousand_ticks_a_second_disturb_nobody, limit: 5000);
/// Neither who computes nor who prints.
fn ten_thousand_ticks_a_second_disturb_nobody() {
    pit::start(10_000).expect("the timer has this rate");
    let start = pit::ticks();
    let mut lines = 0;
    while pit::ticks() < start + 5_000 {
        let sum: u64 = (0..1000).map(black_box).sum();
        assert_eq!(sum, 499_500);
        println!("line {lines}");
        lines += 1;
    }
}

case!(spurious_interrupts_are_counted);
/// Vectors 39 and 47 come, and no line is in service. The timer still ticks then.
fn spurious_interrupts_are_counted() {
    let before = [7, 15].map(irq::count);
    // SAFETY: the handlers return.
    interrupts::without_interrupts(|| unsafe { asm!("int 39", "int 47", "int 47", "int 255") });
    assert_eq!(irq::spurious(), 3);
    assert_eq!([7, 15].map(irq::count), before);
    the_timer_ticks();
}

case!(keys_interrupt, host: &[Action::press("a"), Action::press("shift-b")]);
/// When they are pressed, and when they are released. In a machine of QEMU's with
/// qboot, nobody but us has set the keyboard up.
fn keys_interrupt() {
    let before = irq::count(irq::KEYBOARD);
    say_ready();
    wait_until(|| irq::count(irq::KEYBOARD) >= before + 6);
}

case!(bytes_on_the_serial_line_interrupt, host: &[Action::send("stone")]);
/// One interrupt may bring several.
fn bytes_on_the_serial_line_interrupt() {
    let before = irq::count(irq::SERIAL);
    say_ready();
    wait_until(|| irq::count(irq::SERIAL) > before);
}

case!(a_machine_without_a_keyboard_goes_on, machine: "-machine i8042=off",
    says: "no keyboard: there is no keyboard controller");
/// The timer ticks as ever.
fn a_machine_without_a_keyboard_goes_on() {
    the_timer_ticks();
}

case!(other_processors_stay_asleep, machine: "-smp 4");
/// Nobody wakes them.
fn other_processors_stay_asleep() {
    the_timer_ticks();
}

case!(a_processor_without_a_local_apic_hears_as_well, machine: "-cpu qemu64,-apic");
/// The controllers are at its pin then.
fn a_processor_without_a_local_apic_hears_as_well() {
    the_timer_ticks();
}

case!(firmware_may_be_seabios, machine: "-bios bios-256k.bin -vga std");
/// It has used the timer and the keyboard before us.
fn firmware_may_be_seabios() {
    the_timer_ticks();
}

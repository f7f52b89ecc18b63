//! The APICs: what they bring, what they end, and what is done where they are missing.

use core::arch::asm;
use core::arch::x86_64::_rdtsc;
use core::hint::spin_loop;

use bootloader_api::BootInfo;
use cairn::arch::{irq, keyboard, local_apic, pic, pit, serial};
use cairn::testing::Action;
use cairn::{case, print};
use x86_64::instructions::interrupts;

/// So long we wait, in cycles of the time-stamp counter: some seconds.
const PATIENCE: u64 = 10_000_000_000;

/// The time-stamp counter.
fn time_stamp() -> u64 {
    // SAFETY: every x86_64 has it.
    unsafe { _rdtsc() }
}

/// Waits until something is so. Nothing has to interrupt for that.
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let start = time_stamp();
    while !is_so() {
        assert!(time_stamp() - start < PATIENCE, "in vain: {what}");
        spin_loop();
    }
}

/// Says to the host that the kernel is ready, with the byte XON.
fn say_ready() {
    interrupts::without_interrupts(|| print!("\u{11}"));
}

/// Something comes at each line to which the kernel listens.
fn all_lines_bring_something() {
    let before = irq::counts();
    say_ready();
    for (line, device) in [
        (irq::TIMER, "the timer"),
        (irq::KEYBOARD, "the keyboard"),
        (irq::SERIAL, "COM1"),
    ] {
        wait_for(device, || {
            irq::count(line) > before.served[usize::from(line)]
        });
    }
}

case!(all_lines_arrive, limit: 10_000, host: &[Action::press("a"), Action::send("b")]);
/// By the APICs: all lines of the 8259s are closed.
fn all_lines_arrive() {
    all_lines_bring_something();
    assert_eq!(pic::masks(), [0xfb, 0xff], "what the 8259s close");
}

case!(all_lines_arrive_under_seabios, machine: "-bios bios-256k.bin -vga std", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// It has used the timer and the keyboard, by the 8259s.
fn all_lines_arrive_under_seabios() {
    all_lines_arrive();
}

case!(all_lines_arrive_without_a_madt, machine: "-machine acpi=off", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// By the 8259s.
fn all_lines_arrive_without_a_madt() {
    all_lines_bring_something();
}

case!(all_lines_arrive_without_a_local_apic, machine: "-cpu qemu64,-apic", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// By the 8259s, though the tables speak of I/O APICs.
fn all_lines_arrive_without_a_local_apic() {
    all_lines_bring_something();
    assert_eq!(pic::masks(), [0xe8, 0xff], "what the 8259s close");
}

case!(each_interrupt_makes_room_for_the_next, machine: "-icount shift=0,sleep=off");
/// With this `-icount` the time-stamp counter counts nanoseconds. The timer ticks a thousand times a second.
fn each_interrupt_makes_room_for_the_next() {
    pit::start(1000).expect("the timer has this rate");
    let start = time_stamp();
    while time_stamp() - start < 30_000_000 {
        spin_loop();
    }
    let ticks = irq::count(irq::TIMER);
    assert!(ticks >= 29, "{ticks} ticks in 30 milliseconds");
}

case!(a_vector_whose_line_is_closed_is_spurious);
/// Nobody serves it, and all goes on.
fn a_vector_whose_line_is_closed_is_spurious() {
    let before = irq::counts();
    // SAFETY: the handlers return.
    interrupts::without_interrupts(|| unsafe { asm!("int 37", "int 47", "int 255") });
    assert_eq!(irq::spurious(), before.spurious + 2);
    assert_eq!(irq::count(5) + irq::count(15), 0);
    let ticks = pit::ticks();
    wait_for("the timer", || pit::ticks() > ticks + 2);
}

case!(what_nobody_tells_is_found, limit: 10_000, host: &[Action::press("a"), Action::send("b")]);
/// By looking for it. Interrupts are off, as if nobody brought any.
fn what_nobody_tells_is_found() {
    interrupts::disable();
    say_ready();
    wait_for("a key", || {
        irq::poll();
        keyboard::is_ready()
    });
    wait_for("a byte", || {
        irq::poll();
        serial::is_ready()
    });
}

/// Where the local APIC's registers are, and one of them that is none.
const LOCAL_APIC: u64 = 0xfee0_0000;
const RESERVED: u64 = 0x40;

case!(errors_of_the_local_apic_are_counted(boot_info), says: "the local APIC reports an error, 0x80");
/// QEMU's local APIC takes note of an error, and interrupts nobody. So we do.
fn errors_of_the_local_apic_are_counted(boot_info: &'static mut BootInfo) {
    let offset = boot_info.physical_memory_offset.into_option();
    let address = offset.expect("physical memory is mapped") + LOCAL_APIC + RESERVED;
    // SAFETY: the page is mapped, and no register has power over memory.
    unsafe { (address as *const u32).read_volatile() };
    // SAFETY: the handler returns.
    unsafe { asm!("int 254", "int 254") };
    let errors = local_apic::with(|apic| apic.errors());
    assert!(errors >= Some(2), "{errors:?} errors");
}

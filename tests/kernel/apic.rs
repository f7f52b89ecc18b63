//! The APICs: what they bring, what they end, and what is done where they are missing.

use core::arch::asm;
use core::arch::x86_64::_rdtsc;
use core::hint::spin_loop;

use bootloader_api::BootInfo;
use cairn::arch::{irq, keyboard, local_apic, pic, pit, serial};
use cairn::testing::Action;
use cairn::{case, print};
use pc_keyboard::DecodedKey;
use x86_64::instructions::interrupts;

/// So long we wait, in cycles of the time-stamp counter: some seconds.
const PATIENCE: u64 = 10_000_000_000;

/// We have waited for this in vain.
#[derive(Debug)]
struct InVain(#[expect(dead_code, reason = "it is shown")] &'static str);

/// The time-stamp counter.
fn time_stamp() -> u64 {
    // SAFETY: every x86_64 has it.
    unsafe { _rdtsc() }
}

/// Waits until something is so. It needs no interrupt for that.
fn wait_for(what: &'static str, is_so: impl Fn() -> bool) -> Result<(), InVain> {
    let start = time_stamp();
    while !is_so() {
        if time_stamp() - start > PATIENCE {
            return Err(InVain(what));
        }
        spin_loop();
    }
    Ok(())
}

/// Says to the host that the kernel is ready, with the byte XON.
fn say_ready() {
    interrupts::without_interrupts(|| print!("\u{11}"));
}

/// Something comes at each line to which the kernel listens.
fn all_lines_bring_something() -> Result<(), InVain> {
    let before = irq::counts().served.map(|count| count + 1);
    let has_come = |line| irq::count(line) >= before[usize::from(line)];
    say_ready();
    wait_for("the timer", || has_come(irq::TIMER))?;
    wait_for("the keyboard", || has_come(irq::KEYBOARD))?;
    wait_for("COM1", || has_come(irq::SERIAL))
}

case!(all_lines_arrive, limit: 10_000, host: &[Action::press("a"), Action::send("b")]);
/// By the APICs: all lines of the 8259s are closed.
fn all_lines_arrive() -> Result<(), InVain> {
    assert_eq!(pic::masks(), [0xfb, 0xff]);
    all_lines_bring_something()
}

case!(all_lines_arrive_under_seabios, machine: "-bios bios-256k.bin -vga std", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// It has used the timer and the keyboard, by the 8259s.
fn all_lines_arrive_under_seabios() -> Result<(), InVain> {
    all_lines_arrive()
}

case!(all_lines_arrive_without_a_madt, machine: "-machine acpi=off", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// By the 8259s.
fn all_lines_arrive_without_a_madt() -> Result<(), InVain> {
    all_lines_bring_something()
}

case!(all_lines_arrive_without_a_local_apic, machine: "-cpu qemu64,-apic", limit: 10_000,
    host: &[Action::press("a"), Action::send("b")]);
/// By the 8259s, though the tables speak of I/O APICs.
fn all_lines_arrive_without_a_local_apic() -> Result<(), InVain> {
    assert_eq!(pic::masks(), [0xe8, 0xff]);
    all_lines_bring_something()
}

case!(keys_come_one_after_the_other, limit: 10_000, host: &[Action::press("a"), Action::press("b")]);
/// The keyboard's controller says that it has a byte, and no more until that is fetched.
fn keys_come_one_after_the_other() -> Result<(), InVain> {
    let is_next = |letter| keyboard::read() == Some(DecodedKey::Unicode(letter));
    say_ready();
    wait_for("the key a", || is_next('a'))?;
    wait_for("the key b", || is_next('b'))
}

case!(each_interrupt_makes_room_for_the_next, machine: "-icount shift=0,sleep=off");
/// With this `-icount` the time-stamp counter counts nanoseconds.
fn each_interrupt_makes_room_for_the_next() {
    pit::start(10_000).expect("the timer has this rate");
    let start = time_stamp();
    while time_stamp() - start < 3_000_000 {
        spin_loop();
    }
    let ticks = irq::count(irq::TIMER);
    assert!(ticks >= 29, "ticks in 3 milliseconds: {ticks}");
}

case!(what_is_not_in_service_is_spurious);
/// Whether its line is open or not. Nobody serves it, and all goes on.
fn what_is_not_in_service_is_spurious() -> Result<(), InVain> {
    let (before, keys) = (irq::spurious(), irq::count(irq::KEYBOARD));
    // SAFETY: the handlers return.
    interrupts::without_interrupts(|| unsafe { asm!("int 33", "int 37", "int 47", "int 255") });
    assert_eq!(irq::spurious(), before + 3);
    assert_eq!(irq::count(irq::KEYBOARD), keys);
    let ticks = pit::ticks();
    wait_for("the timer", || pit::ticks() > ticks + 2)
}

case!(what_nobody_tells_is_found, limit: 10_000, host: &[Action::press("a"), Action::send("b")]);
/// By looking for it. Interrupts are off, as if nobody brought any.
fn what_nobody_tells_is_found() -> Result<(), InVain> {
    let look = |is_ready: fn() -> bool| {
        irq::poll();
        is_ready()
    };
    interrupts::disable();
    say_ready();
    wait_for("a key", || look(keyboard::is_ready))?;
    wait_for("a byte", || look(serial::is_ready))
}

/// Where the local APIC's registers are, and one that is none.
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
    assert!(errors >= Some(2), "{errors:?}");
}

//! Data shared with interrupt handlers: nobody waits for himself, and nothing is lost.

use core::arch::x86_64::_rdtsc;
use core::cell::Cell;
use core::fmt::{self, Display, Formatter};
use core::hint::black_box;

use cairn::arch::per_cpu::PerCpu;
use cairn::arch::{irq, keyboard, pic, pit, screen, serial};
use cairn::lock::Lock;
use cairn::testing::{Action, Verdict};
use cairn::{case, println};
use interrupt_ref_cell::InterruptRefCell;
use log::info;
use pc_keyboard::DecodedKey;
use x86_64::instructions::{hlt, interrupts};

case!(no_interrupt_comes_while_a_lock_is_held);
/// Not one, also of those that come ten thousand times a second. They come again
/// when the last lock is free.
fn no_interrupt_comes_while_a_lock_is_held() {
    let (outer, inner) = (Lock::new("outer", ()), Lock::new("inner", ()));
    pit::start(10_000).expect("the timer has this rate");
    let guard = outer.lock();
    drop(inner.lock());
    assert!(!interrupts::are_enabled());
    let before = pit::ticks();
    (0..1_000_000).for_each(|number| _ = black_box(number));
    assert_eq!(pit::ticks(), before);
    drop(guard);
    assert!(interrupts::are_enabled());
}

case!(who_has_interrupts_off_keeps_them_off);
/// A lock does not bring what was not there before.
fn who_has_interrupts_off_keeps_them_off() {
    interrupts::disable();
    drop(Lock::new("lock", ()).lock());
    assert!(!interrupts::are_enabled());
}

case!(a_handler_does_not_wait_for_whom_it_interrupts, limit: 5000);
/// Each tick's end of interrupt takes the lock of the 8259s, and so do we.
fn a_handler_does_not_wait_for_whom_it_interrupts() {
    pit::start(10_000).expect("the timer has this rate");
    let start = pit::ticks();
    while pit::ticks() < start + 2_000 {
        pic::open(irq::TIMER);
    }
}

case!(guards_that_go_in_the_wrong_order_let_interrupts_in);
/// The documentation of the lock says so: the first guard knows that interrupts were
/// on, and turns them on though the second one still stands.
fn guards_that_go_in_the_wrong_order_let_interrupts_in() {
    let (one, other) = (Lock::new("one", ()), Lock::new("other", ()));
    let first = one.lock();
    let second = other.lock();
    drop(first);
    assert!(interrupts::are_enabled());
    assert!(other.try_lock().is_none());
    drop(second);
}

case!(a_lock_that_is_not_had_costs_nothing);
/// Who looks in vain has interrupts as before.
fn a_lock_that_is_not_had_costs_nothing() {
    let lock = Lock::new("lock", ());
    let guard = lock.lock();
    interrupts::enable();
    assert!(lock.try_lock().is_none());
    assert!(interrupts::are_enabled());
    drop(guard);
}

/// Rests until that is so.
fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        hlt();
    }
}

case!(bytes_wait_until_they_are_read, host: &[Action::send("granite")]);
/// In order.
fn bytes_wait_until_they_are_read() {
    serial::resume();
    for expected in "granite".bytes() {
        wait_until(serial::is_ready);
        assert_eq!(serial::read(), Some(expected));
    }
    assert_eq!(serial::read(), None);
}

case!(keys_wait_until_they_are_read,
    host: &[Action::press("g"), Action::press("shift-n"), Action::press("7"), Action::press("ret")]);
/// As characters.
fn keys_wait_until_they_are_read() {
    serial::resume();
    for expected in "gN7\n".chars() {
        let key = loop {
            match keyboard::read() {
                Some(DecodedKey::Unicode(character)) => break character,
                _ => hlt(),
            }
        };
        assert_eq!(key, expected);
    }
}

case!(who_sends_also_hears, host: &[Action::send("granite")]);
/// With interrupts off, as they are while a line is sent. What is sent is XON, again
/// and again.
fn who_sends_also_hears() {
    interrupts::disable();
    while !serial::is_ready() {
        serial::write("\u{11}");
    }
}

/// Sixty-four bytes, none like its neighbour.
const PASTED: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";

/// How often that is pasted: a mebibyte in all.
const TIMES: u32 = 16 * 1024;

case!(a_pasted_mebibyte_arrives, limit: 100_000, host: &[Action::send_times(PASTED, TIMES)]);
/// Each byte of it, though the kernel has little room, and now and then talks and
/// rests.
fn a_pasted_mebibyte_arrives() {
    serial::resume();
    for count in 0..TIMES {
        for expected in PASTED.bytes() {
            wait_until(serial::is_ready);
            assert_eq!(serial::read(), Some(expected), "in line {count}");
        }
        if count.is_multiple_of(1024) {
            println!("{} KiB", count / 16);
            let end = pit::ticks() + 20;
            wait_until(|| pit::ticks() >= end);
        }
    }
    assert_eq!(serial::lost(), 0);
}

/// A value that panics when it is shown for the second time.
struct Fickle(Cell<u32>);

impl Display for Fickle {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        assert_ne!(self.0.get(), 2, "once was enough");
        out.write_str("fickle")
    }
}

case!(a_panic_is_heard_while_the_log_is_locked, expect: Verdict::Panicked, says: "once was enough");
/// The log writes to the console, and then keeps the line.
fn a_panic_is_heard_while_the_log_is_locked() {
    info!("{}", Fickle(Cell::new(0)));
}

/// A value that panics when it is shown.
struct Unspeakable;

impl Display for Unspeakable {
    fn fmt(&self, _: &mut Formatter) -> fmt::Result {
        panic!("this cannot be said")
    }
}

case!(a_panic_is_heard_while_all_is_locked, expect: Verdict::Panicked, says: "this cannot be said",
    machine: "-bios bios-256k.bin -vga std");
/// The screen, the console, and interrupts are off.
fn a_panic_is_heard_while_all_is_locked() {
    screen::with(|_| println!("{Unspeakable}"));
}

case!(a_panic_ends_without_a_serial_port, machine: "-global isa-serial.iobase=0x2e8", expect: Verdict::Panicked);
/// Where COM1 would be, a byte seems to have come at any time.
fn a_panic_ends_without_a_serial_port() {
    panic!("nobody hears this");
}

case!(borrowing_twice_is_noticed, expect: Verdict::Panicked, says: "already borrowed");
/// A cell cannot wait, so it panics at once.
fn borrowing_twice_is_noticed() {
    static CELL: PerCpu<InterruptRefCell<u32>> = PerCpu::new(InterruptRefCell::new(0));
    let _first = CELL.get().borrow_mut();
    assert!(!interrupts::are_enabled());
    let _second = CELL.get().borrow_mut();
}

/// Instructions that it takes, without those for counting. With `-icount shift=0` the
/// time-stamp counter counts them.
fn cost(act: impl Fn()) -> u64 {
    // SAFETY: every x86_64 has this counter.
    let now = || unsafe { _rdtsc() };
    let measure = |act: &dyn Fn()| {
        let start = now();
        act();
        now() - start
    };
    interrupts::without_interrupts(|| measure(&act) - measure(&|| ()))
}

case!(a_cell_costs_less_than_a_lock, machine: "-icount shift=0,sleep=off");
/// The price of adding 1, in instructions.
fn a_cell_costs_less_than_a_lock() {
    static LOCKED: Lock<u64> = Lock::new("counter", 0);
    static CELL: PerCpu<InterruptRefCell<u64>> = PerCpu::new(InterruptRefCell::new(0));
    let lock = cost(|| *LOCKED.lock() += 1);
    let cell = cost(|| *CELL.get().borrow_mut() += 1);
    println!("lock: {lock}, cell: {cell}");
    assert!(cell < lock, "lock: {lock}, cell: {cell}");
}

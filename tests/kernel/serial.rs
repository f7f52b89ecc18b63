//! The serial port, the lock, the console and the log.

use core::fmt::{self, Display, Formatter, Write};

use cairn::arch::serial;
use cairn::case;
use cairn::lock::Lock;
use cairn::testing::Verdict;
use cairn::{logger, println};
use log::{debug, info};

/// A value that cannot be shown.
struct Unspeakable;

impl Display for Unspeakable {
    fn fmt(&self, _: &mut Formatter) -> fmt::Result {
        panic!("this cannot be said")
    }
}

case!(text_gets_out, says: "case serial::text_gets_out\r\nfirst\r\nsecond 2\r\n");
/// Each line feed becomes a carriage return and a line feed.
fn text_gets_out() {
    println!("first\nsecond {}", 2);
}

case!(nobody_waits_for_an_absent_port, machine: "-global isa-serial.iobase=0x2e8");
/// Where COM1 would be, nothing is.
fn nobody_waits_for_an_absent_port() {
    assert!(serial::init().is_err());
    println!("nobody hears this");
    serial::write("nor this");
}

case!(a_panic_is_heard_though_the_console_is_locked,
    expect: Verdict::Panicked, says: "this cannot be said");
/// `println!` holds the locks of the console while a value is formatted.
fn a_panic_is_heard_though_the_console_is_locked() {
    println!("{Unspeakable}");
}

case!(a_panic_in_a_panic_is_the_last, expect: Verdict::Panicked, says: "The panic message panicked.");
/// The message of the first panic cannot be formatted.
fn a_panic_in_a_panic_is_the_last() {
    panic!("{Unspeakable}");
}

case!(a_lock_is_free_when_its_guard_goes);
/// And not earlier.
fn a_lock_is_free_when_its_guard_goes() {
    let lock = Lock::new("counter", 0);
    let mut guard = lock.lock();
    *guard += 1;
    assert!(lock.try_lock().is_none());
    drop(guard);
    assert_eq!(lock.try_lock().as_deref(), Some(&1));
}

/// Release builds wait for ever.
const DEADLOCK: Verdict = if cfg!(debug_assertions) {
    Verdict::Panicked
} else {
    Verdict::Hung
};

case!(a_deadlock_names_its_lock, expect: DEADLOCK,
    says: if cfg!(debug_assertions) { "the lock `twice`" } else { "" });
/// Who holds a lock waits for it.
fn a_deadlock_names_its_lock() {
    let lock = Lock::new("twice", ());
    let _guard = lock.lock();
    let _never = lock.lock();
}

/// Keeps which numbers are written to it.
#[derive(Default)]
struct Lines {
    count: usize,
    first: Option<u32>,
    last: Option<u32>,
}

impl Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for line in text.lines() {
            let number = line.strip_prefix("INFO  ").map(str::parse);
            if let Some(Ok(number)) = number {
                self.count += 1;
                self.first = self.first.or(Some(number));
                self.last = Some(number);
            }
        }
        Ok(())
    }
}

case!(the_log_keeps_what_was_logged);
/// In order, and nothing that is below the level.
fn the_log_keeps_what_was_logged() -> fmt::Result {
    info!("7");
    debug!("8");
    info!("9");
    let mut lines = Lines::default();
    logger::replay(&mut lines)?;
    assert_eq!(
        (lines.count, lines.first, lines.last),
        (2, Some(7), Some(9))
    );
    Ok(())
}

case!(a_full_log_begins_with_a_whole_line, limit: 5000);
/// The log forgets its oldest lines, and what is left of the one that is cut.
fn a_full_log_begins_with_a_whole_line() -> fmt::Result {
    for number in 100_000..102_000 {
        info!("{number}");
    }
    let mut kept = Kept::default();
    logger::replay(&mut kept)?;
    assert!(
        kept.bytes > 16_000 && kept.bytes <= 16 * 1024,
        "{} bytes",
        kept.bytes
    );
    assert_eq!(&kept.start, b"INFO  10");
    assert_eq!(kept.end, b'\n');
    Ok(())
}

/// The size, the beginning and the end of what is written.
#[derive(Default)]
struct Kept {
    bytes: usize,
    start: [u8; 8],
    end: u8,
}

impl Write for Kept {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if let Some(start) = self.start.get_mut(self.bytes) {
                *start = byte;
            }
            self.bytes += 1;
            self.end = byte;
        }
        Ok(())
    }
}

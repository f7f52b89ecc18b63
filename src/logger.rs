//! The log: what the kernel did, on the console and in a ring that keeps its end.

use core::fmt::{self, Write};

use log::{LevelFilter, Log, Metadata, Record};

use crate::lock::Lock;
use crate::println;
use crate::ring::Ring;

/// As many bytes of the log are kept.
const KEPT: usize = 16 * 1024;

/// What is logged unless somebody asks for more.
const LEVEL: LevelFilter = LevelFilter::Info;

static KERNEL_LOG: KernelLog = KernelLog {
    ring: Lock::new("log", Ring::new()),
};

struct KernelLog {
    ring: Lock<Ring<KEPT>>,
}

impl Log for KernelLog {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let (level, text) = (record.level(), record.args());
        println!("{level:5} {text}");
        // A ring takes every text.
        let _ = writeln!(self.ring.lock(), "{level:5} {text}");
    }

    fn flush(&self) {}
}

/// From now on `log`'s macros log.
pub fn init() {
    // It fails only where there is a logger already: this one.
    let _ = log::set_logger(&KERNEL_LOG);
    log::set_max_level(LEVEL);
}

/// Writes what is kept of the log, the oldest line first.
pub fn replay(out: &mut impl Write) -> fmt::Result {
    let ring = KERNEL_LOG.ring.lock();
    ring.chunks().try_for_each(|text| out.write_str(text))
}

//! Boots a kernel in QEMU, talks to it over the serial line, and says in one sentence how it ended.
//!
//! The kernel and this runner agree on these, none of which is a name in the code:
//!
//! 1. The exit device at port `0xf4` takes `0x10` for success, `0x11` for a panic, `0x12` for "I cannot use this machine" and
//!    `0x13` for a failure.
//! 2. The serial line (COM1) carries text, and XON and XOFF for flow control. The first XON says: ready for input.
//! 3. The ELF file enters direct boot through its PVH note, and carries the hash of its sources as its build id.
//!
//! And three things that are for tests:
//!
//! 4. A test program describes its cases in records, which [`case`] reads, and learns through QEMU's fw_cfg file `opt/cairn/case`
//!    which one is to run.
//! 5. A line `  at 0xffffffff80201234` on the serial line is a backtrace's: the address lies in an instruction that calls.
//! 6. A line `count NAME: NUMBER` is what a case of `cargo bench` has counted, as [`counts`] reads it.
//!
//! [`Machine`] describes a machine, [`Session`] is one that runs, [`Ending`] is how it ended.

mod backtrace;
pub mod case;
pub mod cases;
pub mod console;
pub mod contract;
pub mod counts;
pub mod doctor;
pub mod elf;
mod ending;
mod error;
mod exit;
mod firmware;
mod flow;
mod folder;
pub mod guests;
pub mod image;
mod keys;
mod log;
mod machine;
pub mod monitor;
mod pipe;
mod preamble;
pub mod progress;
mod qemu;
pub mod run;
mod session;
mod shell;
pub mod suite;
mod symbols;
pub mod trial;

pub use ending::{Ending, Outcome};
pub use error::Error;
pub use exit::ExitStatus;
pub use firmware::Ovmf;
pub use flow::Input;
pub use machine::{Boot, Display, Firmware, Machine};
pub use qemu::Qemu;
pub use session::{Progress, Session, Stopper};

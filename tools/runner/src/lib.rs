//! Boots a kernel in QEMU, talks to it over the serial line, and says in one sentence how it ended.
//!
//! The kernel and this runner agree on three things, none of which is a name in the code:
//!
//! 1. The exit device at port `0xf4` takes `0x10` for success, `0x11` for failure and `0x12` for "I cannot use this machine".
//! 2. The serial line (COM1) carries text, and XON and XOFF for flow control. The first XON says: ready for input.
//! 3. The ELF file enters direct boot through its PVH note, and carries the hash of its sources as its build id.
//!
//! [`Machine`] describes a machine, [`Session`] is one that runs, [`Ending`] is how it ended.

pub mod console;
pub mod contract;
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
mod pipe;
mod preamble;
mod qemu;
pub mod run;
mod session;
mod shell;
pub mod suite;

pub use ending::{Ending, Outcome};
pub use error::Error;
pub use exit::ExitStatus;
pub use firmware::Ovmf;
pub use flow::Input;
pub use machine::{Boot, Display, Firmware, Machine};
pub use qemu::Qemu;
pub use session::{Progress, Session, Stopper};

//! What the fuzzer does with an input: reads it as the kernel would, and checks what must hold of any input.
//!
//! A target is a function that takes any bytes. The tests of `tests/host` call each with all inputs in `corpus`.

pub mod image;
mod target;

// The tests' own: made-up memory, and the tour of its tables.
#[path = "../../../tests/host/src/acpi/memory.rs"]
pub mod memory;
#[path = "../../../tests/host/src/acpi/mend.rs"]
mod mend;
#[path = "../../../tests/host/src/acpi/tour.rs"]
pub mod tour;

pub use target::{TARGETS, Target, target};

//! The runner's tests: tiny guests in a real QEMU.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod common;
#[cfg(target_os = "linux")]
mod console;
mod contracts;
mod counts;
mod doctor;
#[cfg(unix)]
mod fallback;
mod images;
mod input;
#[cfg(target_os = "linux")]
mod left_behind;
mod outcomes;
mod program;
mod recorder;

//! Backtraces: the chain of calls that led to where the processor is.
//!
//! Each function begins with `push rbp; mov rbp, rsp`. So RBP points to the
//! caller's RBP, above it lies the address to return to, and the frames of all
//! functions that run form a chain (System V ABI for AMD64, section 3.2.2).

use core::arch::asm;
use core::fmt::{self, Write};
use core::iter;

use super::stacks;

/// At most so many frames are written: enough of an endless recursion.
const MOST: usize = 64;

/// What a function's first instructions leave on the stack.
#[repr(C)]
#[derive(Clone, Copy)]
struct Frame {
    /// The address of the caller's frame; 0 in the outermost one.
    caller: u64,
    return_address: u64,
}

/// Writes where the caller was called, where its caller was called, and so on:
/// an address a line, within the call instruction.
#[inline(never)]
pub fn write(out: &mut dyn Write) -> fmt::Result {
    let mut frames = frames(frame_pointer()).skip(1).take(MOST);
    frames.try_for_each(|frame| writeln!(out, "  at {:#x}", frame.return_address - 1))
}

/// Writes an instruction's address, and then where its function was called, and so
/// on. `rbp` is the register's value at the instruction.
pub fn write_from(out: &mut dyn Write, rip: u64, rbp: u64) -> fmt::Result {
    writeln!(out, "  at {rip:#x}")?;
    let mut frames = frames(rbp).take(MOST);
    frames.try_for_each(|frame| writeln!(out, "  at {:#x}", frame.return_address - 1))
}

#[inline(always)]
fn frame_pointer() -> u64 {
    let rbp;
    // SAFETY: copying a register changes nothing.
    unsafe { asm!("mov {}, rbp", out(reg) rbp, options(nomem, nostack, preserves_flags)) };
    rbp
}

/// The frames from this one outwards, up to the first that cannot be one.
fn frames(innermost: u64) -> impl Iterator<Item = Frame> {
    let mut address = innermost;
    iter::from_fn(move || {
        let frame = read(address)?;
        // The stack grows downwards, so who called lies above.
        let is_above = frame.caller > address;
        address = frame.caller;
        (is_above && is_text(frame.return_address)).then_some(frame)
    })
}

/// The frame at this address, if a stack has room for one there.
fn read(address: u64) -> Option<Frame> {
    let stack = stacks::find(address)?;
    let is_inside = stack.memory.end - address >= size_of::<Frame>() as u64;
    // SAFETY: the address lies in one of the kernel's stacks, all of which are mapped.
    // Whatever is there are two numbers.
    (is_inside && address.is_multiple_of(8)).then(|| unsafe { (address as *const Frame).read() })
}

/// Whether code of the kernel lies there.
fn is_text(address: u64) -> bool {
    unsafe extern "C" {
        static text_start: u8;
        static text_end: u8;
    }
    (&raw const text_start as u64..&raw const text_end as u64).contains(&address)
}

//! Backtraces: the chain of calls that led to where the processor is.
//!
//! Each function begins with `push rbp; mov rbp, rsp`. So RBP points to the
//! caller's RBP, above it lies the address to return to, and the frames of all
//! functions that run form a chain (System V ABI for AMD64, section 3.2.2).

use core::arch::asm;
use core::fmt::{self, Write};
use core::iter;

/// At most so many frames are written: enough of an endless recursion.
const MOST: usize = 64;

/// No frame is larger than this, in bytes: it is all of the stack.
const LARGEST: u64 = 64 * 1024;

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

// [exceptions.4]
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
    let outwards = |address: &u64| {
        let caller = read(*address).caller;
        let is_near = caller > *address && caller - *address < LARGEST;
        (is_near && caller.is_multiple_of(8)).then_some(caller)
    };
    iter::successors(Some(innermost), outwards)
        .map(read)
        .take_while(|frame| frame.caller != 0 && is_text(frame.return_address))
}

fn read(address: u64) -> Frame {
    // SAFETY: RBP points to a frame, and so does each frame but the outermost
    // one. One that is overwritten is noticed if it points elsewhere than a
    // little further up, where the stack is still mapped.
    unsafe { (address as *const Frame).read() }
}

/// Whether code of the kernel lies there.
fn is_text(address: u64) -> bool {
    unsafe extern "C" {
        static text_start: u8;
        static text_end: u8;
    }
    (&raw const text_start as u64..&raw const text_end as u64).contains(&address)
}

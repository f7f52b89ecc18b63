//! Exceptions: what the processor cannot do, or was asked to report (SDM, volume 3,
//! section 7.15).

use core::fmt::{self, Write};

use log::info;

use super::entry::Frame;
use super::panic::die;

const BREAKPOINT: u64 = 3;

/// The names of the vectors from 0 on.
const NAMES: [&str; 32] = [
    "divide error",
    "debug exception",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection fault",
    "page fault",
    "reserved exception",
    "x87 floating-point error",
    "alignment check",
    "machine check",
    "SIMD floating-point exception",
    "virtualization exception",
    "control protection exception",
    "reserved exception",
    "reserved exception",
    "reserved exception",
    "reserved exception",
    "reserved exception",
    "reserved exception",
    "hypervisor injection exception",
    "VMM communication exception",
    "security exception",
    "reserved exception",
];

/// A breakpoint is logged, and the kernel goes on. Any other exception is a bug of
/// the kernel or the end of the hardware: it is reported, and the kernel ends.
pub(super) fn handle(frame: &mut Frame) {
    match frame.vector {
        BREAKPOINT => info!("breakpoint before {:#x}", frame.rip),
        _ => die(|out| report(out, frame)),
    }
}

fn report(out: &mut dyn Write, frame: &Frame) -> fmt::Result {
    let name = NAMES.get(frame.vector as usize).unwrap_or(&"interrupt");
    write!(out, "\nexception {}, {name}: ", frame.vector)?;
    writeln!(out, "error code {:#x}", frame.error_code)?;
    write_registers(out, frame)
}

fn write_registers(out: &mut dyn Write, frame: &Frame) -> fmt::Result {
    let registers = [
        ("rip", frame.rip),
        ("rsp", frame.rsp),
        ("rbp", frame.rbp),
        ("rax", frame.rax),
        ("rbx", frame.rbx),
        ("rcx", frame.rcx),
        ("rdx", frame.rdx),
        ("rsi", frame.rsi),
        ("rdi", frame.rdi),
        ("r8", frame.r8),
        ("r9", frame.r9),
        ("r10", frame.r10),
        ("r11", frame.r11),
        ("r12", frame.r12),
        ("r13", frame.r13),
        ("r14", frame.r14),
        ("r15", frame.r15),
        ("rflags", frame.rflags),
    ];
    for row in registers.chunks(3) {
        for (name, value) in row {
            write!(out, "  {name:6} {value:016x}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

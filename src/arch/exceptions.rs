//! Exceptions: what the processor cannot do, or was asked to report (SDM, volume 3,
//! section 7.15).

use core::fmt::{self, Write};

use log::info;
use x86_64::registers::control::Cr2;
use x86_64::structures::idt::{DescriptorTable, PageFaultErrorCode, SelectorErrorCode};

use super::backtrace; // [exceptions.4]
use super::entry::Frame;
use super::panic::die;
use super::stacks::{self, Stack}; // [double-faults.3]

const BREAKPOINT: u64 = 3;
const DOUBLE_FAULT: u64 = 8; // [double-faults.3]
const INVALID_TSS: u64 = 10;
const GENERAL_PROTECTION: u64 = 13;
const PAGE_FAULT: u64 = 14;

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
    match frame.vector {
        INVALID_TSS..=GENERAL_PROTECTION => explain_selector(out, frame.error_code)?,
        DOUBLE_FAULT => explain_double_fault(out)?, // [double-faults.3]
        PAGE_FAULT => explain_page_fault(out, frame.error_code)?,
        _ => write!(out, "error code {:#x}", frame.error_code)?,
    }
    writeln!(out)?;
    // [exceptions.3..exceptions.4] write_registers(out, frame)
    write_registers(out, frame)?; // [exceptions.4]
    backtrace::write_from(out, frame.rip, frame.rbp) // [exceptions.4]
}

/// The error code of exceptions that have to do with segments: which one (SDM, volume
/// 3, section 7.13).
fn explain_selector(out: &mut dyn Write, error_code: u64) -> fmt::Result {
    let selector = SelectorErrorCode::new_truncate(error_code);
    if selector.is_null() {
        return out.write_str("no segment is to blame");
    }
    let table = match selector.descriptor_table() {
        DescriptorTable::Gdt => "GDT",
        DescriptorTable::Ldt => "LDT",
        DescriptorTable::Idt => "IDT",
    };
    write!(out, "because of entry {} of the {table}", selector.index())
}

// [double-faults.3]
/// A double fault comes when another exception cannot be delivered. Most often that
/// one was a page fault, and its frame did not fit onto the stack.
fn explain_double_fault(out: &mut dyn Write) -> fmt::Result {
    match stacks::overflowed(Cr2::read_raw()) {
        Some(Stack { name, memory }) => {
            let size = (memory.end - memory.start) / 1024;
            write!(out, "the {name} of {size} KiB has overflowed")
        }
        None => out.write_str("another exception could not be delivered"),
    }
}

/// The error code of a page fault, with the address (SDM, volume 3, section 5.7).
fn explain_page_fault(out: &mut dyn Write, error_code: u64) -> fmt::Result {
    let error = PageFaultErrorCode::from_bits_truncate(error_code);
    let access = if error.contains(PageFaultErrorCode::INSTRUCTION_FETCH) {
        "an instruction fetch from"
    } else if error.contains(PageFaultErrorCode::CAUSED_BY_WRITE) {
        "a write to"
    } else {
        "a read of"
    };
    let why = if error.contains(PageFaultErrorCode::MALFORMED_TABLE) {
        "whose page-table entry has reserved bits set"
    } else if error.contains(PageFaultErrorCode::PROTECTION_VIOLATION) {
        "which the page tables forbid"
    } else {
        "which is not mapped"
    };
    write!(out, "{access} {:#x}, {why}", Cr2::read_raw())
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

//! Faults on order, to see what becomes of them.

use alloc::vec::Vec; // [heap.4]
use core::arch::asm;
use core::hint::black_box;

use crate::lock::Lock;
use crate::println;

/// Something that goes wrong.
pub struct Fault {
    /// What it is called.
    pub name: &'static str,
    /// What happens, in a few words.
    pub what: &'static str,
    /// Does it.
    pub commit: fn(),
}

/// All that can be ordered.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "breakpoint",
        what: "stop at an int3 instruction, and go on",
        commit: breakpoint,
    },
    // [frames.5]
    Fault {
        name: "code",
        what: "write to the kernel's code",
        commit: code,
    },
    // [frames.5]
    Fault {
        name: "data",
        what: "execute data",
        commit: data,
    },
    Fault {
        name: "deadlock",
        what: "take a lock twice",
        commit: deadlock,
    },
    Fault {
        name: "divide",
        what: "divide by zero",
        commit: divide,
    },
    // [heap.4]
    Fault {
        name: "memory",
        what: "want more memory than there is",
        commit: memory,
    },
    // [frames.5]
    Fault {
        name: "null",
        what: "read through a null pointer",
        commit: null,
    },
    Fault {
        name: "opcode",
        what: "execute an instruction that there is not",
        commit: opcode,
    },
    Fault {
        name: "page",
        what: "write to an address that is not mapped",
        commit: page,
    },
    Fault {
        name: "panic",
        what: "panic",
        commit: panic,
    },
    Fault {
        name: "protection",
        what: "read an address that no processor has",
        commit: protection,
    },
    Fault {
        name: "stack",
        what: "recurse until the stack overflows",
        commit: stack,
    },
];

fn breakpoint() {
    // SAFETY: the handler returns.
    unsafe { asm!("int3", options(nomem, nostack)) };
    println!("Back from the breakpoint.");
}

// [frames.5]
fn code() {
    let function = code as *mut u8;
    // SAFETY: the handler never returns.
    unsafe { function.write_volatile(0xc3) };
}

// [frames.5]
fn data() {
    let instructions = black_box([0xc3_u8]);
    // SAFETY: the handler never returns.
    unsafe { asm!("call {}", in(reg) &raw const instructions) };
}

fn deadlock() {
    let lock = Lock::new("fault", ());
    let _guard = lock.lock();
    let _never = lock.lock();
}

fn divide() {
    // SAFETY: the handler never returns. Rust's own division would panic.
    unsafe { asm!("div {0:e}", in(reg) 0, inout("eax") 1 => _, inout("edx") 0 => _) };
}

// [heap.4]
fn memory() {
    black_box(Vec::<u8>::with_capacity(1 << 40));
}

// [frames.5]
fn null() {
    let nowhere = black_box(0_u64) as *const u8;
    // SAFETY: the handler never returns.
    black_box(unsafe { nowhere.read_volatile() });
}

fn opcode() {
    // SAFETY: the handler never returns.
    unsafe { asm!("ud2", options(noreturn)) };
}

fn page() {
    let nowhere = 0x5555_5555_5000 as *mut u8;
    // SAFETY: the handler never returns.
    unsafe { nowhere.write_volatile(42) };
}

fn panic() {
    panic!("somebody ordered it");
}

fn protection() {
    let nowhere = black_box(1_u64 << 62) as *const u8;
    // SAFETY: the handler never returns.
    black_box(unsafe { nowhere.read_volatile() });
}

fn stack() {
    recurse(u64::MAX);
}

fn recurse(depth: u64) -> u64 {
    if depth == 0 {
        return 0;
    }
    let below = black_box(recurse(depth - 1));
    below + 1
}

//! Exceptions: one returns, the others are reported, wherever they happen.

use core::arch::asm;
use core::fmt::{self, Display, Formatter};
use core::hint::black_box;

use cairn::testing::Verdict;
use cairn::{case, println};

/// An address that no way to boot maps, in the middle of the lower half.
const UNMAPPED: u64 = 0x0000_5555_5555_5000;

case!(a_breakpoint_returns, says: "breakpoint before 0xffffffff8");
/// To the instruction behind it, more than once.
fn a_breakpoint_returns() {
    for _ in 0..3 {
        // SAFETY: the handler returns.
        unsafe { asm!("int3", options(nomem, nostack)) };
    }
}

case!(registers_survive_an_exception);
/// Each of them, and the flags.
fn registers_survive_an_exception() {
    let (changed, flags): (u64, u64);
    // SAFETY: the handler returns, and all registers that are changed are declared or
    // restored.
    unsafe {
        asm!(
            "push rbx",
            "push rbp",
            "mov rax, 99",
            "mov rbx, 100",
            "mov rcx, 101",
            "mov rdx, 102",
            "mov rsi, 103",
            "mov rdi, 104",
            "mov rbp, 105",
            "mov r8, 106",
            "mov r9, 107",
            "mov r10, 108",
            "mov r11, 109",
            "mov r12, 110",
            "mov r13, 111",
            "mov r14, 112",
            "mov r15, 113",
            "stc",
            "int3",
            "pushfq",
            "sub rax, 99",
            "sub rbx, 100", "or rax, rbx",
            "sub rcx, 101", "or rax, rcx",
            "sub rdx, 102", "or rax, rdx",
            "sub rsi, 103", "or rax, rsi",
            "sub rdi, 104", "or rax, rdi",
            "sub rbp, 105", "or rax, rbp",
            "sub r8, 106", "or rax, r8",
            "sub r9, 107", "or rax, r9",
            "sub r10, 108", "or rax, r10",
            "sub r11, 109", "or rax, r11",
            "sub r12, 110", "or rax, r12",
            "sub r13, 111", "or rax, r13",
            "sub r14, 112", "or rax, r14",
            "sub r15, 113", "or rax, r15",
            "pop rcx",
            "pop rbp",
            "pop rbx",
            out("rax") changed,
            out("rcx") flags,
            out("rdx") _, out("rsi") _, out("rdi") _,
            out("r8") _, out("r9") _, out("r10") _, out("r11") _,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
        );
    }
    assert_eq!((changed, flags & 1), (0, 1));
}

case!(the_handlers_stack_is_aligned);
/// Though the interrupted one is not. The kernel's entry asserts it in debug builds.
fn the_handlers_stack_is_aligned() {
    // SAFETY: the stack pointer is what it was, before Rust code sees it.
    unsafe { asm!("push rax", "int3", "pop rax") };
}

case!(a_read_of_nowhere_is_explained, expect: Verdict::Panicked,
    says: "exception 14, page fault: a read of 0x555555555000, which is not mapped");
/// The address is the one that was read.
fn a_read_of_nowhere_is_explained() {
    // SAFETY: it ends the machine.
    black_box(unsafe { (UNMAPPED as *const u8).read_volatile() });
}

case!(a_write_to_nowhere_is_explained, expect: Verdict::Panicked,
    says: "exception 14, page fault: a write to 0x555555555007, which is not mapped");
/// The address need not be aligned.
fn a_write_to_nowhere_is_explained() {
    // SAFETY: it ends the machine.
    unsafe { ((UNMAPPED + 7) as *mut u8).write_volatile(1) };
}

case!(a_jump_to_nowhere_is_explained, expect: Verdict::Panicked,
    says: "page fault: an instruction fetch from 0x555555555000, which is not mapped");
/// Then the instruction pointer is the address itself.
fn a_jump_to_nowhere_is_explained() {
    // SAFETY: it ends the machine.
    unsafe { asm!("jmp {}", in(reg) UNMAPPED, options(noreturn)) };
}

case!(an_impossible_address_is_reported, expect: Verdict::Panicked,
    says: "exception 13, general protection fault: no segment is to blame");
/// Bits 48 to 63 of an address have to be as bit 47 is.
fn an_impossible_address_is_reported() {
    // SAFETY: it ends the machine.
    black_box(unsafe { (black_box(1_u64 << 62) as *const u8).read_volatile() });
}

case!(a_missing_vector_is_reported, expect: Verdict::Panicked,
    says: "exception 11, segment not present: because of entry ");
/// Nobody handles 128. QEMU 7.2 says 256 of a table whose entries have 16 bytes; a processor says 128.
fn a_missing_vector_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("int 128") };
}

case!(a_bad_segment_is_reported, expect: Verdict::Panicked, says: "because of entry 500 of the GDT");
/// The table is not so long.
fn a_bad_segment_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("mov es, {:x}", in(reg) 500_u32 * 8) };
}

case!(a_division_by_zero_is_reported, expect: Verdict::Panicked, says: "exception 0, divide error: ");
/// Rust's own division panics earlier.
fn a_division_by_zero_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("div {0:e}", in(reg) 0, inout("eax") 1 => _, inout("edx") 0 => _) };
}

case!(an_invalid_opcode_is_reported, expect: Verdict::Panicked,
    says: "exception 6, invalid opcode: ");
/// UD2 is the instruction that never will be one.
fn an_invalid_opcode_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("ud2", options(noreturn)) };
}

case!(a_reserved_vector_is_reported, expect: Verdict::Panicked, says: "exception 15, reserved exception: ");
/// Vector 15 has no meaning.
fn a_reserved_vector_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("int 15") };
}

case!(registers_are_reported, expect: Verdict::Panicked, says: "r13    00000000c0ffee13");
/// As they were.
fn registers_are_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("mov r13d, 0xc0ffee13", "ud2", options(noreturn)) };
}

case!(the_report_tells_the_way, expect: Verdict::Panicked,
    says: "\r\n  at 0x555555555000\r\n  at 0xffffffff8");
/// Where the processor was, and then in which functions it had been before.
fn the_report_tells_the_way() {
    a_jump_to_nowhere_is_explained();
}

/// A value that faults when it is shown.
struct Poison;

impl Display for Poison {
    fn fmt(&self, _: &mut Formatter) -> fmt::Result {
        a_read_of_nowhere_is_explained();
        Ok(())
    }
}

case!(a_fault_is_heard_though_the_console_is_locked, expect: Verdict::Panicked,
    says: "exception 14, page fault: a read of 0x555555555000");
/// `println!` holds the console's lock while a value is formatted.
fn a_fault_is_heard_though_the_console_is_locked() {
    println!("{Poison}");
}

case!(a_fault_in_a_panic_is_the_last, expect: Verdict::Panicked, says: "The panic message panicked.");
/// The message of the panic cannot be formatted.
fn a_fault_in_a_panic_is_the_last() {
    panic!("{Poison}");
}

//! Stacks: the one that overflows, and those of their own for what comes then.

use core::arch::asm;
use core::hint::black_box;

use bootloader_api::BootInfo;
use cairn::testing::{Action, Verdict};
use cairn::{case, print};
use x86_64::instructions::tables::{sgdt, sidt};
use x86_64::registers::segmentation::{CS, SS, Segment};

case!(the_tables_are_the_kernels_own);
/// The boot loader's lie in memory that is to be used for something else.
fn the_tables_are_the_kernels_own() {
    let kernel = 0xffff_ffff_8000_0000..;
    assert!(kernel.contains(&sgdt().base.as_u64()));
    assert!(kernel.contains(&sidt().base.as_u64()));
    assert_eq!((CS::get_reg().index(), SS::get_reg().index()), (1, 2));
}

/// Calls itself `depth` times, each time with so much more stack.
fn recurse(depth: u64) -> u64 {
    let used = black_box([depth; 64]);
    if depth == 0 {
        return used[0];
    }
    recurse(depth - 1) + used[63]
}

case!(a_deep_recursion_returns);
/// More than half of the stack may be used.
fn a_deep_recursion_returns() {
    assert_eq!(recurse(30), 30 * 31 / 2);
}

case!(a_stack_overflow_names_its_stack, expect: Verdict::Panicked,
    says: "exception 8, double fault: the boot stack of ");
/// There is no room for the page fault's frame, so a double fault comes.
fn a_stack_overflow_names_its_stack() {
    recurse(u64::MAX);
}

case!(a_double_fault_tells_the_way, expect: Verdict::Panicked,
    says: "\r\n  at 0x555555555000\r\n  at 0xffffffff8");
/// Though the stack pointer is of no use: frames are found from the frame pointer on.
fn a_double_fault_tells_the_way() {
    // SAFETY: it ends the machine.
    unsafe { asm!("mov rsp, {0}", "jmp {0}", in(reg) 0x5555_5555_5000_u64, options(noreturn)) };
}

case!(a_large_frame_cannot_jump_over_the_guard, expect: Verdict::Panicked,
    says: "double fault: the boot stack of ");
/// Rust touches each page of a frame, from above, before it uses any.
fn a_large_frame_cannot_jump_over_the_guard() {
    black_box([1_u8; 256 * 1024]);
}

case!(the_page_below_the_stack_is_missing(boot_info), expect: Verdict::Panicked,
    says: "exception 14, page fault: a read of ");
/// The lowest byte of the stack is there, the one below is not.
fn the_page_below_the_stack_is_missing(boot_info: &'static mut BootInfo) {
    let bottom = boot_info.kernel_stack_bottom as *const u8;
    // SAFETY: the first byte belongs to the stack; the second ends the machine.
    unsafe {
        black_box(bottom.read_volatile());
        black_box(bottom.sub(1).read_volatile());
    }
}

case!(a_spoilt_stack_pointer_is_reported, expect: Verdict::Panicked,
    says: "exception 8, double fault: another exception could not be delivered");
/// It points to no stack.
fn a_spoilt_stack_pointer_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("mov rsp, {}", "push rax", in(reg) 0x5555_5555_5000_u64, options(noreturn)) };
}

case!(a_spoilt_frame_pointer_is_reported, expect: Verdict::Panicked, says: "exception 6, invalid opcode: ");
/// The backtrace ends where the frames do.
fn a_spoilt_frame_pointer_is_reported() {
    // SAFETY: it ends the machine.
    unsafe { asm!("mov rbp, {}", "ud2", in(reg) 0x5555_5555_5000_u64, options(noreturn)) };
}

case!(a_machine_check_needs_no_stack, expect: Verdict::Panicked, says: "exception 18, machine check: ");
/// Its own is as good as any.
fn a_machine_check_needs_no_stack() {
    // SAFETY: it ends the machine.
    unsafe { asm!("xor esp, esp", "int 18", options(noreturn)) };
}

case!(an_nmi_needs_no_stack, expect: Verdict::Panicked,
    says: "exception 2, non-maskable interrupt: ",
    host: &[Action::nmi()], machine: "-bios bios-256k.bin");
/// It comes when it likes: here, while the stack pointer is 0. XON tells the host that
/// the kernel is ready for it. QEMU's qboot leaves the way of an NMI closed.
fn an_nmi_needs_no_stack() {
    print!("\u{11}");
    // SAFETY: it ends the machine.
    unsafe { asm!("xor esp, esp", "2: jmp 2b", options(noreturn)) };
}

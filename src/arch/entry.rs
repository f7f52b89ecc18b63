//! The way into the kernel when the processor is interrupted, and the way back.
//!
//! The processor pushes where it was, and for some vectors an error code, onto the
//! stack and jumps to the vector's stub (SDM, volume 3, section 7.14). All stubs
//! make the same [`Frame`] of it, on a stack that is aligned as Rust code expects:
//! the processor aligns it to 16 bytes before it pushes anything, and a frame has
//! 22 times 8 bytes.

use core::arch::naked_asm;

use super::alarm; // [time.3]
use super::exceptions;
use super::{irq, local_apic, pic}; // [interrupts]

// [interrupts..]
const FIRST_IRQ: u64 = pic::FIRST_VECTOR as u64;
const LAST_IRQ: u64 = FIRST_IRQ + pic::LINES as u64 - 1;
const ALARM: u64 = local_apic::ALARM as u64; // [time.3]
const ERROR: u64 = local_apic::ERROR as u64; // [apic.4]
const SPURIOUS: u64 = local_apic::SPURIOUS as u64;
// [..interrupts]

/// What was interrupted: all registers, as they were and as they will be again.
#[derive(Debug)]
#[repr(C)]
#[expect(missing_docs, reason = "the names are the registers'")]
pub struct Frame {
    pub r15: u64,
    pub r14: u64,
    pub r13: u64,
    pub r12: u64,
    pub r11: u64,
    pub r10: u64,
    pub r9: u64,
    pub r8: u64,
    pub rbp: u64,
    pub rdi: u64,
    pub rsi: u64,
    pub rdx: u64,
    pub rcx: u64,
    pub rbx: u64,
    pub rax: u64,
    /// Why: the number of the exception or interrupt.
    pub vector: u64,
    /// More about it; 0 for vectors that have no error code.
    pub error_code: u64,
    pub rip: u64,
    pub cs: u64,
    pub rflags: u64,
    pub rsp: u64,
    pub ss: u64,
}

/// Makes the stub of a vector and gives its address: `stub!(3)`, or
/// `stub!(14, error code)` where the processor pushes an error code.
macro_rules! stub {
    ($vector:literal) => {
        stub!($vector, "push 0")
    };
    ($vector:literal, error code) => {
        stub!($vector, "")
    };
    ($vector:literal, $fill:literal) => {{
        #[unsafe(naked)]
        extern "C" fn stub() {
            core::arch::naked_asm!(
                $fill,
                "push {vector}",
                "jmp {common}",
                vector = const $vector,
                common = sym $crate::arch::entry::common,
            )
        }
        x86_64::VirtAddr::from_ptr(stub as *const ())
    }};
}

pub(super) use stub;

/// What all stubs do: saves the registers that the processor does not save, calls
/// Rust code, restores them, and goes on where the processor was.
#[unsafe(naked)]
pub(super) extern "C" fn common() {
    naked_asm!(
        "push rax",
        "push rbx",
        "push rcx",
        "push rdx",
        "push rsi",
        "push rdi",
        "push rbp",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "cld", // Rust code expects string instructions to count up.
        "mov rdi, rsp",
        "call {dispatch}",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rbp",
        "pop rdi",
        "pop rsi",
        "pop rdx",
        "pop rcx",
        "pop rbx",
        "pop rax",
        "add rsp, 16", // the vector and the error code
        "iretq",
        dispatch = sym dispatch,
    )
}

/// Hands the frame to whoever is in charge of its vector.
extern "C" fn dispatch(frame: &mut Frame) {
    debug_assert!((&raw const *frame as usize).is_multiple_of(16));
    // [exceptions..interrupts] exceptions::handle(frame);
    // [interrupts]
    match frame.vector {
        vector @ FIRST_IRQ..=LAST_IRQ => irq::handle((vector - FIRST_IRQ) as u8),
        ALARM => alarm::receive(),            // [time.3]
        ERROR => local_apic::receive_error(), // [apic.4]
        SPURIOUS => {}
        _ => exceptions::handle(frame),
    }
}

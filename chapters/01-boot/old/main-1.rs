//! A program for a machine without an operating system.

#![no_std]
#![no_main]

use core::arch::global_asm;
use core::panic::PanicInfo;

/// What the program's addresses and its load addresses differ by, as in `kernel.ld`.
const BASE: u64 = 0xffff_ffff_8000_0000;

global_asm!(
    // The note: lengths of name and contents, type, name, contents. Type 18
    // means: here is the physical address of the 32-bit entry point.
    ".pushsection .note.pvh, \"a\", @note",
    ".balign 4",
    ".long 4, 4, 18",
    ".asciz \"Xen\"",
    ".long pvh_start - {base}",
    ".popsection",
    ".pushsection .text.pvh_start, \"ax\"",
    ".code32",
    ".global pvh_start",
    "pvh_start:",
    // Sends the text to the first serial port, byte by byte.
    "mov esi, offset greeting - {base}",
    "mov dx, 0x3f8",
    "2: lodsb",
    "test al, al",
    "jz 3f",
    "out dx, al",
    "jmp 2b",
    // Tells QEMU's exit device that all is well.
    "3: mov eax, 0x10",
    "mov dx, 0xf4",
    "out dx, eax",
    "4: hlt",
    "jmp 4b",
    ".popsection",
    ".pushsection .rodata.pvh_start, \"a\"",
    "greeting: .asciz \"Hello from 32 bits.\\n\"",
    ".popsection",
    base = const BASE,
);

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

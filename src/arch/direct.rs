//! Direct boot: from the 32-bit code that QEMU jumps to, to the kernel's entry point.
//!
//! QEMU puts the ELF file into memory and finds the first instruction through a
//! PVH note. The processor is then in protected mode, without paging, without a
//! stack, and register EBX points to PVH's start info
//! (Xen, `docs/misc/pvh.pandoc`).

use core::arch::global_asm;
use core::fmt::Write; // [boot.4]
use core::mem::MaybeUninit; // [boot.4]
use core::ops::Range; // [boot.4]

use bootloader_api::BootInfo; // [boot.4]

// [boot.4..serial] use super::console::Console;
use super::exit::{Status, exit}; // [boot.4]
use super::guard; // [double-faults]
use super::serial::SerialPort; // [serial]
use super::start_info::{Error, StartInfo}; // [boot.4]
use crate::memory_map::MemoryMap; // [boot.4]

/// What the kernel's addresses and its load addresses differ by, as in `kernel.ld`.
pub const BASE: u64 = 0xffff_ffff_8000_0000;

// [boot.4]
/// Where physical address 0 is mapped.
pub const PHYSICAL_MEMORY: u64 = 0xffff_8000_0000_0000;

// [boot.4]
/// So many bytes of physical memory are mapped: 4 GiB.
pub const MAPPED: u64 = 1 << 32;

// [boot.3]
/// Bytes of the stack on which the kernel starts: 64 KiB.
const STACK_SIZE: u64 = 64 * 1024;

// Bits of a page-table entry (Intel SDM, volume 3, section 5.5).
const PRESENT: u32 = 1 << 0;
const WRITABLE: u32 = 1 << 1;
const HUGE: u32 = 1 << 7;

/// Control register 4: entries of page tables are 8 bytes long (SDM, volume 3, section 2.5).
const CR4_PAE: u32 = 1 << 5;

/// The extended feature enable register (SDM, volume 3, section 2.2.1).
const EFER: u32 = 0xc000_0080;
/// EFER: long mode, as soon as paging is on.
const EFER_LME: u32 = 1 << 8;
/// EFER: page-table entries may forbid execution.
const EFER_NXE: u32 = 1 << 11;

/// Control register 0: protection, write protection for the kernel too, and paging.
const CR0_PE_WP_PG: u32 = 1 << 0 | 1 << 16 | 1 << 31;

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
    "mov ebp, ebx", // [boot.4]
    // Has this processor what a 64-bit kernel needs? CPUID's extended leaf 1
    // tells in EDX: bit 29 is long mode, bit 20 NX (SDM, volume 2, CPUID).
    "mov esi, offset no_long_mode - {base}",
    "mov eax, 0x80000000",
    "cpuid",
    "cmp eax, 0x80000001", // EAX: the last extended leaf that there is
    "jb refuse",
    "mov eax, 0x80000001",
    "cpuid",
    "bt edx, 29",
    "jnc refuse",
    "mov esi, offset no_nx - {base}",
    "bt edx, 20",
    "jnc refuse",
    // [frames.5..]
    // Is there memory up to the kernel's end? What is written elsewhere is lost.
    "mov esi, offset no_memory - {base}",
    "mov edi, offset kernel_end - 4 - {base}",
    "mov eax, [edi]",
    "not eax",
    "mov [edi], eax",
    "cmp [edi], eax",
    "jne refuse",
    "not dword ptr [edi]",
    // [..frames.5]
    // Level 2: 2048 huge pages of 2 MiB, the first 4 GiB of physical memory.
    "mov edi, offset level_2 - {base}",
    "mov eax, {present} + {writable} + {huge}",
    "2: mov [edi], eax",
    "add edi, 8",
    "add eax, 2 << 20",
    "jnc 2b", // until the address does not fit into 32 bits
    // Level 3: four tables of level 2 from address 0 on, and the first of them
    // once more at the kernel's addresses.
    "mov edi, offset level_3_low - {base}",
    "mov eax, offset level_2 - {base} + {present} + {writable}",
    "mov [level_3_high - {base} + 510 * 8], eax",
    "mov ecx, 4",
    "2: mov [edi], eax",
    "add edi, 8",
    "add eax, 4096",
    "loop 2b",
    // Level 4: what is at address 0 is also at 0xffff800000000000.
    "mov eax, offset level_3_low - {base} + {present} + {writable}",
    "mov [level_4 - {base}], eax",
    "mov [level_4 - {base} + 256 * 8], eax",
    "mov eax, offset level_3_high - {base} + {present} + {writable}",
    "mov [level_4 - {base} + 511 * 8], eax",
    // Long mode: PAE, the tables, the switch, then paging; and a jump to a
    // code segment of 64 bits (SDM, volume 3, section 11.8.5).
    "mov eax, {cr4_pae}",
    "mov cr4, eax",
    "mov eax, offset level_4 - {base}",
    "mov cr3, eax",
    "mov ecx, {efer}",
    "mov eax, {efer_lme} + {efer_nxe}",
    "xor edx, edx",
    "wrmsr",
    "mov eax, {cr0_pe_wp_pg}",
    "mov cr0, eax",
    "lgdt [gdt_pointer - {base}]",
    "ljmp 8, offset long_mode - {base}",
    // Says the text at ESI on COM1, and to the exit device that this machine
    // cannot be used.
    "refuse:",
    "mov dx, 0x3f8",
    "2: lodsb",
    "test al, al",
    "jz 3f",
    "out dx, al",
    "jmp 2b",
    "3: mov eax, 0x12",
    "mov dx, 0xf4",
    "out dx, eax",
    "4: hlt",
    "jmp 4b",
    ".code64",
    "long_mode:",
    "xor eax, eax", // In long mode data segments say nothing.
    "mov ds, eax",
    "mov es, eax",
    "mov ss, eax",
    "mov fs, eax",
    "mov gs, eax",
    // [boot.2..boot.3] "mov eax, 0x10",
    // [boot.2..boot.3] "mov dx, 0xf4",
    // [boot.2..boot.3] "out dx, eax",
    // [boot.3..]
    // Rust code needs a stack, and calls its first argument RDI (System V ABI).
    // A zero in RBP ends the chain of stack frames.
    "movabs rsp, offset boot_stack_top",
    "mov edi, ebp", // [boot.4]
    "xor ebp, ebp",
    // [boot.4..]
    "movabs rax, offset {boot_info}",
    "call rax",
    "mov rdi, rax",
    // [..boot.4]
    "movabs rax, offset _start",
    "call rax",
    // [..boot.3]
    "5: hlt",
    "jmp 5b",
    ".popsection",
    ".pushsection .rodata.pvh_start, \"a\"",
    "no_long_mode: .asciz \"cairn: cannot boot: this CPU has no long mode\\n\"",
    "no_memory: .asciz \"cairn: cannot boot: the kernel needs 4 MiB of memory\\n\"", // [frames.5]
    "no_nx: .asciz \"cairn: cannot boot: this CPU has no NX\\n\"",
    // The one segment that long mode asks for: 64-bit code, present.
    ".balign 8",
    "gdt: .quad 0, 0x00209a0000000000",
    "gdt_pointer: .word 15",
    ".long gdt - {base}",
    ".popsection",
    ".pushsection .bss.pvh_start, \"aw\", @nobits",
    ".balign 4096",
    "level_4: .skip 4096",
    "level_3_low: .skip 4096",
    ".global level_3_high", // [double-faults]
    "level_3_high: .skip 4096",
    "level_2: .skip 4 * 4096",
    // [double-faults..]
    ".global boot_guard",
    "boot_guard: .skip 4096",
    // [..double-faults]
    ".global boot_stack", // [boot.3]
    "boot_stack: .skip {stack_size}", // [boot.3]
    "boot_stack_top:", // [boot.3]
    ".popsection",
    base = const BASE,
    present = const PRESENT,
    writable = const WRITABLE,
    huge = const HUGE,
    cr4_pae = const CR4_PAE,
    efer = const EFER,
    efer_lme = const EFER_LME,
    efer_nxe = const EFER_NXE,
    cr0_pe_wp_pg = const CR0_PE_WP_PG,
    stack_size = const STACK_SIZE, // [boot.3]
    boot_info = sym boot_info, // [boot.4]
);

// [boot.4..]
static mut MEMORY_MAP: MemoryMap = MemoryMap::new();
static mut BOOT_INFO: MaybeUninit<BootInfo> = MaybeUninit::uninit();

/// Makes of PVH's start info what a boot loader hands over.
extern "C" fn boot_info(start_info: u64) -> &'static mut BootInfo {
    let (map, info) = (&raw mut MEMORY_MAP, &raw mut BOOT_INFO);
    // SAFETY: this function runs once, first, and on the only processor that
    // is awake, so these are the only references.
    let (map, info) = unsafe { (&mut *map, &mut *info) };
    // [double-faults..]
    // SAFETY: the tables are this file's, and nobody else runs.
    unsafe { guard::install() };
    // [..double-faults]
    match describe(start_info, map) {
        Ok(described) => info.write(described),
        Err(error) => {
            // [boot.4..serial] let _ = writeln!(Console, "cairn: cannot boot: {error}");
            // [serial..]
            // SAFETY: nobody else runs yet, or ever will.
            let mut port = unsafe { SerialPort::com1() };
            let _ = writeln!(port, "cairn: cannot boot: {error}");
            // [..serial]
            exit(Status::Unusable)
        }
    }
}

fn describe(start_info: u64, map: &'static mut MemoryMap) -> Result<BootInfo, Error> {
    let kernel = kernel();
    // SAFETY: QEMU gave the address, and nothing has been written to memory since but the kernel's own.
    let start_info = unsafe { StartInfo::read(start_info)? };
    // SAFETY: as above.
    unsafe { start_info.regions(map, kernel.clone())? };
    let mut info = BootInfo::new(map.as_mut_slice().into());
    info.physical_memory_offset = Some(PHYSICAL_MEMORY).into();
    info.rsdp_addr = start_info.rsdp().into();
    info.kernel_addr = kernel.start;
    info.kernel_len = kernel.end - kernel.start;
    info.kernel_stack_bottom = (&raw const boot_stack) as u64;
    info.kernel_stack_len = STACK_SIZE;
    Ok(info)
}

unsafe extern "C" {
    static kernel_start: u8;
    static kernel_end: u8;
    static boot_stack: u8;
}

/// The physical memory in which the kernel lies, its stack and page tables included.
fn kernel() -> Range<u64> {
    let physical = |symbol: *const u8| symbol as u64 - BASE;
    physical(&raw const kernel_start)..physical(&raw const kernel_end)
}
// [..boot.4]

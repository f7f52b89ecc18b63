//! The kernel's stacks: the one on which it starts, and those for the exceptions that
//! must not trust the stack that was interrupted.

use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering};

use bootloader_api::BootInfo;

/// Bytes of an emergency stack: enough to write a report.
const SIZE: usize = 16 * 1024;

/// Bytes of the page below a stack, which is not mapped.
const GUARD: u64 = 4096;

/// The vectors that have emergency stacks, and the names of the stacks.
const VECTORS: [usize; 3] = [2, 8, 18];
const NAMES: [&str; 3] = ["NMI stack", "double fault stack", "machine check stack"];

/// A stack grows downwards, from a page's end, and stops at a page that is not mapped.
#[repr(C, align(4096))]
struct Memory {
    guard: [u8; GUARD as usize],
    stack: [u8; SIZE],
}

impl Memory {
    const EMPTY: Self = Self {
        guard: [0; GUARD as usize],
        stack: [0; SIZE],
    };
}

static mut EMERGENCY: [Memory; NAMES.len()] = [Memory::EMPTY; NAMES.len()];

/// The lowest address of the stack on which the kernel starts, and its bytes.
static BOOT_STACK: (AtomicU64, AtomicU64) = (AtomicU64::new(0), AtomicU64::new(0));

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// What it is called.
    pub name: &'static str,
    /// Its addresses.
    pub memory: Range<u64>,
}

/// Remembers the stack that the boot loader made.
pub fn init(boot_info: &BootInfo) {
    let (bottom, len) = &BOOT_STACK;
    bottom.store(boot_info.kernel_stack_bottom, Ordering::Relaxed);
    len.store(boot_info.kernel_stack_len, Ordering::Relaxed);
}

/// The index in the task state segment of the stack that this vector has, if it has one
/// of its own.
pub fn of_vector(vector: usize) -> Option<u16> {
    let index = VECTORS.iter().position(|other| *other == vector);
    index.map(|index| index as u16)
}

/// Where the emergency stacks begin: at their highest addresses.
pub fn emergency_tops() -> [u64; NAMES.len()] {
    core::array::from_fn(|index| emergency(index).memory.end)
}

fn emergency(index: usize) -> Stack {
    let memory = &raw const EMERGENCY as u64 + (index * size_of::<Memory>()) as u64;
    let start = memory + GUARD;
    Stack {
        name: NAMES[index],
        memory: start..start + SIZE as u64,
    }
}

fn boot() -> Stack {
    let (bottom, len) = &BOOT_STACK;
    let bottom = bottom.load(Ordering::Relaxed);
    Stack {
        name: "boot stack",
        memory: bottom..bottom.saturating_add(len.load(Ordering::Relaxed)),
    }
}

/// All stacks.
pub fn all() -> impl Iterator<Item = Stack> {
    (0..NAMES.len()).map(emergency).chain([boot()])
}

/// The stack in which this address lies.
pub fn find(address: u64) -> Option<Stack> {
    all().find(|stack| stack.memory.contains(&address))
}

/// Whether this page is to stay unmapped, to stop a stack.
pub fn is_guard(page: u64) -> bool {
    all().any(|stack| stack.memory.start.checked_sub(GUARD) == Some(page))
}

/// The stack that has overflowed, if that is why nothing could be accessed at this address.
pub fn overflowed(address: u64) -> Option<Stack> {
    all().find(|stack| {
        let bottom = stack.memory.start;
        (bottom.saturating_sub(GUARD)..bottom).contains(&address)
    })
}

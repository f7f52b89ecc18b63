//! The interrupt descriptor table: for each vector, where its code is (SDM, volume 3,
//! section 7.10).

use x86_64::VirtAddr;
use x86_64::instructions::tables::lidt;
use x86_64::structures::DescriptorTablePointer;
use x86_64::structures::idt::{Entry, HandlerFunc};

use super::entry::stub;
use super::segments::Segments; // [double-faults.2]
use super::stacks; // [double-faults.2]
use super::{local_apic, pic}; // [interrupts]
use crate::reserved::Reserved;

/// Entries of the table, one for each vector.
const VECTORS: usize = 256;

type Table = [Entry<HandlerFunc>; VECTORS];

static TABLE: Reserved<Table> = Reserved::new([Entry::missing(); VECTORS]);

/// From now on exceptions are handled.
// [exceptions.2..double-faults.2] pub fn init() {
// [double-faults.2..]
pub fn init(_: &Segments) {
    // [..double-faults.2]
    let table = TABLE.take();
    for (vector, address) in exceptions().into_iter().enumerate() {
        // SAFETY: each stub expects what the processor does for its vector.
        // [exceptions.2..double-faults.2] unsafe { table[vector].set_handler_addr(address) };
        // [double-faults.2..]
        let options = unsafe { table[vector].set_handler_addr(address) };
        if let Some(stack) = stacks::of_vector(vector) {
            // SAFETY: no other vector has this stack.
            unsafe { options.set_stack_index(stack) };
        }
        // [..double-faults.2]
    }
    // [interrupts..]
    let others = interrupts().into_iter().enumerate();
    let others = others.map(|(line, address)| (usize::from(pic::FIRST_VECTOR) + line, address));
    let spurious = (usize::from(local_apic::SPURIOUS), stub!(255));
    let error = (usize::from(local_apic::ERROR), stub!(254)); // [apic.4]
    let alarm = (usize::from(local_apic::ALARM), stub!(253)); // [time.3]
    // [interrupts..apic.4] for (vector, address) in others.chain([spurious]) {
    // [apic.4..time.3] for (vector, address) in others.chain([spurious, error]) {
    // [time.3..]
    for (vector, address) in others.chain([spurious, error, alarm]) {
        // [..time.3]
        // SAFETY: as above.
        unsafe { table[vector].set_handler_addr(address) };
    }
    // [..interrupts]
    load(table);
}

/// The stubs of vectors 0 to 31. Which of them have an error code is in SDM,
/// volume 3, table 7-1.
fn exceptions() -> [VirtAddr; 32] {
    [
        stub!(0),
        stub!(1),
        stub!(2),
        stub!(3),
        stub!(4),
        stub!(5),
        stub!(6),
        stub!(7),
        stub!(8, error code),
        stub!(9),
        stub!(10, error code),
        stub!(11, error code),
        stub!(12, error code),
        stub!(13, error code),
        stub!(14, error code),
        stub!(15),
        stub!(16),
        stub!(17, error code),
        stub!(18),
        stub!(19),
        stub!(20),
        stub!(21, error code),
        stub!(22),
        stub!(23),
        stub!(24),
        stub!(25),
        stub!(26),
        stub!(27),
        stub!(28),
        stub!(29, error code),
        stub!(30, error code),
        stub!(31),
    ]
}

// [interrupts]
/// The stubs of the lines of the interrupt controllers.
fn interrupts() -> [VirtAddr; pic::LINES as usize] {
    [
        stub!(32),
        stub!(33),
        stub!(34),
        stub!(35),
        stub!(36),
        stub!(37),
        stub!(38),
        stub!(39),
        stub!(40),
        stub!(41),
        stub!(42),
        stub!(43),
        stub!(44),
        stub!(45),
        stub!(46),
        stub!(47),
    ]
}

fn load(table: &'static Table) {
    let pointer = DescriptorTablePointer {
        limit: (size_of::<Table>() - 1) as u16,
        base: VirtAddr::from_ptr(table),
    };
    // SAFETY: the table stays where it is for ever, and each of its entries is
    // missing or leads to a stub.
    unsafe { lidt(&pointer) };
}

//! The interrupt descriptor table: for each vector, where its code is (SDM, volume 3,
//! section 7.10).

use x86_64::VirtAddr;
use x86_64::instructions::tables::lidt;
use x86_64::structures::DescriptorTablePointer;
use x86_64::structures::idt::{Entry, HandlerFunc};

use super::entry::stub;
use crate::reserved::Reserved;

/// Entries of the table, one for each vector.
const VECTORS: usize = 256;

/// The vector of the instruction `int3`.
const BREAKPOINT: usize = 3;

type Table = [Entry<HandlerFunc>; VECTORS];

static TABLE: Reserved<Table> = Reserved::new([Entry::missing(); VECTORS]);

/// From now on breakpoints are handled.
pub fn init() {
    let table = TABLE.take();
    // SAFETY: the stub expects what the processor does for this vector.
    unsafe { table[BREAKPOINT].set_handler_addr(stub!(3)) };
    load(table);
}

fn load(table: &'static Table) {
    let pointer = DescriptorTablePointer {
        limit: (size_of::<Table>() - 1) as u16,
        base: VirtAddr::from_ptr(table),
    };
    // SAFETY: the table stays where it is for ever, and all entries but one
    // are missing.
    unsafe { lidt(&pointer) };
}

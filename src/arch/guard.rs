//! The guard page below the stack on which direct boot starts the kernel: a page
//! that is not mapped, so that a stack that overflows hits it, and nobody's data.
//!
//! On the other ways to boot, the boot loader leaves such a page.

use x86_64::PhysAddr;
use x86_64::registers::control::Cr3;
use x86_64::structures::paging::{PageTable, PageTableFlags};

use super::direct::BASE;
use crate::reserved::Reserved;

const PAGE: u64 = 4096;
const HUGE_PAGE: u64 = 2 << 20;

/// The kernel's own first GiB, in huge pages, and the one of them that is cut into pages.
static LEVEL_2: Reserved<PageTable> = Reserved::new(PageTable::new());
static LEVEL_1: Reserved<PageTable> = Reserved::new(PageTable::new());

unsafe extern "C" {
    static boot_guard: u8;
    static mut level_3_high: PageTable;
}

/// Unmaps the page where the kernel runs. Where physical memory is mapped, it stays.
///
/// # Safety
/// Direct boot has made the page tables, and nobody else changes them meanwhile.
pub unsafe fn install() {
    let guard = &raw const boot_guard as u64 - BASE;
    let (level_2, level_1) = (LEVEL_2.take(), LEVEL_1.take());
    let usual = PageTableFlags::PRESENT | PageTableFlags::WRITABLE;
    for (entry, start) in level_2.iter_mut().zip((0..).step_by(HUGE_PAGE as usize)) {
        entry.set_addr(PhysAddr::new(start), usual | PageTableFlags::HUGE_PAGE);
    }
    let cut = guard - guard % HUGE_PAGE;
    for (entry, start) in level_1.iter_mut().zip((cut..).step_by(PAGE as usize)) {
        entry.set_addr(PhysAddr::new(start), usual);
    }
    level_1[((guard - cut) / PAGE) as usize].set_unused();
    level_2[(cut / HUGE_PAGE) as usize].set_addr(physical(level_1), usual);
    let level_3 = &raw mut level_3_high;
    // SAFETY: the caller vouches that this is the only reference to the table,
    // and the new tables map all that was mapped, but for the guard page.
    unsafe { (&mut *level_3)[510].set_addr(physical(level_2), usual) };
    let (level_4, flags) = Cr3::read();
    // SAFETY: it is the same table. Writing it makes the processor forget what
    // it knows of the old ones.
    unsafe { Cr3::write(level_4, flags) };
}

/// Where a table of the kernel's lies in physical memory.
fn physical(table: &'static PageTable) -> PhysAddr {
    PhysAddr::new(&raw const *table as u64 - BASE)
}

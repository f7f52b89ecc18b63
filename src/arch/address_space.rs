//! The kernel's own page tables, in the place of those that a boot loader has left.
//!
//! What is not in them is not mapped: null is not, nor is the page below a stack. Nothing
//! is both writable and executable.

use x86_64::PhysAddr;
use x86_64::registers::control::{Cr0, Cr0Flags, Cr3, Cr3Flags, Efer, EferFlags};
use x86_64::structures::paging::mapper::MapToError;
use x86_64::structures::paging::{
    Mapper, OffsetPageTable, Page, PageSize, PageTable, PhysFrame, Size2MiB, Size4KiB,
};

use super::areas::{Area, Areas};
use super::mappings::Rights;
use super::memory::{Error, REACH};
use super::paging::Tables;
use super::stacks; // [frames.5]
use crate::memory::frames::{FRAME, Frames};

/// The kernel's page tables.
pub type KernelTables = OffsetPageTable<'static>;

/// Makes tables that map the areas to where they are in the `old` ones, and physical
/// memory to where it was.
///
/// # Errors
/// When frames run out, or two areas want one page.
pub fn build(frames: &mut Frames, old: &Tables, areas: &Areas) -> Result<KernelTables, Error> {
    let root = PhysAddr::new(frames.allocate()?.start());
    let offset = old.physical_memory();
    let table: *mut PageTable = (offset + root.as_u64()).as_mut_ptr();
    // SAFETY: the frame is mapped there, and it is ours. The table is valid once it is
    // empty, and the offset is that of physical memory.
    let mut tables = unsafe {
        table.write(PageTable::new());
        OffsetPageTable::new(&mut *table, offset)
    };
    map_physical_memory(&mut tables, frames)?;
    for area in areas {
        map_area(&mut tables, frames, old, area)?;
    }
    Ok(tables)
}

/// Has the processor use these tables, and obey them: the kernel, too, may not write to
/// what is read-only, nor execute what must not be.
///
/// # Safety
/// All that the kernel uses is mapped in them, where it is now.
pub unsafe fn enter(tables: &OffsetPageTable) {
    let root = &raw const *tables.level_4_table() as u64 - tables.phys_offset().as_u64();
    let root = PhysFrame::containing_address(PhysAddr::new(root));
    // SAFETY: the caller vouches for the tables. The other flags only forbid.
    unsafe {
        Efer::update(|flags| flags.insert(EferFlags::NO_EXECUTE_ENABLE));
        Cr0::update(|flags| flags.insert(Cr0Flags::WRITE_PROTECT));
        Cr3::write(root, Cr3Flags::empty());
    }
}

// [acpi]
/// Physical memory is mapped up to this address.
pub fn end_of_window(frames: &Frames) -> u64 {
    frames.end().max(REACH)
}

fn map_physical_memory(tables: &mut KernelTables, frames: &mut Frames) -> Result<(), Error> {
    // [frames.4..acpi] let end = frames.end().max(REACH);
    let end = end_of_window(frames); // [acpi]
    for start in (0..end).step_by(Size2MiB::SIZE as usize) {
        let frame = PhysFrame::<Size2MiB>::containing_address(PhysAddr::new(start));
        let page = Page::containing_address(tables.phys_offset() + start);
        map(tables, frames, page, frame, Rights::WRITE)?;
    }
    Ok(())
}

/// Maps the pages of an area that were mapped.
fn map_area(
    tables: &mut KernelTables,
    frames: &mut Frames,
    old: &Tables,
    area: &Area,
) -> Result<(), Error> {
    for page in area.pages() {
        let start = page.start_address();
        // [frames.5]
        if stacks::is_guard(start.as_u64()) {
            continue;
        }
        if let Some(physical) = old.translate(start) {
            let frame = PhysFrame::<Size4KiB>::containing_address(physical);
            map(tables, frames, page, frame, area.rights)?;
        }
    }
    Ok(())
}

/// Maps a page into tables that nobody uses yet.
fn map<S: PageSize>(
    tables: &mut KernelTables,
    frames: &mut Frames,
    page: Page<S>,
    frame: PhysFrame<S>,
    rights: Rights,
) -> Result<(), Error>
where
    KernelTables: Mapper<S>,
{
    // SAFETY: as long as the tables are not in use, nobody sees the page.
    match unsafe { tables.map_to(page, frame, rights.flags(), frames) } {
        Ok(flush) => flush.ignore(),
        Err(MapToError::FrameAllocationFailed) => {
            return Err(Error::TooLittle(frames.free_count() * FRAME));
        }
        // Areas that share a page, such as the boot info and the memory map, agree on it.
        Err(MapToError::PageAlreadyMapped(other)) if other == frame => {}
        Err(_) => return Err(Error::Overlap(page.start_address().as_u64())),
    }
    Ok(())
}

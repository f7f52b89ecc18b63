//! The kernel's memory: who has which frame, and what is mapped where.

use core::arch::x86_64::__cpuid;
use core::{fmt, slice};

use bootloader_api::BootInfo;

use super::address_space::{self, KernelTables};
use super::areas::Areas;
use super::paging::Tables;
use crate::lock::Lock;
use crate::memory::frames::{self, FRAME, Frames, OutOfFrames};
use crate::memory::regions::Regions;

/// Each way to boot has mapped so much physical memory at least: 4 GiB, in which devices
/// have their registers, too.
pub(super) const REACH: u64 = 1 << 32;

/// Bytes of free memory without which the kernel does not start: its own page tables
/// take a few, and there is to be something left.
pub const NEEDED: u64 = 1536 * 1024;

/// The kernel's memory.
pub struct Memory {
    /// Who has which frame.
    pub frames: Frames<'static>,
    /// What is mapped where.
    pub(super) tables: KernelTables,
}

/// Why the kernel has no memory to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Physical memory is not mapped.
    NotMapped,
    /// So many bytes are free.
    TooLittle(u64),
    /// This page would be mapped twice.
    Overlap(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NotMapped => out.write_str("physical memory is not mapped"),
            Self::TooLittle(free) => write!(
                out,
                "{} KiB of memory are free, and the kernel needs {} KiB",
                free / 1024,
                NEEDED / 1024
            ),
            Self::Overlap(page) => write!(out, "two things are to be mapped at {page:#x}"),
        }
    }
}

static MEMORY: Lock<Option<Memory>> = Lock::new("memory", None);

/// Begins with the allocator of all frames, and gives the kernel an address space of its own.
/// `areas` are what has to be mapped there.
///
/// # Errors
/// When there is too little memory, or the boot loader's word cannot be kept.
pub fn init(boot_info: &BootInfo, areas: &Areas) -> Result<(), Error> {
    let old = Tables::in_use(boot_info).ok_or(Error::NotMapped)?;
    let mut frames = frames(boot_info)?;
    reserve(&mut frames, &old, areas);
    let free = frames.free_count() * FRAME;
    if free < NEEDED {
        return Err(Error::TooLittle(free));
    }
    let tables = address_space::build(&mut frames, &old, areas)?;
    // SAFETY: all that the kernel uses is mapped as it was.
    unsafe { address_space::enter(&tables) };
    *MEMORY.lock() = Some(Memory { frames, tables });
    Ok(())
}

/// Does something with the memory; `None` as long as it has not begun.
pub fn with<R>(act: impl FnOnce(&mut Memory) -> R) -> Option<R> {
    MEMORY.lock().as_mut().map(act)
}

// [acpi]
/// The first physical address that is not mapped; `None` as long as memory has not begun.
pub fn end_of_window() -> Option<u64> {
    with(|memory| address_space::end_of_window(&memory.frames))
}

/// The memory that this machine has, as far as the boot loader's list can be believed.
pub fn regions(boot_info: &BootInfo) -> Regions<'_> {
    Regions::new(&boot_info.memory_regions, physical_limit())
}

/// The allocator of all frames that this machine has.
fn frames(boot_info: &BootInfo) -> Result<Frames<'static>, Error> {
    let regions = regions(boot_info);
    let offset = boot_info.physical_memory_offset.into_option();
    let offset = offset.ok_or(Error::NotMapped)?;
    let (place, count) = frames::plan(regions, REACH).ok_or(Error::TooLittle(0))?;
    // SAFETY: the place lies in memory that is mapped and that nobody uses; from now
    // on the allocator does. Any bytes are words.
    let words = unsafe {
        let start = (offset + place.start) as *mut u64;
        slice::from_raw_parts_mut(start, (place.end - place.start) as usize / size_of::<u64>())
    };
    let mut frames = Frames::new(count, words);
    for range in regions.usable(FRAME) {
        // SAFETY: the list vouches for it, but for the place, which is taken out again.
        unsafe { frames.add(range) };
    }
    frames.remove(place);
    Ok(frames)
}

/// The boot loader's list should not call usable what is in use. We make sure.
fn reserve(frames: &mut Frames, tables: &Tables, areas: &Areas) {
    tables.for_each_table(&mut |table| {
        frames.remove(table.as_u64()..table.as_u64() + FRAME);
    });
    let pages = areas.iter().flat_map(|area| area.pages());
    for start in pages.filter_map(|page| tables.translate(page.start_address())) {
        frames.remove(start.as_u64()..start.as_u64() + FRAME);
    }
}

/// Where physical addresses end on this processor (SDM, volume 2, CPUID, leaf 80000008H).
fn physical_limit() -> u64 {
    const SIZES: u32 = 0x8000_0008;
    let has_sizes = __cpuid(0x8000_0000).eax >= SIZES;
    let bits = if has_sizes {
        __cpuid(SIZES).eax as u8
    } else {
        36
    };
    1 << bits.min(52)
}

impl From<OutOfFrames> for Error {
    fn from(OutOfFrames { free, .. }: OutOfFrames) -> Self {
        Self::TooLittle(free * FRAME)
    }
}

//! The kernel's memory: who has which frame.

use core::arch::x86_64::__cpuid;
use core::{fmt, slice};

use bootloader_api::BootInfo;

use crate::lock::Lock;
use crate::memory::frames::{self, FRAME, Frames};
use crate::memory::regions::Regions;

/// Each way to boot has mapped so much physical memory at least: 4 GiB.
const REACH: u64 = 1 << 32;

/// The kernel's memory.
pub struct Memory {
    /// Who has which frame.
    pub frames: Frames<'static>,
}

/// Why the kernel has no memory to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Physical memory is not mapped.
    NotMapped,
    /// So many bytes are free.
    TooLittle(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NotMapped => out.write_str("physical memory is not mapped"),
            Self::TooLittle(free) => write!(out, "{} KiB of memory are too little", free / 1024),
        }
    }
}

static MEMORY: Lock<Option<Memory>> = Lock::new("memory", None);

/// Begins with the allocator of all frames.
///
/// # Errors
/// When there is too little memory, or the boot loader's word cannot be kept.
pub fn init(boot_info: &BootInfo) -> Result<(), Error> {
    let frames = frames(boot_info)?;
    *MEMORY.lock() = Some(Memory { frames });
    Ok(())
}

/// Does something with the memory; `None` as long as it has not begun.
pub fn with<R>(act: impl FnOnce(&mut Memory) -> R) -> Option<R> {
    MEMORY.lock().as_mut().map(act)
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

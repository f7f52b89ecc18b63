//! What QEMU tells a kernel that it boots directly: PVH's start info.
//!
//! Layout: Xen, `public/arch-x86/hvm/start_info.h`.

use core::fmt;
use core::ops::Range;

use bootloader_api::info::MemoryRegionKind;

use super::direct::{MAPPED, PHYSICAL_MEMORY};
use crate::memory_map::{CAPACITY, MemoryMap};

const MAGIC: u32 = 0x336e_c578;

/// The type of a memory region that is RAM; the numbers are those of E820.
const RAM: u32 = 1;

/// PVH's `hvm_start_info`, version 1. Addresses are physical.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct StartInfo {
    magic: u32,
    version: u32,
    flags: u32,
    module_count: u32,
    modules: u64,
    command_line: u64,
    rsdp: u64,
    memory_map: u64,
    memory_map_len: u32,
    reserved: u32,
}

/// PVH's `hvm_memmap_table_entry`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    start: u64,
    /// Bytes.
    size: u64,
    kind: u32,
    reserved: u32,
}

/// Why a start info is of no use.
pub enum Error {
    /// It begins with another number than PVH's.
    Magic(u32),
    /// It is of a version that has no memory map.
    Version(u32),
    /// A part of it lies at this physical address, where nothing is mapped.
    OutOfReach(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Magic(magic) => write!(out, "PVH's start info has magic number {magic:#x}"),
            Self::Version(version) => write!(
                out,
                "PVH's start info has version {version}, without a memory map"
            ),
            Self::OutOfReach(address) => {
                write!(out, "PVH's start info is out of reach, at {address:#x}")
            }
        }
    }
}

impl StartInfo {
    /// Reads the start info at this physical address.
    ///
    /// # Safety
    /// It is the address that the boot protocol gave, and what lies there is unchanged.
    pub unsafe fn read(address: u64) -> Result<Self, Error> {
        // SAFETY: the caller vouches for the address.
        let info: Self = unsafe { read(address)? };
        match info {
            Self { magic, .. } if magic != MAGIC => Err(Error::Magic(magic)),
            Self { version: 0, .. } => Err(Error::Version(0)),
            _ => Ok(info),
        }
    }

    /// The physical address of ACPI's root pointer, where firmware left one.
    pub fn rsdp(&self) -> Option<u64> {
        (self.rsdp != 0).then_some(self.rsdp)
    }

    /// Adds all regions of the machine to `map`, with the `taken` bytes as the loader's.
    /// More regions than fit are left out.
    ///
    /// # Safety
    /// As for [`read`](Self::read): what the start info points to is unchanged.
    pub unsafe fn regions(&self, map: &mut MemoryMap, taken: Range<u64>) -> Result<(), Error> {
        // A corrupt length must not keep the kernel busy.
        let len = u64::from(self.memory_map_len).min(CAPACITY as u64);
        for index in 0..len {
            let address = self
                .memory_map
                .saturating_add(index * size_of::<Entry>() as u64);
            // SAFETY: the caller vouches for the table.
            let Entry {
                start, size, kind, ..
            } = unsafe { read(address)? };
            let end = start.saturating_add(size);
            match kind {
                // [boot.4..frames.4] RAM => map.push_usable(start..end.min(MAPPED), taken.clone()),
                // [frames.4]
                RAM => map.push_usable(start..end, taken.clone()),
                other => map.push(start..end, MemoryRegionKind::UnknownBios(other)),
            }
        }
        Ok(())
    }
}

/// Reads a `T` from physical memory.
///
/// # Safety
/// The bytes there are a `T`.
unsafe fn read<T: Copy>(address: u64) -> Result<T, Error> {
    let out_of_reach = MAPPED - size_of::<T>() as u64;
    if address > out_of_reach {
        return Err(Error::OutOfReach(address));
    }
    let pointer = (PHYSICAL_MEMORY + address) as *const T;
    // SAFETY:
    // 1. All of physical memory below `MAPPED` is mapped at `PHYSICAL_MEMORY`.
    // 2. The caller vouches for what lies there. It need not be aligned.
    Ok(unsafe { pointer.read_unaligned() })
}

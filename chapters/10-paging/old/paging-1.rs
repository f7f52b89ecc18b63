//! The page tables in use: how the processor makes a physical address of a virtual
//! one (SDM, volume 3, section 5.5).

use core::fmt;
use core::iter;

use bootloader_api::BootInfo;
use x86_64::VirtAddr;
use x86_64::registers::control::Cr3;

/// The bit of an entry that leads somewhere.
const PRESENT: u64 = 1 << 0;

/// The bits of an entry that are a physical address.
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// The page tables that the processor uses.
pub struct Tables {
    /// Where the table of level 4 is.
    root: u64,
    /// Where physical memory is mapped.
    physical_memory: u64,
}

/// An entry of a page table.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The level of its table: 4 down to 1.
    pub level: u32,
    /// Its place in the table.
    pub index: u64,
    /// What it says.
    pub value: u64,
}

impl Tables {
    /// The tables that are in use now; `None` where physical memory is not mapped, so
    /// that nobody can read them.
    pub fn in_use(boot_info: &BootInfo) -> Option<Self> {
        Some(Self {
            root: Cr3::read_raw().0.start_address().as_u64(),
            physical_memory: boot_info.physical_memory_offset.into_option()?,
        })
    }

    /// The entries that the processor reads for this address, from level 4 downwards.
    /// The last one is that of the page, or of what is missing.
    pub fn walk(&self, address: VirtAddr) -> impl Iterator<Item = Entry> {
        let mut next = Some((4, self.root));
        iter::from_fn(move || {
            let (level, table) = next?;
            let index = address.as_u64() >> (3 + 9 * level) & 511;
            let entry = self.entry(table, level, index);
            next = entry.is_present().then_some((level - 1, entry.address()));
            next = next.filter(|(level, _)| *level > 0);
            Some(entry)
        })
    }

    /// The physical address behind a virtual one, if a page is mapped there.
    pub fn translate(&self, address: VirtAddr) -> Option<u64> {
        let entry = self.walk(address).last()?;
        let offset = address.as_u64() & 0xfff;
        entry.is_present().then_some(entry.address() | offset)
    }

    /// Reads an entry of a table.
    fn entry(&self, table: u64, level: u32, index: u64) -> Entry {
        let entries = (self.physical_memory + table) as *const u64;
        // SAFETY:
        // 1. The table is in use, so it lies in memory, and all of that is mapped there.
        // 2. Any eight bytes are an entry. Somebody may change it meanwhile, the
        //    processor for one: the access is volatile, and no reference is made.
        let value = unsafe { entries.add(index as usize).read_volatile() };
        Entry {
            level,
            index,
            value,
        }
    }
}

impl Entry {
    fn is_present(&self) -> bool {
        self.value & PRESENT != 0
    }

    fn address(&self) -> u64 {
        self.value & ADDRESS
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            level,
            index,
            value,
        } = self;
        write!(out, "level {level}, entry {index:3}: {value:#018x}")
    }
}

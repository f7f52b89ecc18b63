//! The page tables in use: how the processor makes a physical address of a virtual
//! one (SDM, volume 3, section 5.5).

use core::fmt;
use core::iter;

use bootloader_api::BootInfo;
use x86_64::VirtAddr;
use x86_64::registers::control::Cr3;

/// The bit of an entry that leads somewhere.
const PRESENT: u64 = 1 << 0;

/// The bit of an entry at level 2 or 3 that is a page's.
const HUGE: u64 = 1 << 7;

/// The bits of an entry that are a physical address.
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// The flags that are shown, with their names.
const NAMES: [(u64, &str); 8] = [
    (1 << 1, "writable"),
    (1 << 2, "user"),
    (1 << 3, "write-through"),
    (1 << 4, "no-cache"),
    (1 << 5, "accessed"),
    (1 << 6, "dirty"),
    (1 << 8, "global"),
    (1 << 63, "no-execute"),
];

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

/// What an entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: it is not present.
    Nothing,
    /// The table of the next level.
    Table(u64),
    /// A page.
    Page {
        /// Where it begins in physical memory.
        start: u64,
        /// Bytes: 4 KiB, 2 MiB or 1 GiB.
        size: u64,
    },
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
            next = match entry.target() {
                Target::Table(table) => Some((level - 1, table)),
                _ => None,
            };
            Some(entry)
        })
    }

    /// The physical address behind a virtual one, if a page is mapped there.
    pub fn translate(&self, address: VirtAddr) -> Option<u64> {
        match self.walk(address).last()?.target() {
            Target::Page { start, size } => Some(start + address.as_u64() % size),
            _ => None,
        }
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
    /// What it leads to.
    pub fn target(&self) -> Target {
        let size = 1 << (3 + 9 * self.level);
        let is_huge = matches!(self.level, 2 | 3) && self.value & HUGE != 0;
        let address = self.value & ADDRESS;
        if self.value & PRESENT == 0 {
            Target::Nothing
        } else if is_huge || self.level == 1 {
            // The lowest bit of a huge page's address is a flag (SDM, volume 3, section 5.5.4).
            let start = address - address % size;
            Target::Page { start, size }
        } else {
            Target::Table(address)
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            level,
            index,
            value,
        } = self;
        write!(out, "level {level}, entry {index:3}: {value:#018x}  ")?;
        match self.target() {
            Target::Nothing => return out.write_str("nothing"),
            Target::Table(start) => write!(out, "table at {start:#x}")?,
            Target::Page { start, size } => write!(out, "{} page at {start:#x}", Size(size))?,
        }
        let mut set = NAMES.iter().filter(|(flag, _)| value & flag != 0);
        set.try_for_each(|(_, name)| write!(out, ", {name}"))
    }
}

/// The size of a page, for people.
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self.0 {
            size if size >= 1 << 30 => write!(out, "{} GiB", size >> 30),
            size if size >= 1 << 20 => write!(out, "{} MiB", size >> 20),
            size => write!(out, "{} KiB", size >> 10),
        }
    }
}

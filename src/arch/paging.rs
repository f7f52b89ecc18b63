//! The page tables in use: how the processor makes a physical address of a virtual
//! one (SDM, volume 3, section 5.5).

use core::fmt;
use core::iter;

use bootloader_api::BootInfo;
use x86_64::registers::control::Cr3;
use x86_64::structures::paging::page_table::{PageTableEntry, PageTableLevel};
use x86_64::structures::paging::{PageTableFlags, PageTableIndex};
use x86_64::{PhysAddr, VirtAddr};

/// The flags that are shown, with their names.
const NAMES: [(PageTableFlags, &str); 8] = [
    (PageTableFlags::WRITABLE, "writable"),
    (PageTableFlags::USER_ACCESSIBLE, "user"),
    (PageTableFlags::WRITE_THROUGH, "write-through"),
    (PageTableFlags::NO_CACHE, "no-cache"),
    (PageTableFlags::ACCESSED, "accessed"),
    (PageTableFlags::DIRTY, "dirty"),
    (PageTableFlags::GLOBAL, "global"),
    (PageTableFlags::NO_EXECUTE, "no-execute"),
];

/// The page tables that the processor uses.
pub struct Tables {
    /// Where the table of level 4 is.
    pub(super) root: PhysAddr,
    /// Where physical memory is mapped.
    physical_memory: VirtAddr,
}

/// An entry of a page table.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The level of its table: 4 down to 1.
    pub level: PageTableLevel,
    /// Its place in the table.
    pub index: PageTableIndex,
    /// What it says.
    pub value: PageTableEntry,
}

/// What an entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: it is not present.
    Nothing,
    /// The table of the next level.
    Table(PhysAddr),
    /// A page.
    Page {
        /// Where it begins in physical memory.
        start: PhysAddr,
        /// Bytes: 4 KiB, 2 MiB or 1 GiB.
        size: u64,
    },
}

impl Tables {
    /// The tables that are in use now; `None` where physical memory is not mapped, so
    /// that nobody can read them.
    pub fn in_use(boot_info: &BootInfo) -> Option<Self> {
        let physical_memory = boot_info.physical_memory_offset.into_option()?;
        let physical_memory = VirtAddr::try_new(physical_memory).ok()?;
        // SAFETY: the processor uses them, and physical memory is mapped there.
        Some(unsafe { Self::new(Cr3::read().0.start_address(), physical_memory) })
    }

    /// The tables of which the one of level 4 is at the physical address `root`.
    ///
    /// # Safety
    /// 1. Whatever they lead to as a table is one, and lies in memory.
    /// 2. Physical memory is mapped at the virtual address `physical_memory`.
    pub unsafe fn new(root: PhysAddr, physical_memory: VirtAddr) -> Self {
        Self {
            root,
            physical_memory,
        }
    }

    // [frames.4]
    /// Where physical memory is mapped.
    pub(super) fn physical_memory(&self) -> VirtAddr {
        self.physical_memory
    }

    /// The entries that the processor reads for this address, from level 4 downwards.
    /// The last one is that of the page, or of what is missing.
    pub fn walk(&self, address: VirtAddr) -> impl Iterator<Item = Entry> {
        let mut next = Some((PageTableLevel::Four, self.root));
        iter::from_fn(move || {
            let (level, table) = next?;
            let entry = self.entry(table, level, address.page_table_index(level));
            next = match (entry.target(), level.next_lower_level()) {
                (Target::Table(table), Some(level)) => Some((level, table)),
                _ => None,
            };
            Some(entry)
        })
    }

    /// The physical address behind a virtual one, if a page is mapped there.
    pub fn translate(&self, address: VirtAddr) -> Option<PhysAddr> {
        match self.walk(address).last()?.target() {
            Target::Page { start, size } => Some(start + address.as_u64() % size),
            _ => None,
        }
    }

    /// Reads an entry of a table.
    pub(super) fn entry(
        &self,
        table: PhysAddr,
        level: PageTableLevel,
        index: PageTableIndex,
    ) -> Entry {
        let entries: *const PageTableEntry = (self.physical_memory + table.as_u64()).as_ptr();
        // SAFETY:
        // 1. The tables lie in memory, and all of that is mapped there, as `new` demands.
        // 2. Any eight bytes are an entry. Somebody may change it meanwhile, the
        //    processor for one: the access is volatile, and no reference is made.
        let value = unsafe { entries.add(usize::from(index)).read_volatile() };
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
        let flags = self.value.flags();
        let size = self.level.entry_address_space_alignment();
        if !flags.contains(PageTableFlags::PRESENT) {
            return Target::Nothing;
        }
        let ends = match self.level {
            PageTableLevel::One => true,
            PageTableLevel::Two | PageTableLevel::Three => {
                flags.contains(PageTableFlags::HUGE_PAGE)
            }
            PageTableLevel::Four => false,
        };
        match ends {
            // The lowest bit of a huge page's address is a flag (SDM, volume 3, section 5.5.4).
            true => Target::Page {
                start: self.value.addr().align_down(size),
                size,
            },
            false => Target::Table(self.value.addr()),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let flags = self.value.flags();
        let bits = self.value.addr().as_u64() | flags.bits();
        let (level, index) = (self.level as u8, u16::from(self.index));
        write!(out, "level {level}, entry {index:3}: {bits:#018x}  ")?;
        match self.target() {
            Target::Nothing => return out.write_str("nothing"),
            Target::Table(start) => write!(out, "table at {start:#x}")?,
            Target::Page { start, size } => write!(out, "{} page at {start:#x}", Size(size))?,
        }
        let mut set = NAMES.iter().filter(|(flag, _)| flags.contains(*flag));
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

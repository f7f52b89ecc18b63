//! All that is mapped, page after page and in ranges.

use core::fmt;

use x86_64::structures::paging::page_table::PageTableLevel;
use x86_64::structures::paging::{PageTableFlags, PageTableIndex};
use x86_64::{PhysAddr, VirtAddr};

use super::paging::{Entry, Size, Tables, Target};

/// What may be done with a page. All levels have a say: what one forbids is forbidden
/// (SDM, volume 3, section 5.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The kernel may write.
    pub write: bool,
    /// The kernel may execute.
    pub execute: bool,
    /// User code may do the same, and read.
    pub user: bool,
}

/// Pages side by side, of one size and with the same rights, whose memory lies side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Their first virtual address.
    pub start: VirtAddr,
    /// The physical one.
    pub physical: PhysAddr,
    /// Bytes of each.
    pub page: u64,
    /// How many there are.
    pub count: u64,
    /// What may be done with them.
    pub rights: Rights,
}

impl Rights {
    /// The kernel may read.
    pub const READ: Self = Self {
        write: false,
        execute: false,
        user: false,
    };

    /// The kernel may read and write.
    pub const WRITE: Self = Self {
        write: true,
        ..Self::READ
    };

    /// The kernel may read and execute.
    pub const EXECUTE: Self = Self {
        execute: true,
        ..Self::READ
    };

    const ALL: Self = Self {
        write: true,
        execute: true,
        user: true,
    };

    // [frames.3]
    /// The flags of an entry that gives these rights.
    pub fn flags(self) -> PageTableFlags {
        let mut flags = PageTableFlags::PRESENT;
        flags.set(PageTableFlags::WRITABLE, self.write);
        flags.set(PageTableFlags::NO_EXECUTE, !self.execute);
        flags.set(PageTableFlags::USER_ACCESSIBLE, self.user);
        flags
    }

    /// What remains after this entry.
    fn and(self, entry: &Entry) -> Self {
        let flags = entry.value.flags();
        Self {
            write: self.write && flags.contains(PageTableFlags::WRITABLE),
            execute: self.execute && !flags.contains(PageTableFlags::NO_EXECUTE),
            user: self.user && flags.contains(PageTableFlags::USER_ACCESSIBLE),
        }
    }
}

impl Mapping {
    /// Bytes.
    #[expect(clippy::len_without_is_empty, reason = "there is one page at least")]
    pub fn len(&self) -> u64 {
        self.page * self.count
    }

    /// Puts the pages behind these, if they go on there.
    fn extend(&mut self, next: &Self) -> bool {
        // Behind the last page of all there is no address.
        let goes_on = self.start.as_u64().checked_add(self.len()) == Some(next.start.as_u64())
            && self.physical.as_u64() + self.len() == next.physical.as_u64()
            && (self.page, self.rights) == (next.page, next.rights);
        if goes_on {
            self.count += next.count;
        }
        goes_on
    }
}

impl Tables {
    /// Calls `visit` for each page, in the order of addresses.
    pub fn for_each_page(&self, visit: &mut dyn FnMut(Mapping)) {
        let start = VirtAddr::zero();
        self.descend(self.root, PageTableLevel::Four, start, Rights::ALL, visit);
    }

    /// Calls `visit` for each range of pages.
    pub fn for_each_range(&self, mut visit: impl FnMut(&Mapping)) {
        let mut range: Option<Mapping> = None;
        self.for_each_page(&mut |page| {
            let goes_on = range.as_mut().is_some_and(|range| range.extend(&page));
            if !goes_on && let Some(ended) = range.replace(page) {
                visit(&ended);
            }
        });
        range.iter().for_each(visit);
    }

    // [frames.4]
    /// Calls `visit` with the physical address of each table.
    pub fn for_each_table(&self, visit: &mut dyn FnMut(PhysAddr)) {
        self.descend_tables(self.root, PageTableLevel::Four, visit);
    }

    // [frames.4]
    fn descend_tables(
        &self,
        table: PhysAddr,
        level: PageTableLevel,
        visit: &mut dyn FnMut(PhysAddr),
    ) {
        visit(table);
        let Some(lower) = level.next_lower_level() else {
            return;
        };
        for index in 0..512 {
            let entry = self.entry(table, level, PageTableIndex::new(index));
            if let Target::Table(table) = entry.target() {
                self.descend_tables(table, lower, visit);
            }
        }
    }

    fn descend(
        &self,
        table: PhysAddr,
        level: PageTableLevel,
        start: VirtAddr,
        rights: Rights,
        visit: &mut dyn FnMut(Mapping),
    ) {
        for index in 0..512 {
            let entry = self.entry(table, level, PageTableIndex::new(index));
            let rights = rights.and(&entry);
            let offset = u64::from(index) * level.entry_address_space_alignment();
            // The upper half of level 4 continues where addresses are canonical again.
            let start = VirtAddr::new_truncate(start.as_u64() + offset);
            match (entry.target(), level.next_lower_level()) {
                (Target::Table(table), Some(level)) => {
                    self.descend(table, level, start, rights, visit);
                }
                (
                    Target::Page {
                        start: physical,
                        size: page,
                    },
                    _,
                ) => visit(Mapping {
                    start,
                    physical,
                    page,
                    count: 1,
                    rights,
                }),
                _ => {}
            }
        }
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let last = self.start.as_u64() + (self.len() - 1);
        let (start, physical, count) = (self.start, self.physical, self.count);
        let (size, rights) = (Size(self.page), self.rights);
        write!(
            out,
            "{start:#018x} {last:#018x}  {physical:#12x}  {count:6} x {size}  {rights}"
        )
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let letter = |is, letter| if is { letter } else { '-' };
        let (write, execute) = (letter(self.write, 'w'), letter(self.execute, 'x'));
        write!(out, "r{write}{execute}{}", letter(self.user, 'u'))
    }
}

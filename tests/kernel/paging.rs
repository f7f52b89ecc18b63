//! The page tables: what we read there is what the processor does.

use core::hint::black_box;

use bootloader_api::BootInfo;
use cairn::arch::mappings::{Mapping, Rights};
use cairn::arch::paging::{Tables, Target};
use cairn::case;
use x86_64::registers::control::Cr3;
use x86_64::structures::paging::page_table::PageTableLevel;
use x86_64::structures::paging::{
    OffsetPageTable, PageTable, PageTableFlags, PageTableIndex, Translate,
};
use x86_64::{PhysAddr, VirtAddr};

fn tables(boot_info: &BootInfo) -> Tables {
    Tables::in_use(boot_info).expect("physical memory is mapped")
}

/// Where physical memory is mapped.
fn physical_memory(boot_info: &BootInfo) -> VirtAddr {
    let offset = boot_info.physical_memory_offset.into_option();
    VirtAddr::new(offset.expect("physical memory is mapped"))
}

fn address_of<T>(value: &T) -> VirtAddr {
    VirtAddr::from_ptr(&raw const *value)
}

case!(a_walk_ends_where_the_value_is(boot_info));
/// What is written at a virtual address is read at the physical one.
fn a_walk_ends_where_the_value_is(boot_info: &'static mut BootInfo) {
    let value = black_box(0x6361_6972_6e21_u64);
    let physical = tables(boot_info).translate(address_of(&value));
    let physical = physical.expect("the stack is mapped");
    let other: *const u64 = (physical_memory(boot_info) + physical.as_u64()).as_ptr();
    // SAFETY: physical memory is mapped there, and the value lives.
    assert_eq!(unsafe { other.read_volatile() }, value);
}

case!(a_walk_has_a_level_for_each_table(boot_info));
/// From 4 downwards; only the last entry leads to a page.
fn a_walk_has_a_level_for_each_table(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    let is_table = |target| matches!(target, Target::Table(_));
    let mut last = None;
    for (entry, level) in tables.walk(address_of(&tables)).zip((1..=4).rev()) {
        assert_eq!(entry.level as u64, level);
        assert!(last.is_none_or(is_table));
        last = Some(entry.target());
    }
    assert!(matches!(last, Some(Target::Page { .. })));
}

case!(what_is_not_mapped_leads_nowhere(boot_info));
/// Wherever the walk ends.
fn what_is_not_mapped_leads_nowhere(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    let nowhere = VirtAddr::new(0x5555_5555_5000);
    let last = tables.walk(nowhere).last().expect("there is a level 4");
    assert_eq!(last.target(), Target::Nothing);
    assert_eq!(tables.translate(nowhere), None);
}

/// Tables that no processor uses.
struct Own {
    level_4: PageTable,
    level_3: PageTable,
    level_2: PageTable,
    level_1: PageTable,
}

static mut OWN: Own = Own {
    level_4: PageTable::new(),
    level_3: PageTable::new(),
    level_2: PageTable::new(),
    level_1: PageTable::new(),
};

const TABLE: PageTableFlags = PageTableFlags::PRESENT.union(PageTableFlags::WRITABLE);
const HUGE: PageTableFlags = PageTableFlags::PRESENT.union(PageTableFlags::HUGE_PAGE);

/// In the upper half: a page of 1 GiB, two of 2 MiB, and some of 4 KiB.
fn own(boot_info: &BootInfo) -> (&'static mut Own, Tables) {
    let used = tables(boot_info);
    let own = &raw mut OWN;
    // SAFETY: a case runs once, and this is the only reference.
    let own = unsafe { &mut *own };
    let at = |table: &PageTable| used.translate(address_of(table)).expect("it is mapped");
    let (level_3, level_2, level_1) = (at(&own.level_3), at(&own.level_2), at(&own.level_1));
    own.level_4[256].set_addr(level_3, TABLE | PageTableFlags::USER_ACCESSIBLE);
    let gibibyte = PhysAddr::new(3 << 30);
    own.level_3[1].set_addr(gibibyte, HUGE | PageTableFlags::USER_ACCESSIBLE);
    own.level_3[2].set_addr(level_2, TABLE);
    own.level_2[3].set_addr(level_1, PageTableFlags::PRESENT);
    own.level_2[4].set_addr(PhysAddr::new(2 << 20), HUGE);
    // Bit 12 is a flag in the entry of a huge page.
    let start = PhysAddr::new((2 << 20) + 0x1000);
    let data = PageTableFlags::NO_EXECUTE | PageTableFlags::WRITABLE;
    own.level_2[511].set_addr(start, HUGE | data);
    small_pages(&mut own.level_1);
    let root = at(&own.level_4);
    // SAFETY: the tables are valid, and nobody changes them.
    let tables = unsafe { Tables::new(root, physical_memory(boot_info)) };
    (own, tables)
}

/// Pages of 4 KiB that have most in common with their neighbours, but never all.
fn small_pages(level_1: &mut PageTable) {
    let code = PageTableFlags::PRESENT;
    let data = code | PageTableFlags::NO_EXECUTE;
    for (index, start, flags) in [
        (0, 0x7000, data | PageTableFlags::WRITABLE),
        (5, 0x1000, code),
        (6, 0x2000, code),
        (7, 0x3000, data),                       // other rights
        (8, 0x9000, data),                       // memory elsewhere
        (9, 0xa000, PageTableFlags::NO_EXECUTE), // not present
        (511, 0x1f_f000, code),                  // before a huge page
    ] {
        level_1[index as usize].set_addr(PhysAddr::new(start), flags);
    }
}

case!(pages_have_three_sizes(boot_info));
/// An address of each, and what it is translated to.
fn pages_have_three_sizes(boot_info: &'static mut BootInfo) {
    let (_, tables) = own(boot_info);
    let translate = |address| {
        tables
            .translate(VirtAddr::new(address))
            .map(PhysAddr::as_u64)
    };
    assert_eq!(
        translate(0xffff_8000_7654_3210),
        Some(0xc000_0000 + 0x3654_3210)
    );
    assert_eq!(translate(0xffff_8000_bfe1_2345), Some(0x20_0000 + 0x1_2345));
    assert_eq!(translate(0xffff_8000_8060_0fff), Some(0x7fff));
    assert_eq!(translate(0xffff_8000_8060_1000), None);
    assert_eq!(translate(0xffff_8000_8000_0000), None);
    assert_eq!(translate(0), None);
}

case!(all_levels_have_a_say(boot_info));
/// The ranges, in order, with what may be done there.
fn all_levels_have_a_say(boot_info: &'static mut BootInfo) {
    let (_, tables) = own(boot_info);
    let user = Rights {
        execute: true,
        write: false,
        user: true,
    };
    let range = |start, physical, page, count, rights| Mapping {
        start: VirtAddr::new(start),
        physical: PhysAddr::new(physical),
        page,
        count,
        rights,
    };
    let mut expected = [
        range(0xffff_8000_4000_0000, 3 << 30, 1 << 30, 1, user),
        range(0xffff_8000_8060_0000, 0x7000, 4096, 1, Rights::READ),
        range(0xffff_8000_8060_5000, 0x1000, 4096, 2, Rights::EXECUTE),
        range(0xffff_8000_8060_7000, 0x3000, 4096, 1, Rights::READ),
        range(0xffff_8000_8060_8000, 0x9000, 4096, 1, Rights::READ),
        range(0xffff_8000_807f_f000, 0x1f_f000, 4096, 1, Rights::EXECUTE),
        range(0xffff_8000_8080_0000, 2 << 20, 2 << 20, 1, Rights::EXECUTE),
        range(0xffff_8000_bfe0_0000, 2 << 20, 2 << 20, 1, Rights::WRITE),
    ]
    .into_iter();
    tables.for_each_range(|range| assert_eq!(Some(range), expected.next().as_ref()));
    assert_eq!(expected.next(), None);
}

case!(the_last_page_of_all_is_a_page_too(boot_info));
/// Behind it there is no address.
fn the_last_page_of_all_is_a_page_too(boot_info: &'static mut BootInfo) {
    let (own, tables) = own(boot_info);
    let level_3 = own.level_4[256].addr();
    own.level_4[256].set_unused();
    own.level_4[511].set_addr(level_3, TABLE);
    own.level_3[510].set_addr(PhysAddr::new(0), HUGE);
    own.level_3[511].set_addr(PhysAddr::new(1 << 30), HUGE);
    let mut last = None;
    tables.for_each_range(|range| last = Some(range.clone()));
    let last = last.expect("something is mapped");
    assert_eq!(
        (last.start.as_u64(), last.count),
        (0xffff_ffff_8000_0000, 2)
    );
}

case!(the_crate_walks_the_same_way(boot_info), limit: 10_000);
/// Each page of the kernel's tables, and the one behind it.
fn the_crate_walks_the_same_way(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    let root = physical_memory(boot_info) + Cr3::read().0.start_address().as_u64();
    // SAFETY: the tables are in use, and while this reference lives nobody changes them
    // but the processor, for whose notes nobody asks.
    let other =
        unsafe { OffsetPageTable::new(&mut *root.as_mut_ptr(), physical_memory(boot_info)) };
    let mut pages = 0_u64;
    tables.for_each_range(|range| {
        let end = range.start.as_u64().wrapping_add(range.len());
        for address in [
            range.start,
            range.start + (range.len() - 1),
            VirtAddr::new_truncate(end),
        ] {
            assert_eq!(tables.translate(address), other.translate_addr(address));
        }
        pages += range.count;
    });
    assert!(pages > 100);
}

case!(the_crate_takes_any_small_page_for_present(boot_info));
/// Unless its entry is zero. The processor asks for one bit.
fn the_crate_takes_any_small_page_for_present(boot_info: &'static mut BootInfo) {
    let (own, tables) = own(boot_info);
    let missing = VirtAddr::new(0xffff_8000_8060_9000);
    assert_eq!(tables.translate(missing), None);
    // SAFETY: the tables are valid, and nobody else uses them from here on.
    let other = unsafe { OffsetPageTable::new(&mut own.level_4, physical_memory(boot_info)) };
    assert_eq!(other.translate_addr(missing), Some(PhysAddr::new(0xa000)));
}

case!(the_processor_takes_notes(boot_info));
/// Of a page that is written.
fn the_processor_takes_notes(boot_info: &'static mut BootInfo) {
    static mut VALUE: u64 = 0;
    let value = &raw mut VALUE;
    // SAFETY: a case runs once, and nobody else uses the value.
    unsafe { value.write_volatile(42) };
    let entry = tables(boot_info).walk(VirtAddr::from_ptr(value)).last();
    let flags = entry.expect("the value is mapped").value.flags();
    assert!(flags.contains(PageTableFlags::ACCESSED | PageTableFlags::DIRTY));
}

case!(a_level_has_its_index(boot_info));
/// Nine bits of the address for each level.
fn a_level_has_its_index(boot_info: &'static mut BootInfo) {
    let (_, tables) = own(boot_info);
    let mut walk = tables.walk(VirtAddr::new(0xffff_8000_8060_5123));
    for (level, index) in [
        (PageTableLevel::Four, 256),
        (PageTableLevel::Three, 2),
        (PageTableLevel::Two, 3),
        (PageTableLevel::One, 5),
    ] {
        let entry = walk.next().expect("the page is mapped");
        assert_eq!(
            (entry.level, entry.index),
            (level, PageTableIndex::new(index))
        );
    }
    assert!(walk.next().is_none());
}

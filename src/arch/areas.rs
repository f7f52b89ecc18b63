//! What the kernel needs to have mapped, and what it may do there.

use core::ops::Range;

use bootloader_api::BootInfo;
use x86_64::VirtAddr;
use x86_64::structures::paging::Page;

use super::mappings::Rights;

/// Virtual memory with one use.
#[derive(Clone, Debug)]
pub struct Area {
    /// What it is used for.
    pub name: &'static str,
    /// Its addresses; none if this machine has no such thing.
    pub memory: Range<u64>,
    /// What may be done there.
    pub rights: Rights,
}

impl Area {
    fn new(name: &'static str, memory: Range<u64>, rights: Rights) -> Self {
        Self {
            name,
            memory,
            rights,
        }
    }

    /// The pages that it touches.
    pub fn pages(&self) -> impl Iterator<Item = Page> + use<> {
        let page = |address| Page::containing_address(VirtAddr::new_truncate(address));
        let Range { start, end } = self.memory;
        let pages = (start < end).then(|| Page::range_inclusive(page(start), page(end - 1)));
        pages.into_iter().flatten()
    }
}

/// All areas, but for physical memory.
pub type Areas = [Area; 7];

/// The areas of the kernel that was started with this boot info. The framebuffer is
/// known as long as nobody has taken it.
pub fn all(boot_info: &BootInfo) -> Areas {
    unsafe extern "C" {
        static kernel_start: u8;
        static text_start: u8;
        static text_end: u8;
        static data_start: u8;
        static kernel_end: u8;
    }
    let stack = boot_info.kernel_stack_bottom;
    let framebuffer = boot_info.framebuffer.as_ref();
    [
        Area::new(
            "constants",
            &raw const kernel_start as u64..&raw const text_start as u64,
            Rights::READ,
        ),
        Area::new(
            "code",
            &raw const text_start as u64..&raw const text_end as u64,
            Rights::EXECUTE,
        ),
        Area::new(
            "data",
            &raw const data_start as u64..&raw const kernel_end as u64,
            Rights::WRITE,
        ),
        Area::new(
            "boot stack",
            stack..stack.saturating_add(boot_info.kernel_stack_len),
            Rights::WRITE,
        ),
        Area::new("boot info", bytes(boot_info), Rights::WRITE),
        Area::new(
            "memory map",
            bytes(&*boot_info.memory_regions),
            Rights::WRITE,
        ),
        Area::new(
            "framebuffer",
            framebuffer.map_or(0..0, |it| bytes(it.buffer())),
            Rights::WRITE,
        ),
    ]
}

/// Where a value is.
fn bytes<T: ?Sized>(value: &T) -> Range<u64> {
    let start = &raw const *value as *const u8 as u64;
    start..start + size_of_val(value) as u64
}

//! The global heap, from which `alloc`'s types get their memory. It grows by mapping
//! frames behind its end.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::{self, NonNull};

use linked_list_allocator::Heap as LinkedList;
use x86_64::VirtAddr;
use x86_64::structures::paging::{Page, PageSize, Size4KiB};

use crate::arch::mappings::Rights;
use crate::arch::memory;
use crate::lock::Lock;

/// Where it begins: in a part of the upper half that nobody else uses.
pub const START: u64 = 0xffff_c000_0000_0000;

/// So many bytes of addresses are kept for it: 1 TiB.
const ROOM: u64 = 1 << 40;

/// It grows by so many bytes at least.
const STEP: u64 = 64 * 1024;

/// An allocator needs no more than so many bytes for its books on one object, besides
/// what alignment takes.
const BOOKS: u64 = 64;

/// How the heap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Bytes that are mapped.
    pub size: usize,
    /// Bytes that are given out, with what they are rounded up by.
    pub used: usize,
    /// How many objects there are.
    pub objects: usize,
}

struct Heap {
    allocator: LinkedList,
    /// Bytes that are mapped.
    size: u64,
    objects: usize,
}

/// The heap behind its lock.
struct Global(Lock<Heap>);

#[global_allocator]
static HEAP: Global = Global(Lock::new("heap", Heap::new()));

/// How the heap is now.
pub fn state() -> State {
    HEAP.0.lock().state()
}

impl Heap {
    const fn new() -> Self {
        Self {
            allocator: LinkedList::empty(),
            size: 0,
            objects: 0,
        }
    }

    fn state(&self) -> State {
        State {
            size: self.size as usize,
            used: self.allocator.used(),
            objects: self.objects,
        }
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let memory = match self.allocator.allocate_first_fit(layout) {
            Ok(memory) => memory,
            Err(()) => self.allocate_behind(layout)?,
        };
        self.objects += 1;
        Some(memory)
    }

    /// Grows, and then allocates: behind the end there is room.
    fn allocate_behind(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        // No layout is larger than 2⁶³ bytes, so this cannot wrap around.
        let least = layout.size() as u64 + layout.align() as u64 + BOOKS;
        // Where there is no memory for a whole step, there may be some for this object.
        self.grow(least.max(STEP)).or_else(|| self.grow(least))?;
        self.allocator.allocate_first_fit(layout).ok()
    }

    /// # Safety
    /// As for [`GlobalAlloc::dealloc`].
    unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller vouches for both.
        unsafe { self.allocator.deallocate(memory, layout) };
        self.objects -= 1;
    }

    /// Maps so many bytes, or a little more, behind its end, if there are frames for all.
    fn grow(&mut self, bytes: u64) -> Option<()> {
        if bytes > ROOM - self.size {
            return None;
        }
        let bytes = bytes.next_multiple_of(Size4KiB::SIZE);
        let end = VirtAddr::new(START + self.size);
        let page = |address| Page::containing_address(address);
        let pages = Page::range_inclusive(page(end), page(end + (bytes - 1)));
        memory::with(|memory| memory.map_all(pages, Rights::WRITE))?.ok()?;
        // SAFETY: the pages are mapped, for ever, and nobody knows of them yet.
        unsafe { self.extend(bytes as usize) };
        Some(())
    }

    /// # Safety
    /// So many bytes behind its end are mapped, and nobody else's.
    unsafe fn extend(&mut self, bytes: usize) {
        let start = ptr::with_exposed_provenance_mut(START as usize);
        // SAFETY: the caller vouches for the memory, and `init` is called once.
        unsafe {
            match self.size {
                0 => self.allocator.init(start, bytes),
                _ => self.allocator.extend(bytes),
            }
        }
        self.size += bytes as u64;
    }
}

// SAFETY: what the allocator gives out fits the layout and is nobody else's. It does not
// unwind, for nothing in this kernel does.
unsafe impl GlobalAlloc for Global {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = self.0.lock().allocate(layout);
        memory.map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if let Some(memory) = NonNull::new(memory) {
            // SAFETY: the caller vouches for both.
            unsafe { self.0.lock().free(memory, layout) };
        }
    }
}

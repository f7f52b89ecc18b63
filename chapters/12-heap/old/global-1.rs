//! The global heap, from which `alloc`'s types get their memory.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::{self, NonNull};

use linked_list_allocator::Heap;
use log::warn;
use x86_64::VirtAddr;
use x86_64::structures::paging::Page;

use crate::arch::mappings::Rights;
use crate::arch::memory;
use crate::lock::Lock;

/// Where it begins: in a part of the upper half that nobody else uses.
pub const START: u64 = 0xffff_c000_0000_0000;

/// Its bytes: 100 KiB.
const SIZE: u64 = 100 * 1024;

/// The heap behind its lock.
struct Global(Lock<Heap>);

#[global_allocator]
static HEAP: Global = Global(Lock::new("heap", Heap::empty()));

/// Maps the heap. Without frames for it, there is none.
pub fn init() {
    let page = |address| Page::containing_address(VirtAddr::new(address));
    let pages = Page::range_inclusive(page(START), page(START + SIZE - 1));
    match memory::with(|memory| memory.map_all(pages, Rights::WRITE)) {
        Some(Ok(())) => {
            let start = ptr::with_exposed_provenance_mut(START as usize);
            // SAFETY: the pages are mapped, for ever, and nobody knows of them yet.
            unsafe { HEAP.0.lock().init(start, SIZE as usize) };
        }
        Some(Err(error)) => warn!("no heap: {error}"),
        None => warn!("no heap: the memory has not begun"),
    }
}

// SAFETY: what the allocator gives out fits the layout and is nobody else's. It does not
// unwind, for nothing in this kernel does.
unsafe impl GlobalAlloc for Global {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = self.0.lock().allocate_first_fit(layout);
        memory.map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if let Some(memory) = NonNull::new(memory) {
            // SAFETY: the caller vouches for both.
            unsafe { self.0.lock().deallocate(memory, layout) };
        }
    }
}

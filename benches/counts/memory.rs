//! Frames and pages.

use core::hint::black_box;

use bootloader_api::BootInfo;
use cairn::arch::mappings::Rights;
use cairn::arch::memory::{self, Memory};
use cairn::arch::paging::Tables;
use cairn::case;
use x86_64::VirtAddr;
use x86_64::structures::paging::Page;

use crate::{instructions, report};

fn with(act: impl FnOnce(&mut Memory)) {
    memory::with(act).expect("the memory has begun");
}

fn frame(memory: &mut Memory) {
    let frame = memory.frames.allocate().expect("one is free");
    memory.frames.free(black_box(frame));
}

case!(frames, machine: "-icount shift=0,sleep=off");
/// Of 128 MiB.
fn frames() {
    with(|memory| report("frame allocated and freed", instructions(|| frame(memory))));
}

case!(frames_of_64_gibibytes, limit: 10_000,
    machine: "-icount shift=0,sleep=off -m 64G -object memory-backend-ram,id=ram,size=64G,reserve=off -machine memory-backend=ram");
/// The same, of much more.
fn frames_of_64_gibibytes() {
    with(|memory| {
        report(
            "frame of 64 GiB allocated and freed",
            instructions(|| frame(memory)),
        )
    });
}

case!(pages, machine: "-icount shift=0,sleep=off");
/// Where the tables are there already.
fn pages() {
    let page = Page::containing_address(VirtAddr::new(0xffff_d000_0000_0000));
    with(|memory| {
        memory
            .map(page, Rights::WRITE)
            .expect("there are frames")
            .flush();
        let cost = instructions(|| {
            memory
                .map(page + 1, Rights::WRITE)
                .expect("there are frames")
                .flush();
            // SAFETY: it was mapped just now.
            unsafe { memory.free(page + 1) };
        });
        report("page mapped and unmapped", cost);
    });
}

case!(walk(boot_info), machine: "-icount shift=0,sleep=off");
/// All four levels.
fn walk(boot_info: &'static mut BootInfo) {
    let tables = Tables::in_use(boot_info).expect("physical memory is mapped");
    let address = VirtAddr::from_ptr(&raw const tables);
    let cost = instructions(|| _ = black_box(tables.translate(black_box(address))));
    report("page-table walk", cost);
}

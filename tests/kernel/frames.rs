//! Frames: each has one owner. And mapping: what is forbidden cannot be done.

use core::arch::x86_64::_rdtsc;
use core::hint::black_box;
use core::mem;
use core::ptr::null;

use bootloader_api::BootInfo;
use cairn::arch::mapper::Error;
use cairn::arch::mappings::Rights;
use cairn::arch::memory::{self, Memory};
use cairn::arch::paging::Tables;
use cairn::arch::{areas, exit, stacks};
use cairn::memory::frames::{FRAME, Frame};
use cairn::testing::Verdict;
use cairn::{case, println};
use x86_64::structures::paging::Page;
use x86_64::{PhysAddr, VirtAddr};

fn with<R>(act: impl FnOnce(&mut Memory) -> R) -> R {
    memory::with(act).expect("the memory has begun")
}

fn tables(boot_info: &BootInfo) -> Tables {
    Tables::in_use(boot_info).expect("physical memory is mapped")
}

/// The address at which a frame's memory is seen.
fn view(boot_info: &BootInfo, frame: &Frame) -> *mut u64 {
    let offset = boot_info.physical_memory_offset.into_option();
    (offset.expect("physical memory is mapped") + frame.start()) as *mut u64
}

/// A page where nothing is mapped: no boot loader uses this part of the upper half.
fn free_page() -> Page {
    Page::containing_address(VirtAddr::new(0xffff_d000_0000_0000))
}

case!(nothing_in_use_is_given_out(boot_info));
/// No table, no page of the kernel, nothing of the boot info, and nothing below 1 MiB.
fn nothing_in_use_is_given_out(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    with(|memory| {
        let is_free = |address: PhysAddr| memory.frames.has(address.as_u64());
        tables.for_each_table(&mut |table| assert!(!is_free(table)));
        for page in areas::all(boot_info).iter().flat_map(|area| area.pages()) {
            let physical = tables.translate(page.start_address());
            assert!(!physical.is_some_and(is_free), "{page:?}");
        }
        for low in (0..1 << 20).step_by(FRAME as usize) {
            assert!(!memory.frames.has(low));
        }
    });
}

case!(all_that_is_given_out_is_memory(boot_info), limit: 20_000);
/// Each frame, once, keeps what is written into it.
fn all_that_is_given_out_is_memory(boot_info: &'static mut BootInfo) {
    with(|memory| {
        let count = memory.frames.free_count();
        let mut last = 0;
        let mut given = 0;
        while let Ok(frame) = memory.frames.allocate() {
            assert!(frame.start() > last);
            last = frame.start();
            given += 1;
            let words = view(boot_info, &frame);
            // SAFETY: the frame is ours, and mapped there.
            (0..512).for_each(|index| unsafe { words.add(index).write(last) });
        }
        assert_eq!((given, memory.frames.free_count()), (count, 0));
        // SAFETY: all frames were given to us, and we look at the last one.
        let last = unsafe { Frame::from_start(last) };
        // SAFETY: as above.
        assert_eq!(unsafe { view(boot_info, &last).read() }, last.start());
        println!("{given} frames");
    });
}

case!(a_mapped_page_is_its_frame(boot_info));
/// What is written through the page is in the frame.
fn a_mapped_page_is_its_frame(boot_info: &'static mut BootInfo) {
    let page = free_page();
    with(|memory| {
        memory
            .map(page, Rights::WRITE)
            .expect("there are frames")
            .flush()
    });
    let start: *mut u64 = page.start_address().as_mut_ptr();
    // SAFETY: the page is mapped, and ours.
    unsafe { start.write_volatile(42) };
    let physical = tables(boot_info).translate(page.start_address());
    let physical = physical.expect("the page is mapped");
    assert!(!with(|memory| memory.frames.has(physical.as_u64())));
    // SAFETY: we look at our own frame.
    let frame = unsafe { Frame::from_start(physical.as_u64()) };
    // SAFETY: it is mapped there, too.
    assert_eq!(unsafe { view(boot_info, &frame).read_volatile() }, 42);
}

case!(an_unmapped_page_faults, expect: Verdict::Panicked,
    says: "page fault: a read of 0xffffd00000000000, which is not mapped");
/// Though it was read a moment before, so that the processor remembers it.
fn an_unmapped_page_faults() {
    let page = free_page();
    with(|memory| {
        memory
            .map(page, Rights::WRITE)
            .expect("there are frames")
            .flush()
    });
    let start: *const u64 = page.start_address().as_ptr();
    // SAFETY: the page is mapped, and ours.
    black_box(unsafe { start.read_volatile() });
    let free = with(|memory| memory.frames.free_count());
    // SAFETY: we have mapped it, and read it no more but to provoke the fault.
    with(|memory| unsafe { memory.free(page) });
    assert_eq!(with(|memory| memory.frames.free_count()), free + 1);
    // SAFETY: it ends the machine.
    black_box(unsafe { start.read_volatile() });
}

case!(a_page_that_is_not_flushed_lives_on);
/// That is why a flush is owed: the processor remembers what it has read. QEMU does, too.
fn a_page_that_is_not_flushed_lives_on() {
    let page = free_page();
    with(|memory| {
        memory
            .map(page, Rights::WRITE)
            .expect("there are frames")
            .flush()
    });
    let start: *mut u64 = page.start_address().as_mut_ptr();
    // SAFETY: the page is mapped, and ours.
    unsafe { start.write_volatile(42) };
    // SAFETY: nobody uses the page, but for the next line.
    let unmapped = with(|memory| unsafe { memory.unmap(page) }).expect("it is mapped");
    // SAFETY: nobody has the frame yet, so it does no harm where it works.
    assert_eq!(unsafe { start.read_volatile() }, 42);
    with(|memory| memory.frames.free(unmapped.flush()));
}

case!(a_page_is_mapped_once);
/// The second time is refused, and no frame is lost.
fn a_page_is_mapped_once() {
    let page = free_page();
    with(|memory| {
        memory
            .map(page, Rights::WRITE)
            .expect("there are frames")
            .flush();
        let free = memory.frames.free_count();
        let again = memory.map(page, Rights::READ).map(|flush| flush.flush());
        assert_eq!(again, Err(Error::Taken(page)));
        assert_eq!(memory.frames.free_count(), free);
    });
}

case!(what_is_not_mapped_cannot_be_unmapped);
/// Nor can a part of a huge page.
fn what_is_not_mapped_cannot_be_unmapped() {
    // SAFETY: nobody uses the page.
    assert!(with(|memory| unsafe { memory.unmap(free_page()) }).is_none());
}

/// Takes all frames but `left`, and has them linked through their first words.
fn hoard(boot_info: &BootInfo, memory: &mut Memory, left: u64) -> u64 {
    let mut list = 0;
    while memory.frames.free_count() > left {
        let frame = memory.frames.allocate().expect("some are free");
        // SAFETY: the frame is ours, and mapped there.
        unsafe { view(boot_info, &frame).write(list) };
        list = frame.start();
    }
    list
}

/// Gives the frames of such a list back.
fn release(boot_info: &BootInfo, memory: &mut Memory, mut list: u64) {
    while list != 0 {
        // SAFETY: the list has the frames that are ours.
        let frame = unsafe { Frame::from_start(list) };
        // SAFETY: as above.
        list = unsafe { view(boot_info, &frame).read() };
        memory.frames.free(frame);
    }
}

case!(mapping_many_pages_takes_all_or_nothing(boot_info), limit: 20_000);
/// Eight pages need eight frames and three tables. With fewer frames, for each number of
/// them, nothing is mapped and nothing is lost.
fn mapping_many_pages_takes_all_or_nothing(boot_info: &'static mut BootInfo) {
    let pages = Page::range_inclusive(free_page(), free_page() + 7);
    for left in 0..=11 {
        with(|memory| {
            let list = hoard(boot_info, memory, left);
            let mapped = memory.map_all(pages, Rights::WRITE);
            let free = memory.frames.free_count();
            match left {
                11 => assert_eq!((mapped, free), (Ok(()), 0)),
                _ => {
                    assert!(matches!(mapped, Err(Error::OutOfFrames(_))));
                    assert_eq!(free, left);
                }
            }
            release(boot_info, memory, list);
        });
        let last = tables(boot_info).translate(free_page().start_address());
        assert_eq!(last.is_some(), left == 11);
    }
}

case!(many_pages_are_mapped_around_nothing(boot_info));
/// Where one page in the middle is taken, it stays as it was, and the others stay free.
fn many_pages_are_mapped_around_nothing(boot_info: &'static mut BootInfo) {
    let (first, taken) = (free_page(), free_page() + 5);
    with(|memory| {
        memory
            .map(taken, Rights::READ)
            .expect("there are frames")
            .flush();
        let free = memory.frames.free_count();
        let pages = Page::range_inclusive(first, first + 7);
        assert_eq!(
            memory.map_all(pages, Rights::WRITE),
            Err(Error::Taken(taken))
        );
        assert_eq!(memory.frames.free_count(), free);
    });
    let tables = tables(boot_info);
    assert!(tables.translate(taken.start_address()).is_some());
    assert!(tables.translate(first.start_address()).is_none());
}

case!(nothing_is_writable_and_executable(boot_info), limit: 10_000);
/// No page of all that are mapped, huge or not; and only code is executable.
fn nothing_is_writable_and_executable(boot_info: &'static mut BootInfo) {
    let code = areas::all(boot_info)[1].memory.clone();
    let mut pages = 0_u64;
    tables(boot_info).for_each_page(&mut |page| {
        assert!(!page.rights.user, "{page}");
        assert!(!page.rights.execute || !page.rights.write, "{page}");
        assert!(
            !page.rights.execute || code.contains(&page.start.as_u64()),
            "{page}"
        );
        pages += 1;
    });
    assert!(pages > 1000);
}

case!(null_is_not_mapped(boot_info));
/// Nor is anything else in the first mebibyte of addresses.
fn null_is_not_mapped(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    for address in (0..1 << 20).step_by(FRAME as usize) {
        assert_eq!(tables.translate(VirtAddr::new(address)), None);
    }
}

case!(each_stack_ends_at_a_guard(boot_info));
/// The page below is not mapped; the stack is, as a whole.
fn each_stack_ends_at_a_guard(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    let is_mapped = |address| tables.translate(VirtAddr::new(address)).is_some();
    for stack in stacks::all() {
        assert!(!is_mapped(stack.memory.start - 1), "{}", stack.name);
        assert!(
            stack.memory.step_by(FRAME as usize).all(is_mapped),
            "{}",
            stack.name
        );
    }
    assert_eq!(stacks::all().count(), 4);
}

case!(code_cannot_be_written, expect: Verdict::Panicked,
    says: "exception 14, page fault: a write to 0xffffffff80");
/// Not even by the kernel.
fn code_cannot_be_written() {
    let function = exit::exit as *mut u8;
    // SAFETY: it ends the machine.
    unsafe { function.write_volatile(0xc3) };
}

case!(code_that_is_written_is_a_matter_of_rights, expect: Verdict::Panicked,
    says: ", which the page tables forbid");
/// The page is there.
fn code_that_is_written_is_a_matter_of_rights() {
    code_cannot_be_written();
}

case!(constants_cannot_be_written, expect: Verdict::Panicked, says: ", which the page tables forbid");
/// A string literal is one.
fn constants_cannot_be_written() {
    let text = black_box("granite").as_ptr().cast_mut();
    // SAFETY: it ends the machine.
    unsafe { text.write_volatile(b'G') };
}

/// Executes what lies there: a `ret`, if anything.
fn call(address: u64) {
    // SAFETY: it ends the machine, unless a protection is missing.
    let function: extern "C" fn() = unsafe { mem::transmute(address) };
    function();
}

case!(data_cannot_be_executed, expect: Verdict::Panicked,
    says: "exception 14, page fault: an instruction fetch from 0xffffffff80");
/// A variable that holds a `ret`.
fn data_cannot_be_executed() {
    static mut RET: u8 = 0xc3;
    call(black_box(&raw mut RET) as u64);
}

case!(the_stack_cannot_be_executed, expect: Verdict::Panicked,
    says: "exception 14, page fault: an instruction fetch from ");
/// Where attackers like to put code.
fn the_stack_cannot_be_executed() {
    let ret = black_box([0xc3_u8; 8]);
    call(&raw const ret as u64);
}

case!(constants_cannot_be_executed, expect: Verdict::Panicked,
    says: "exception 14, page fault: an instruction fetch from 0xffffffff80");
/// They are for reading.
fn constants_cannot_be_executed() {
    call(black_box(b"\xc3").as_ptr() as u64);
}

case!(physical_memory_cannot_be_executed(boot_info), expect: Verdict::Panicked,
    says: "exception 14, page fault: an instruction fetch from ");
/// The kernel's own code is there, too, under another address.
fn physical_memory_cannot_be_executed(boot_info: &'static mut BootInfo) {
    let frame = with(|memory| memory.frames.allocate()).expect("one is free");
    let start = view(boot_info, &frame);
    // SAFETY: the frame is ours.
    unsafe { start.write_volatile(0xc3) };
    call(start as u64);
}

case!(a_null_pointer_faults, expect: Verdict::Panicked,
    says: "exception 14, page fault: a read of 0x0, which is not mapped");
/// On each way to boot.
fn a_null_pointer_faults() {
    // SAFETY: it ends the machine.
    black_box(unsafe { black_box(null::<u8>()).read_volatile() });
}

case!(an_emergency_stack_has_a_guard, expect: Verdict::Panicked,
    says: "exception 14, page fault: a write to ");
/// Below it lies another one.
fn an_emergency_stack_has_a_guard() {
    let stack = stacks::all().nth(1).expect("there are four");
    let below = (stack.memory.start - 8) as *mut u64;
    // SAFETY: it ends the machine.
    unsafe { below.write_volatile(42) };
}

case!(the_kernel_takes_what_it_says);
/// Its own tables and bits fit into what it demands.
fn the_kernel_takes_what_it_says() {
    with(|memory| {
        let taken = memory.frames.total() - memory.frames.free_count();
        assert!(taken * FRAME <= memory::NEEDED, "{taken} frames");
    });
}

case!(memory_of_64_gibibytes_is_used(boot_info), limit: 10_000,
    machine: "-m 64G -object memory-backend-ram,id=ram,size=64G,reserve=off -machine memory-backend=ram");
/// Up to its end, beyond the hole below 4 GiB.
fn memory_of_64_gibibytes_is_used(boot_info: &'static mut BootInfo) {
    with(|memory| {
        assert!(memory.frames.free_count() > (63 << 30) / FRAME);
        let last = (60 << 30 >> 12, 1 << 30 >> 12);
        let run = memory
            .frames
            .allocate_run(last.0, last.1)
            .expect("60 GiB side by side");
        let end = run.memory().end - FRAME;
        memory.frames.free_run(run);
        // SAFETY: nobody has it, nor will have it as long as we hold the lock.
        let words = view(boot_info, &unsafe { Frame::from_start(end) });
        // SAFETY: it is mapped there.
        unsafe {
            words.write_volatile(42);
            assert_eq!(words.read_volatile(), 42);
        }
    });
}

/// How many instructions it takes to get a frame and to give it back.
fn cost(memory: &mut Memory) -> u64 {
    // SAFETY: every x86_64 has this counter.
    let start = unsafe { _rdtsc() };
    let frame = memory.frames.allocate().expect("one is free");
    memory.frames.free(frame);
    // SAFETY: as above.
    unsafe { _rdtsc() - start }
}

case!(no_frame_is_expensive, limit: 30_000,
    machine: "-icount shift=0,sleep=off -m 64G \
    -object memory-backend-ram,id=ram,size=64G,reserve=off -machine memory-backend=ram");
/// Of 64 GiB, the one in the middle is the last that is free. It takes a look at all
/// five levels, instead of one.
fn no_frame_is_expensive() {
    with(|memory| {
        let first = cost(memory);
        let middle = memory.frames.allocate_run(1, (32 << 30) / FRAME);
        for count in (0..24).rev().map(|power| 1 << power) {
            while memory.frames.allocate_run(count, 1).is_ok() {}
        }
        memory
            .frames
            .free_run(middle.expect("the middle is memory"));
        assert_eq!(memory.frames.free_count(), 1);
        let last = cost(memory);
        println!("the first frame: {first}, the last: {last}");
        assert!(last < first * 5, "{first}, then {last}");
    });
}

case!(memory_with_a_hole_is_used_on_both_sides, machine: "-m 3G");
/// Q35 moves what does not fit below 2 GiB above 4 GiB.
fn memory_with_a_hole_is_used_on_both_sides() {
    with(|memory| {
        assert!(memory.frames.has((2 << 30) - (64 << 20)));
        assert!(memory.frames.has((4 << 30) + (64 << 20)));
        assert!(!memory.frames.has(3 << 30));
    });
}

case!(two_nodes_are_one_memory, machine: "-smp 2 -m 128M -object memory-backend-ram,id=a,size=64M \
    -object memory-backend-ram,id=b,size=64M -numa node,memdev=a -numa node,memdev=b");
/// The list knows no difference.
fn two_nodes_are_one_memory() {
    assert!(with(|memory| memory.frames.free_count()) > (64 << 20) / FRAME);
}

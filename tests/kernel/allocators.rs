//! The allocators, with the memory of a machine.

use core::alloc::Layout;
use core::ptr::NonNull;

use cairn::case;
use cairn::heap::Allocator;
use cairn::heap::bump::Bump;
use cairn::heap::checked::Checked;
use cairn::heap::linked_list::LinkedList;
use cairn::heap::size_classes::SizeClasses;
use cairn::lock::Lock;
use cairn::testing::Verdict;
use cairn::testing::allocators::{Checker, Fault, Random};
use linked_list_allocator::Heap;

/// Bytes of memory for the allocators.
const SIZE: usize = 1024 * 1024;

static ARENA: Lock<[u8; SIZE]> = Lock::new("arena", [0; SIZE]);

/// Twenty thousand operations; meanwhile the memory grows from an odd address on.
fn use_well<A: Allocator>(make: fn() -> A) -> Result<(), Fault> {
    let mut arena = ARENA.lock();
    let mut random = Random::new(13);
    let mut checker = Checker::new(make, &mut arena[5..], 1000);
    for _ in 0..20_000 {
        checker.act(random.operation())?;
    }
    for _ in 0..10 {
        checker.exhaust(random.layout())?;
    }
    checker.finish()
}

case!(bump_serves_well, limit: 20_000);
/// It has memory again whenever nothing is left.
fn bump_serves_well() -> Result<(), Fault> {
    use_well(Bump::new)
}

case!(linked_list_serves_well, limit: 20_000);
/// What comes back is merged.
fn linked_list_serves_well() -> Result<(), Fault> {
    use_well(LinkedList::new)
}

case!(size_classes_serve_well, limit: 20_000);
/// What comes back is merged.
fn size_classes_serve_well() -> Result<(), Fault> {
    use_well(SizeClasses::new)
}

case!(borrowed_serves_well, limit: 20_000);
/// The crate's allocator does what ours do.
fn borrowed_serves_well() -> Result<(), Fault> {
    use_well(Heap::empty)
}

case!(checked_serves_well, limit: 20_000);
/// Who does nothing wrong notices nothing.
fn checked_serves_well() -> Result<(), Fault> {
    use_well(|| Checked::new(SizeClasses::new()))
}

/// The layout of the objects below.
const OBJECT: Layout = Layout::new::<[u64; 6]>();

/// Does something wrong with an object: it can be written through the pointer, and freed.
fn misuse(act: impl FnOnce(&mut Checked<SizeClasses>, NonNull<u8>)) {
    let mut arena = ARENA.lock();
    let mut heap = Checked::new(SizeClasses::new());
    // SAFETY: the lock is held as long as the heap is in use.
    unsafe { heap.extend(NonNull::from(&mut *arena).cast(), SIZE) };
    let object = heap.allocate(OBJECT).expect("there is room");
    act(&mut heap, object);
    while heap.allocate(OBJECT).is_some() {}
}

case!(freeing_twice_is_noticed, expect: Verdict::Panicked, says: "aligned to 8, were freed twice");
/// The second time.
fn freeing_twice_is_noticed() {
    // SAFETY: it is not: that is what is to be noticed.
    misuse(|heap, object| unsafe {
        heap.deallocate(object, OBJECT);
        heap.deallocate(object, OBJECT);
    });
}

case!(writing_after_the_free_is_noticed, expect: Verdict::Panicked, says: "were free when byte 40 was written");
/// When the memory is needed again.
fn writing_after_the_free_is_noticed() {
    // SAFETY: it is not: that is what is to be noticed.
    misuse(|heap, object| unsafe {
        heap.deallocate(object, OBJECT);
        object.add(40).write(1);
    });
}

case!(writing_past_the_end_is_noticed, expect: Verdict::Panicked, says: "end before byte 48, which was written");
/// When the object is freed.
fn writing_past_the_end_is_noticed() {
    // SAFETY: it is not: that is what is to be noticed.
    misuse(|heap, object| unsafe {
        object.add(48).write(1);
        heap.deallocate(object, OBJECT);
    });
}

case!(freeing_with_another_layout_is_noticed, expect: Verdict::Panicked, says: "were freed as 8, aligned to 8");
/// An array of numbers is not one number.
fn freeing_with_another_layout_is_noticed() {
    // SAFETY: it is not: that is what is to be noticed.
    misuse(|heap, object| unsafe { heap.deallocate(object, Layout::new::<u64>()) });
}

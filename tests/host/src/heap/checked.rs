//! The debug form: each misuse is noticed, and named.

use cairn::heap::bump::Bump;
use cairn::heap::checked::Checked;
use cairn::heap::linked_list::LinkedList;
use cairn::heap::misuse::{Misuse, Object};
use cairn::heap::size_classes::SizeClasses;

use super::*;

fn checked() -> Tried<Checked<SizeClasses>> {
    Tried::new(Checked::new(SizeClasses::new()), 4)
}

/// Writes to a byte counted from the start of an object.
fn write(object: NonNull<u8>, offset: isize) {
    // SAFETY: the tests keep to the arena, in which nobody else writes meanwhile.
    unsafe { object.offset(offset).write(7) };
}

#[test]
#[should_panic(expected = ", aligned to 8, were freed twice")]
fn freeing_twice() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    heap.free(object, layout(48, 8));
    heap.free(object, layout(48, 8));
}

#[test]
#[should_panic(expected = ", aligned to 8, were freed twice")]
fn freeing_twice_with_another_in_between() {
    let mut heap = checked();
    let [one, other] = [48; 2].map(|size| heap.get(layout(size, 8)));
    heap.free(one, layout(48, 8));
    heap.free(other, layout(48, 8));
    heap.free(one, layout(48, 8));
}

#[test]
#[should_panic(expected = ", aligned to 8, were freed as 47, aligned to 8")]
fn freeing_with_another_size() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    heap.free(object, layout(47, 8));
}

#[test]
#[should_panic(expected = ", aligned to 8, were freed as 48, aligned to 4")]
fn freeing_with_another_alignment() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    heap.free(object, layout(48, 4));
}

#[test]
#[should_panic(expected = ", aligned to 8, end before byte 48, which was written")]
fn writing_past_the_end() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    write(object, 48);
    heap.free(object, layout(48, 8));
}

#[test]
#[should_panic(expected = "end before byte 63, which was written")]
fn writing_far_past_the_end() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    write(object, 63);
    heap.free(object, layout(48, 8));
}

#[test]
#[should_panic(expected = "was freed, but no object starts there")]
fn writing_before_the_start() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    (-32..0).for_each(|offset| write(object, offset));
    heap.free(object, layout(48, 8));
}

#[test]
#[should_panic(expected = "were free when byte 47 was written")]
fn writing_after_the_free() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    heap.free(object, layout(48, 8));
    write(object, 47);
    while heap.allocate(layout(48, 8)).is_some() {}
}

#[test]
#[should_panic(expected = "were free when byte 0 was written")]
fn writing_after_the_free_while_there_is_room() {
    let mut heap = checked();
    let object = heap.get(layout(48, 8));
    heap.free(object, layout(48, 8));
    write(object, 0);
    for _ in 0..64 {
        let other = heap.get(layout(16, 8));
        heap.free(other, layout(16, 8));
    }
}

#[test]
fn what_waits_can_be_looked_through() {
    let mut heap = checked();
    let objects = [48; 3].map(|size| heap.get(layout(size, 8)));
    for object in objects {
        heap.free(object, layout(48, 8));
    }
    assert_eq!(heap.check(), Ok(()));
    write(objects[1], 20);
    let object = Object {
        address: objects[1].addr().get(),
        layout: layout(48, 8),
    };
    assert_eq!(heap.check(), Err(Misuse::WrittenAfterFree(object, 20)));
}

#[test]
fn the_address_is_named() {
    let object = Object {
        address: 0x5000,
        layout: layout(48, 16),
    };
    assert_eq!(
        Misuse::FreedTwice(object).to_string(),
        "48 bytes at 0x5000, aligned to 16, were freed twice"
    );
    assert_eq!(
        Misuse::NotGivenOut(0x5008).to_string(),
        "0x5008 was freed, but no object starts there"
    );
}

/// What was never given out, wherever it is.
#[test]
fn what_is_no_object_is_not_freed() {
    for offset in [0, 32, 40, 64, 4 * 4096 - 32, 4 * 4096, 5 * 4096] {
        let freed = std::panic::catch_unwind(|| {
            let mut heap = checked();
            let object = heap.get(layout(48, 8));
            let start = heap
                .arena
                .map_addr(|address| address.saturating_add(offset));
            assert_ne!(start, object);
            heap.free(start, layout(48, 8));
        });
        let panic = freed.expect_err("it is noticed");
        let message = panic.downcast_ref::<String>().expect("panics have text");
        assert!(message.ends_with("but no object starts there"), "{message}");
    }
}

/// Nothing that waits keeps memory from who needs it.
#[test]
fn memory_that_waits_is_had_when_there_is_no_other() {
    let mut heap = Tried::new(Checked::new(Bump::new()), 1);
    for size in [1000, 3000, 2000] {
        let object = heap.get(layout(size, 8));
        heap.free(object, layout(size, 8));
    }
}

/// A freed object is not given out next.
#[test]
fn memory_waits() {
    let mut heap = Tried::new(Checked::new(LinkedList::new()), 16);
    let first = heap.get(layout(48, 8));
    heap.free(first, layout(48, 8));
    for _ in 0..64 {
        let other = heap.get(layout(48, 8));
        assert_ne!(first, other);
        heap.free(other, layout(48, 8));
    }
    assert_eq!(heap.get(layout(48, 8)), first);
}

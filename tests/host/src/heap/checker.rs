//! The checker notices each fault: in an allocator that has it.

use cairn::heap::Usage;
use cairn::heap::linked_list::LinkedList;
use cairn::testing::allocators::{Checker, Fault, Operation};

use super::*;

/// What is wrong.
const ODD: u8 = 0;
const GREEDY: u8 = 1;
const GENEROUS: u8 = 2;
const CARELESS: u8 = 3;
const BOASTFUL: u8 = 4;
const FORGETFUL: u8 = 5;

/// An allocator with one of these flaws.
#[derive(Default)]
struct Flawed<const FLAW: u8> {
    inner: LinkedList,
    last: Option<NonNull<u8>>,
}

// SAFETY: it is none; the checker notices before harm is done.
unsafe impl<const FLAW: u8> Allocator for Flawed<FLAW> {
    const EMPTY: Self = Self {
        inner: LinkedList::new(),
        last: None,
    };

    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        let more = if FLAW == GREEDY { 2048 } else { 0 };
        // SAFETY: the arena below has more bytes than it says.
        unsafe { self.inner.extend(start, size + more) };
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let start = match self.last {
            Some(last) if FLAW == GENEROUS => last,
            _ => self.inner.allocate(layout)?,
        };
        let last = self.last.replace(start).filter(|_| FLAW == CARELESS);
        // SAFETY: the object before was larger than that.
        last.inspect(|last| unsafe { last.add(3).write(!last.add(3).read()) });
        Some(start.map_addr(|address| address | usize::from(FLAW == ODD)))
    }

    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        if FLAW != FORGETFUL || layout.size() != 800 {
            // SAFETY: it was allocated so.
            unsafe { self.inner.deallocate(start, layout) };
        }
    }

    fn usage(&self) -> Usage {
        let mut usage = self.inner.usage();
        if FLAW == BOASTFUL {
            usage.used = 0;
        }
        usage
    }
}

/// The fault that comes to light when there are two objects, of 800 bytes.
fn with_two<const FLAW: u8>() -> Option<Fault> {
    let mut arena = vec![0; 8192];
    let mut checker = Checker::new(Flawed::<FLAW>::default, &mut arena, 4096);
    let mut allocate = || checker.act(Operation::Allocate(layout(800, 8)));
    let tried = allocate().and_then(|()| allocate());
    tried.and_then(|()| checker.finish()).err()
}

/// The same with as many as there is room for.
fn with_many<const FLAW: u8>() -> Option<Fault> {
    let mut arena = vec![0; 8192];
    let mut checker = Checker::new(Flawed::<FLAW>::default, &mut arena, 4096);
    checker.exhaust(layout(800, 8)).err()
}

#[test]
fn a_wrong_alignment_is_noticed() {
    assert!(matches!(with_two::<ODD>(), Some(Fault::Misaligned(_))));
}

#[test]
fn memory_of_others_is_noticed() {
    assert!(matches!(with_many::<GREEDY>(), Some(Fault::Outside(_))));
}

#[test]
fn memory_given_out_twice_is_noticed() {
    assert!(matches!(with_two::<GENEROUS>(), Some(Fault::Overlap(..))));
}

#[test]
#[cfg_attr(miri, ignore = "Miri notices first")]
fn a_changed_object_is_noticed() {
    let fault = with_two::<CARELESS>();
    assert!(
        matches!(fault, Some(Fault::Changed(object, 3)) if object.number == 1),
        "{fault:?}"
    );
}

#[test]
fn a_wrong_count_is_noticed() {
    let fault = with_two::<BOASTFUL>();
    assert!(
        matches!(fault, Some(Fault::Miscounted(_, 800))),
        "{fault:?}"
    );
}

#[test]
fn lost_memory_is_noticed() {
    let fault = with_two::<FORGETFUL>();
    assert!(matches!(fault, Some(Fault::Lost { .. })), "{fault:?}");
    let (before, after) = (5, 0);
    assert_eq!(
        with_many::<FORGETFUL>(),
        Some(Fault::Lost { before, after })
    );
}

//! What holds of each allocator.

use cairn::heap::bump::Bump;
use cairn::heap::checked::Checked;
use cairn::heap::linked_list::LinkedList;
use cairn::heap::size_classes::SizeClasses;
use cairn::testing::allocators::{Checker, Fault, Operation};
use linked_list_allocator::Heap;

use super::*;

/// The bytes of an arena.
const ARENA: usize = if cfg!(miri) { 2 * 1024 } else { 64 * 1024 };

/// Operations of one test at most.
const OPERATIONS: usize = if cfg!(miri) { 40 } else { 300 };

/// Mostly small objects.
fn layouts() -> impl Strategy<Value = Layout> {
    let sizes = prop_oneof![6 => 0..100_usize, 3 => 0..1000_usize, 1 => 0..ARENA];
    let aligns = prop_oneof![6 => 0..7_u32, 1 => 7..13_u32];
    (sizes, aligns).prop_map(|(size, align)| layout(size, 1 << align))
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let operation = prop_oneof![
        12 => layouts().prop_map(Operation::Allocate),
        10 => any::<usize>().prop_map(Operation::Free),
        1 => (0..ARENA / 4).prop_map(Operation::Extend),
        1 => (0..64_usize).prop_map(Operation::Extend),
    ];
    prop::collection::vec(operation, 0..OPERATIONS)
}

/// An allocator gets its memory from an odd address on, and piece by piece.
fn use_all<A: Allocator>(
    make: fn() -> A,
    odd: usize,
    first: usize,
    operations: &[Operation],
) -> Result<(), Fault> {
    let mut arena = vec![0; ARENA];
    let mut checker = Checker::new(make, &mut arena[odd..], first);
    for operation in operations {
        checker.act(*operation)?;
    }
    checker.finish()
}

fn use_up<A: Allocator>(make: fn() -> A, layout: Layout) -> Result<usize, Fault> {
    let mut arena = vec![0; ARENA];
    let mut checker = Checker::new(make, &mut arena, ARENA);
    let count = checker.exhaust(layout)?;
    checker.finish()?;
    Ok(count)
}

fn refuses_absurd_sizes<A: Allocator>(make: fn() -> A) {
    let mut tried = Tried::new(make(), 2);
    for size in [8192 + 1, usize::MAX / 4, isize::MAX as usize - 63] {
        for align in [1, 64] {
            assert_eq!(tried.allocate(layout(size, align)), None);
        }
    }
    assert_eq!(tried.allocate(layout(isize::MAX as usize, 1)), None);
    assert_eq!(tried.allocate(layout(1, 1 << (usize::BITS - 2))), None);
    tried.get(layout(1000, 64));
}

/// The allocator's module, and how it is made.
macro_rules! tests {
    ($($module:ident: $make:expr;)*) => { $(
        mod $module {
            use super::*;

            proptest! {
                #![proptest_config(config())]

                /// Objects are aligned, apart, and unchanged; and all memory comes back.
                #[test]
                fn serves_well(odd in 0..40_usize, first in 96..1024_usize, operations in operations()) {
                    prop_assert_eq!(use_all($make, odd, first, &operations), Ok(()));
                }

                /// What was refused has changed nothing.
                #[test]
                fn survives_exhaustion(layout in layouts()) {
                    let count = use_up($make, layout);
                    prop_assert!(count.is_ok_and(|count| count > 0 || layout.size() + layout.align() > ARENA / 2),
                        "{count:?}");
                }
            }

            #[test]
            fn refuses_what_nobody_has() {
                refuses_absurd_sizes($make);
            }
        }
    )* };
}

tests! {
    bump: Bump::new;
    linked_list: LinkedList::new;
    size_classes: SizeClasses::new;
    borrowed: Heap::empty;
    checked_bump: || Checked::new(Bump::new());
    checked_linked_list: || Checked::new(LinkedList::new());
    checked_size_classes: || Checked::new(SizeClasses::new());
    checked_borrowed: || Checked::new(Heap::empty());
}

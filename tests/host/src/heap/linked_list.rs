//! The linked list.

use cairn::heap::linked_list::LinkedList;

use super::*;

#[test]
fn the_first_hole_is_filled() {
    let mut list = Tried::new(LinkedList::new(), 1);
    let objects = [100; 6].map(|size| list.get(layout(size, 4)));
    list.free(objects[3], layout(100, 4));
    list.free(objects[1], layout(100, 4));
    assert_eq!(list.get(layout(50, 4)), objects[1]);
    // What is left of the first hole is too small.
    assert_eq!(list.get(layout(100, 4)), objects[3]);
    let left = list.get(layout(48, 4));
    assert_eq!(list.offset(left), list.offset(objects[1]) + 64);
}

#[test]
fn the_gap_before_an_aligned_object_is_used() {
    let mut list = Tried::new(LinkedList::new(), 2);
    let first = list.get(layout(16, 1));
    let aligned = list.get(layout(16, 4096));
    assert_eq!([first, aligned].map(|it| list.offset(it)), [0, 4096]);
    let gap = list.get(layout(4080, 1));
    assert_eq!(list.offset(gap), 16);
}

#[test]
fn an_object_wastes_less_than_16_bytes() {
    let mut list = Tried::new(LinkedList::new(), 4);
    for size in 1..100 {
        let before = list.usage().used;
        list.get(layout(size, 1));
        assert_eq!(list.usage().used - before, size.next_multiple_of(16));
    }
}

proptest! {
    #![proptest_config(config())]

    /// Whatever the order in which neighbours are freed: all is one block then.
    #[test]
    fn neighbours_are_merged(order in Just([0, 1, 2, 3, 4, 5, 6, 7]).prop_shuffle()) {
        let mut list = Tried::new(LinkedList::new(), 1);
        let objects = [512; 8].map(|size| list.get(layout(size, 8)));
        prop_assert_eq!(list.usage().largest_free, Some(0));
        for number in order {
            list.free(objects[number], layout(512, 8));
        }
        prop_assert_eq!(list.usage().largest_free, Some(4096));
    }
}

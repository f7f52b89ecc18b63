//! The size classes.

use cairn::heap::size_classes::SizeClasses;

use super::*;

/// All of a page that an object can have: the rest are two headers.
const ALL: usize = 4096 - 32;

#[test]
fn a_page_is_one_object() {
    let mut classes = Tried::new(SizeClasses::new(), 1);
    assert_eq!(classes.usage().largest_free, Some(ALL + 16));
    assert_eq!(classes.allocate(layout(ALL + 1, 1)), None);
    let object = classes.get(layout(ALL, 16));
    assert_eq!(classes.usage().largest_free, Some(0));
    classes.free(object, layout(ALL, 16));
    assert_eq!(classes.usage().largest_free, Some(ALL + 16));
}

#[test]
fn the_gap_before_an_aligned_object_is_used() {
    let mut classes = Tried::new(SizeClasses::new(), 3);
    let aligned = classes.get(layout(16, 4096));
    assert_eq!(classes.offset(aligned), 4096);
    let gap = classes.get(layout(4096 - 32, 1));
    assert_eq!(classes.offset(gap), 16);
}

#[test]
fn little_pieces_are_put_together() {
    let mut classes = SizeClasses::new();
    let mut memory = vec![Page([0; 4096])];
    let start = NonNull::new(memory.as_mut_ptr()).expect("vectors have an address");
    for piece in 0..255 {
        // SAFETY: the memory stays, and the pieces follow on each other.
        unsafe { classes.extend(start.cast().add(piece * 16), 16) };
    }
    assert_eq!(classes.usage().size, 4080);
    assert_eq!(classes.usage().largest_free, Some(ALL));
}

proptest! {
    #![proptest_config(config())]

    /// Whatever the order in which neighbours are freed: all is one block then.
    #[test]
    fn neighbours_are_merged(order in Just([0, 1, 2, 3, 4, 5, 6, 7]).prop_shuffle()) {
        let mut classes = Tried::new(SizeClasses::new(), 1);
        let objects = [480; 8].map(|size| classes.get(layout(size, 8)));
        for number in order {
            classes.free(objects[number], layout(480, 8));
        }
        prop_assert_eq!(classes.usage().largest_free, Some(ALL + 16));
    }

    /// Also of what is cut out of something that was free.
    #[test]
    fn an_object_wastes_16_to_47_bytes(sizes in prop::collection::vec(16..500_usize, 0..30)) {
        let mut classes = Tried::new(SizeClasses::new(), 16);
        let mut previous = None;
        for size in sizes {
            let before = classes.usage().used;
            let object = classes.get(layout(size, 1));
            let waste = classes.usage().used - before - size;
            prop_assert!((16..48).contains(&waste), "{waste}");
            if let Some((object, size)) = previous.replace((object, size)) {
                classes.free(object, layout(size, 1));
            }
        }
    }

    /// What fits into a free block is found, though smaller ones come before it.
    #[test]
    fn nothing_is_refused_that_fits(size in 64..4000_usize, aligns: [u8; 2], less in 0..10_usize) {
        let [hole, wanted] = [(0, aligns[0]), (size * less / 64, aligns[1])]
            .map(|(less, align)| layout(size - less, 1 << (align % 10)));
        let mut classes = Tried::new(SizeClasses::new(), 4);
        let large = classes.get(hole);
        let small = layout(hole.size() * 9 / 10, 1);
        classes.get(small);
        let other = classes.get(small);
        while classes.allocate(layout(16, 1)).is_some() {}
        classes.free(large, hole);
        classes.free(other, small);
        // A gap has to have room for a block.
        let start = classes.offset(large);
        let aligned = start.next_multiple_of(wanted.align());
        let gap = if aligned - start == 16 { 16 + wanted.align() } else { aligned - start };
        let fits = gap + wanted.size() <= hole.size();
        prop_assert!(!fits || classes.allocate(wanted).is_some());
    }
}

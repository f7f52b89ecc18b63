//! The bump allocator.

use cairn::heap::bump::Bump;

use super::*;

#[test]
fn objects_lie_one_behind_the_other() {
    let mut bump = Tried::new(Bump::new(), 1);
    let offsets = [(1, 1), (10, 8), (3, 2), (64, 64)].map(|(size, align)| {
        let object = bump.get(layout(size, align));
        bump.offset(object)
    });
    assert_eq!(offsets, [0, 8, 18, 64]);
    assert_eq!(bump.usage().used, 128);
    assert_eq!(bump.usage().largest_free, Some(4096 - 128));
}

#[test]
fn the_last_object_comes_back_at_once() {
    let mut bump = Tried::new(Bump::new(), 1);
    let [_first, last] = [100, 200].map(|size| bump.get(layout(size, 4)));
    bump.free(last, layout(200, 4));
    assert_eq!(bump.usage().used, 100);
    assert_eq!(bump.get(layout(300, 4)), last);
}

#[test]
fn all_memory_comes_back_with_the_last_object() {
    let mut bump = Tried::new(Bump::new(), 1);
    let objects = [(); 4].map(|()| bump.get(layout(1024, 8)));
    assert_eq!(bump.allocate(layout(1, 1)), None);
    for object in objects {
        assert_eq!(bump.usage().used, 4096);
        bump.free(object, layout(1024, 8));
    }
    assert_eq!(bump.usage().used, 0);
    assert_eq!(bump.get(layout(4096, 4096)), objects[0]);
}

//! Differences between points.

use weave::diff;

use crate::fixture::Fixture;

#[test]
fn a_chapter_is_a_difference() {
    let course = Fixture::new().load();
    let point = |spec| course.point(spec).expect("a point");
    let diff =
        diff::chapter(&course, Some(point("boot.2")), point("boot.3")).expect("a difference");
    assert!(diff.starts_with(
        "diff --git a/src/main.rs b/src/main.rs\n--- a/src/main.rs\n+++ b/src/main.rs\n@@ "
    ));
    assert!(diff.contains("\n-    let _ = MESSAGE;\n+    screen::show(MESSAGE);\n"));
    assert!(diff.contains("diff --git a/src/screen.rs b/src/screen.rs\nnew file mode 100644\n--- /dev/null\n+++ b/src/screen.rs\n"));
    let back =
        diff::chapter(&course, Some(point("boot.3")), point("boot.2")).expect("a difference");
    assert!(back.contains("deleted file mode 100644\n--- a/src/screen.rs\n+++ /dev/null\n"));
    let first = diff::chapter(&course, None, point("boot.1")).expect("a difference");
    assert!(
        first.contains("+name = \"cairn\"")
            && !first.contains("Cargo.lock")
            && !first.contains("toolchain")
    );
    let none = diff::chapter(&course, Some(point("boot")), point("boot")).expect("a difference");
    assert_eq!(none, "");
}

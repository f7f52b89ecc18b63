//! The course that this tool is for.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use weave::{Course, Lines};

#[test]
fn the_repository_loads_and_every_point_weaves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let course = Course::load(&root).unwrap_or_else(|errors| panic!("{errors}"));
    for point in course.points() {
        course
            .weave(point, Lines::Kept)
            .unwrap_or_else(|error| panic!("{error}"));
        let tree = course
            .weave(point, Lines::Formatted)
            .unwrap_or_else(|error| panic!("{error}"));
        if !tree.files().contains_key("Cargo.toml") {
            continue;
        }
        let dir = TempDir::new().expect("a folder");
        tree.write(dir.path()).expect("written");
        let output = Command::new("cargo")
            .current_dir(dir.path())
            .args(["metadata", "--locked", "--offline", "--format-version", "1"])
            .output()
            .expect("cargo");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {message}", course.name(point));
    }
}

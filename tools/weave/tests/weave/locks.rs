//! The lock file: what cargo itself would write for the woven tree.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use weave::Lines;

use crate::fixture::{Fixture, text};

fn cargo(dir: &Path, arguments: &[&str]) {
    let output = Command::new("cargo")
        .current_dir(dir)
        .env_remove("CARGO_TARGET_DIR")
        .args(arguments)
        .output();
    let output = output.expect("cargo");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A crate in the vendored registry.
fn vendored(fixture: Fixture, name: &str, version: &str, rest: &str) -> Fixture {
    let folder = format!("vendor/{name}-{version}");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n{rest}"
    );
    let checksum = format!("{{\"files\":{{}},\"package\":\"{}\"}}", "5".repeat(64));
    fixture
        .file(&format!("{folder}/Cargo.toml"), &manifest)
        .file(&format!("{folder}/src/lib.rs"), "")
        .file(&format!("{folder}/.cargo-checksum.json"), &checksum)
}

const MANIFEST: &str = r#"# [boot]

[package]
name = "cairn"
version = "0.1.0"
edition = "2024"

[dependencies]
alpha = "1"
renamed = { package = "delta", version = "1" } # [boot.2]
# [never..]
gamma = "1"
# [..never]

[target.'cfg(windows)'.dev-dependencies]
beta = { workspace = true } # [boot.3]

[workspace]
members = [
    "tools/runner",
    # [never..]
    "tools/weave",
    # [..never]
]
resolver = "3"

[workspace.dependencies]
beta = "1"
"#;

/// Two versions of `beta`, of which the early trees need one.
fn course() -> Fixture {
    let fixture = Fixture::new();
    let fixture = vendored(fixture, "alpha", "1.0.0", "[dependencies]\nbeta = \"1\"\n");
    let fixture = vendored(fixture, "beta", "1.0.0", "");
    let fixture = vendored(fixture, "beta", "2.0.0", "");
    let fixture = vendored(fixture, "gamma", "1.0.0", "[dependencies]\nbeta = \"2\"\n");
    let fixture = vendored(fixture, "delta", "1.0.0", "[dependencies]\nbeta = \"2\"\n");
    let vendor = fixture
        .root()
        .join("vendor")
        .to_string_lossy()
        .replace('\\', "/");
    let config = format!(
        "[source.crates-io]\nreplace-with = \"vendor\"\n\n[source.vendor]\ndirectory = \"{vendor}\"\n"
    );
    let member = |name: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{rest}"
        )
    };
    let fixture = fixture
        .file(".cargo/config.toml", &config)
        .file(
            "tools/runner/Cargo.toml",
            &member("runner", "alpha = \"1\"\n"),
        )
        .file("tools/runner/src/lib.rs", "")
        .file(
            "tools/weave/Cargo.toml",
            &member(
                "weave",
                "delta = \"1\"\nrunner = { path = \"../runner\" }\n",
            ),
        )
        .file("tools/weave/src/lib.rs", "")
        .file("Cargo.toml", MANIFEST)
        .without("Cargo.lock");
    cargo(fixture.root(), &["generate-lockfile", "--offline"]);
    fixture
}

#[test]
fn it_is_what_cargo_would_write() {
    let fixture = course();
    let course = fixture.load();
    for point in course.points() {
        let dir = TempDir::new().expect("a folder");
        let tree = course.weave(point, Lines::Formatted).expect("a tree");
        tree.write(dir.path()).expect("written");
        cargo(
            dir.path(),
            &["metadata", "--locked", "--offline", "--format-version", "1"],
        );
        let lock = dir.path().join("Cargo.lock");
        fs::remove_file(&lock).expect("removed");
        cargo(dir.path(), &["generate-lockfile", "--offline"]);
        assert_eq!(
            fs::read_to_string(&lock).expect("a lock"),
            text(&tree, "Cargo.lock"),
            "{}",
            course.name(point)
        );
    }
    let first = course
        .weave(course.points()[0], Lines::Formatted)
        .expect("a tree");
    assert!(text(&first, "Cargo.lock").contains("dependencies = [\n \"beta\",\n]"));
    assert!(!text(&first, "Cargo.lock").contains("weave"));
    let second = course
        .weave(course.points()[1], Lines::Formatted)
        .expect("a tree");
    assert!(text(&second, "Cargo.lock").contains(" \"beta 2.0.0\",\n"));
}

#[test]
fn a_package_that_is_not_locked_is_named() {
    let fixture = course().with(
        "Cargo.toml",
        "alpha = \"1\"\n",
        "alpha = \"1\"\n# [boot..boot.3] omega = \"1\"\n",
    );
    let course = fixture.load();
    let error = course
        .weave(course.points()[0], Lines::Formatted)
        .expect_err("not locked")
        .to_string();
    assert!(
        error.starts_with(
            "Cargo.toml:10: this tree needs the package `omega`, but Cargo.lock does not have it"
        ),
        "{error}"
    );
    let fixture = fixture.with("Cargo.lock", "name = \"runner\"", "name = \"walker\"");
    let course = fixture.load();
    let error = course
        .weave(course.points()[4], Lines::Formatted)
        .expect_err("no member")
        .to_string();
    assert!(
        error.contains("`runner`") && error.contains("cargo generate-lockfile"),
        "{error}"
    );
}

#[test]
fn a_member_that_the_tree_lacks_is_named() {
    let fixture = course().with(
        "Cargo.toml",
        "    # [never..]\n    \"tools/weave\",\n    # [..never]\n",
        "    \"tools/weave\",\n",
    );
    let course = fixture.load();
    let error = course
        .weave(course.points()[0], Lines::Formatted)
        .expect_err("no member")
        .to_string();
    assert!(error.starts_with("Cargo.toml:"), "{error}");
    assert!(
        error.contains("the workspace needs tools/weave/Cargo.toml"),
        "{error}"
    );
}

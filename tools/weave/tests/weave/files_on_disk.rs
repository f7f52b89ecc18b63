//! Writing trees: whose files they are, and what an interruption leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;
use weave::Tree;

use crate::fixture::Fixture;

const MANIFEST: &str = "target/weave.manifest";

/// All files below a folder with their times and texts, `target` aside.
pub fn listing(dir: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(listing(&path));
        } else if path.is_file() {
            let time = path
                .metadata()
                .and_then(|data| data.modified())
                .expect("a time");
            found.insert(path.clone(), (time, fs::read(path).expect("a text")));
        }
    }
    found
}

/// Whether a folder holds exactly the files of a tree.
fn holds(dir: &Path, tree: &Tree) -> bool {
    let there = listing(dir);
    let wanted = tree
        .files()
        .iter()
        .map(|(path, file)| (dir.join(path), file.text.clone()));
    let there: BTreeMap<_, _> = there
        .into_iter()
        .map(|(path, (_, text))| (path, text))
        .collect();
    there == wanted.collect::<BTreeMap<_, _>>()
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

#[test]
fn a_tree_is_written_and_replaced() {
    let (fixture, dir) = (Fixture::new(), folder());
    let dir = dir.path().join("new").join("folder");
    let last = fixture.weave("serial");
    let written = last.write(&dir).expect("written");
    assert_eq!(written.changed.len(), last.files().len());
    assert!(holds(&dir, &last));
    let first = fixture.weave("boot.1");
    let written = first.write(&dir).expect("written");
    assert_eq!(written.removed, ["src/screen.rs", "src/serial.rs"]);
    assert_eq!(written.changed, ["src/main.rs"]);
    assert!(holds(&dir, &first));
}

#[test]
fn writing_twice_touches_nothing() {
    let (fixture, dir) = (Fixture::new(), folder());
    let tree = fixture.weave("boot");
    tree.write(dir.path()).expect("written");
    let before = (listing(dir.path()), listing(&dir.path().join("target")));
    let written = tree.write(dir.path()).expect("written");
    assert!(written.changed.is_empty() && written.removed.is_empty());
    assert_eq!(
        before,
        (listing(dir.path()), listing(&dir.path().join("target")))
    );
}

#[test]
fn a_folder_of_others_is_left_alone() {
    let (fixture, dir) = (Fixture::new(), folder());
    fs::write(dir.path().join("notes"), "mine").expect("a file");
    let error = fixture
        .weave("boot.1")
        .write(dir.path())
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("is not empty and was not written by a weave"),
        "{error}"
    );
    assert_eq!(listing(dir.path()).len(), 1);
    assert!(!dir.path().join("target").exists());
}

#[test]
fn edited_files_are_never_overwritten() {
    let (fixture, dir) = (Fixture::new(), folder());
    fixture.weave("boot.2").write(dir.path()).expect("written");
    fs::write(dir.path().join("src/main.rs"), "fn mine() {}\n").expect("a file");
    fs::write(dir.path().join("src/screen.rs"), "mine too\n").expect("a file");
    let before = listing(dir.path());
    let error = fixture
        .weave("boot.3")
        .write(dir.path())
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains(
            "changed or made by hand, so nothing was touched: src/main.rs, src/screen.rs;"
        ),
        "{error}"
    );
    assert_eq!(listing(dir.path()), before);
    fixture
        .weave("boot.3")
        .write_worker(dir.path())
        .expect("written");
    assert!(holds(dir.path(), &fixture.weave("boot.3")));
}

#[test]
fn an_edited_file_is_not_removed() {
    let (fixture, dir) = (Fixture::new(), folder());
    fixture.weave("boot.3").write(dir.path()).expect("written");
    fs::write(dir.path().join("src/screen.rs"), "mine\n").expect("a file");
    let error = fixture
        .weave("boot.2")
        .write(dir.path())
        .expect_err("refused")
        .to_string();
    assert!(error.contains(": src/screen.rs;"), "{error}");
}

#[test]
fn what_the_user_adds_and_what_is_right_already_stays() {
    let (fixture, dir) = (Fixture::new(), folder());
    let (second, third) = (fixture.weave("boot.2"), fixture.weave("boot.3"));
    second.write(dir.path()).expect("written");
    fs::write(dir.path().join("notes"), "mine").expect("a file");
    fs::write(
        dir.path().join("src/screen.rs"),
        &third.files()["src/screen.rs"].text,
    )
    .expect("a file");
    let written = third.write(dir.path()).expect("written");
    assert_eq!(written.changed, ["src/main.rs"]);
    assert_eq!(fs::read(dir.path().join("notes")).expect("a file"), b"mine");
    fs::remove_file(dir.path().join("src/main.rs")).expect("removed");
    assert_eq!(
        third.write(dir.path()).expect("written").changed,
        ["src/main.rs"]
    );
}

#[test]
fn a_first_run_that_was_interrupted_is_finished() {
    let (fixture, dir) = (Fixture::new(), folder());
    let tree = fixture.weave("boot.2");
    fs::create_dir(dir.path().join("target")).expect("a folder");
    fs::write(dir.path().join("target/weave.part"), "half a manif").expect("a file");
    tree.write(dir.path()).expect("written");
    assert!(holds(dir.path(), &tree));
}

/// At each moment of a run some files are the new ones and the manifest allows both.
#[test]
fn a_run_that_was_interrupted_is_finished_by_any_other() {
    let (fixture, other) = (Fixture::new(), folder());
    let (old, new) = (fixture.weave("serial.1"), fixture.weave("boot.2"));
    new.write(other.path()).expect("written");
    let theirs = fs::read_to_string(other.path().join(MANIFEST)).expect("a manifest");
    for done in 0..=new.files().len() {
        for goal in [&new, &old] {
            let dir = folder();
            old.write(dir.path()).expect("written");
            let manifest = dir.path().join(MANIFEST);
            let ours = fs::read_to_string(&manifest).expect("a manifest");
            fs::write(&manifest, ours + &theirs).expect("a manifest");
            fs::remove_file(dir.path().join("src/screen.rs")).expect("removed");
            for (path, file) in new.files().iter().take(done) {
                fs::write(dir.path().join(path), &file.text).expect("a file");
            }
            fs::write(dir.path().join("target/weave.part"), "fn mai").expect("a file");
            goal.write(dir.path()).expect("written");
            assert!(holds(dir.path(), goal));
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_one_error() {
    let (fixture, dir) = (Fixture::new(), folder());
    let file = dir.path().join("file");
    fs::write(&file, "").expect("a file");
    for path in [file.clone(), file.join("below")] {
        let error = fixture
            .weave("boot.1")
            .write(&path)
            .expect_err("refused")
            .to_string();
        assert!(error.starts_with("cannot write "), "{error}");
        assert!(
            error.ends_with("give a folder that you may write to"),
            "{error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let (fixture, dir, outside) = (Fixture::new(), folder(), folder());
    fixture.weave("boot.2").write(dir.path()).expect("written");
    let target = outside.path().join("theirs");
    std::os::unix::fs::symlink(&target, dir.path().join("src/screen.rs")).expect("a link");
    fixture
        .weave("boot.3")
        .write(dir.path())
        .expect_err("refused");
    assert!(!target.exists());
}

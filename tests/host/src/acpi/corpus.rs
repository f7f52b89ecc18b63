//! All inputs that the fuzzer has found: none does harm. `cargo xtask fuzz` finds more.

use std::fs;
use std::path::{Path, PathBuf};

use fuzz::{TARGETS, Target};

/// The corpus is to stay small, in bytes.
const MOST: u64 = 256 * 1024;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/fuzz/corpus")
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the corpus is there");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    names.sort();
    names
}

/// Tries all inputs of a target. An input that fails is named in what the test has printed.
fn replay(name: &str, target: Target) {
    let inputs = names(&corpus().join(name));
    assert!(!inputs.is_empty());
    for path in inputs {
        println!("{}", path.display());
        target(&fs::read(path).expect("it can be read"));
    }
}

#[test]
fn code_does_no_harm() {
    replay("code", fuzz::target("code").expect("it is a target"));
}

#[test]
fn memory_does_no_harm() {
    replay("memory", fuzz::target("memory").expect("it is a target"));
}

#[test]
fn tables_do_no_harm() {
    replay("table", fuzz::target("table").expect("it is a target"));
}

#[test]
fn each_target_has_a_folder() {
    let folders = names(&corpus());
    let folders = folders
        .iter()
        .map(|path| path.file_name().and_then(|name| name.to_str()));
    assert!(folders.eq(TARGETS.iter().map(|(name, _)| Some(*name))));
}

#[test]
fn the_corpus_is_small() {
    let inputs = names(&corpus())
        .into_iter()
        .flat_map(|folder| names(&folder));
    let sizes = inputs.map(|path| fs::metadata(path).expect("it is there").len());
    let size: u64 = sizes.sum();
    assert!(size <= MOST, "{size} bytes");
}

//! The tables of real machines, as firmware has left them. How they were taken is in
//! `tools/fuzz/README.md`.

use std::fs;
use std::path::Path;

use super::memory::Memory;
use super::referee::agree;
use super::tour::tour;

/// A machine's memory, and what its tables say.
fn machine(name: &str) -> (Memory, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/fuzz/machines");
    let file = |ending| folder.join(format!("{name}.{ending}"));
    let image = fs::read(file("bin")).expect("it is there");
    let mut memory = Memory::default();
    for (address, bytes) in fuzz::image::read(&image).pieces() {
        memory.put(*address, bytes.clone());
    }
    (
        memory,
        fs::read_to_string(file("txt")).expect("it is there"),
    )
}

/// The tables say what they are known to say, and to the referee, too.
fn is_read(name: &str) -> Memory {
    let (memory, expected) = machine(name);
    let (root, _) = memory.pieces()[0];
    assert_eq!(tour(&memory, Some(root)), expected);
    agree(&memory, root);
    memory
}

/// The same, and the root pointer is found without help.
fn is_found(name: &str) {
    let memory = is_read(name);
    let (root, _) = memory.pieces()[0];
    assert_eq!(tour(&memory, None), tour(&memory, Some(root)));
}

#[test]
fn q35_with_seabios() {
    is_found("q35-seabios");
}

#[test]
fn pc_with_seabios() {
    is_found("pc-seabios");
}

#[test]
fn q35_with_nodes() {
    is_found("q35-numa");
}

#[test]
fn q35_with_qboot() {
    is_found("q35-qboot");
}

#[test]
fn microvm_with_qboot() {
    is_found("microvm");
}

#[test]
fn q35_with_ovmf() {
    // UEFI leaves the root pointer anywhere.
    let memory = is_read("q35-ovmf");
    assert_eq!(tour(&memory, None), "nothing: there is no root pointer\n");
}

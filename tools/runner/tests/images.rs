//! Disk images, by the boot loader. The first time these tests build it, which takes about two minutes, so they run only
//! when they are named: `cargo test -p runner --target host-tuple --test images`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "all/common.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Folder, Guest, qemu};
use runner::{Boot, Error, ExitStatus, image};

const WHY: &str = "the tool's manifest stands beside this package";

fn tool() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../image/Cargo.toml")).expect(WHY)
}

#[test]
fn an_image_is_made_once_for_each_kernel() {
    let folder = Folder::new();
    let elf = Guest::new().exit(0x10).file(&folder);
    let first = image::create(&elf, Boot::Bios, None, &tool()).unwrap();
    let written = fs::metadata(&first).unwrap().modified().unwrap();
    assert_eq!(
        image::create(&elf, Boot::Bios, None, &tool()).unwrap(),
        first
    );
    assert_eq!(fs::metadata(&first).unwrap().modified().unwrap(), written);
    let output = folder.0.join("stick.img");
    assert_eq!(
        image::create(&elf, Boot::Bios, Some(&output), &tool()).unwrap(),
        output
    );
    assert_eq!(fs::read(&output).unwrap(), fs::read(&first).unwrap());
    let changed = image::create(
        &Guest::new().exit(0x11).file(&folder),
        Boot::Bios,
        None,
        &tool(),
    )
    .unwrap();
    assert_ne!(changed, first);
    assert!(!first.exists(), "the older image is removed");
    let images = fs::read_dir(folder.0.join("images")).unwrap().count();
    assert_eq!(images, 1, "nothing half-written is left");
}

#[test]
fn an_image_that_does_not_boot_is_not_written() {
    let folder = Folder::new();
    // The boot loader enters kernels in 64-bit mode and wants its configuration in them: this is none.
    let elf = Guest::new().exit(0x10).file(&folder);
    let output = folder.0.join("stick.img");
    let error =
        image::verified(&elf, Boot::Bios, &output, &tool(), &qemu(), &folder.logs()).unwrap_err();
    let Error::Unverified { log, status, .. } = &error else {
        panic!("{error}")
    };
    assert!(log.is_file());
    assert_ne!(*status, ExitStatus::Success);
    assert!(!output.exists());
}

//! Disk images, as far as no boot loader is needed; `tests/images.rs` has the rest.

use std::path::Path;

use runner::{Boot, Error, image};

#[test]
fn direct_boot_has_no_image() {
    let (kernel, tool) = (Path::new("k"), Path::new("image/Cargo.toml"));
    assert!(matches!(
        image::create(kernel, Boot::Direct, None, tool),
        Err(Error::NoImage)
    ));
}

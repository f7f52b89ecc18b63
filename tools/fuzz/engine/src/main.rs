//! Feeds inputs to the target that `CAIRN_FUZZ` names. The command line is libFuzzer's.

#![no_main]

use std::sync::LazyLock;

use fuzz::{Target, target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("CAIRN_FUZZ").unwrap_or_default();
    target(&name).expect("CAIRN_FUZZ names a target")
});

fuzz_target!(|input: &[u8]| TARGET(input));

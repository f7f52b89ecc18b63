//! Memory: which there is, and who has it.

// [frames.2..]
#![expect(
    unsafe_code,
    reason = "a frame that is owned twice breaks memory safety"
)]
// [..frames.2]

pub mod frames; // [frames.2]
pub mod regions;
pub mod tree; // [frames.2]

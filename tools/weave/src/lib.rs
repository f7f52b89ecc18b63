//! The weave: cuts the tree of any chapter and step from one annotated source.
//!
//! The source is the finished kernel. Comments called marks say at which point a line of it appears, and older versions
//! of whole files lie beside the chapters. [`Course::load`] reads and checks all of it, [`Course::weave`] cuts the tree
//! of a point from it, and what is written, compared or committed is always such a [`Tree`]. The marks' grammar stands
//! in [`mark`].

#![forbid(unsafe_code)]

mod chapter;
mod check;
mod course;
pub mod diff;
pub mod edit;
mod error;
mod extent;
mod files;
mod format;
mod git;
mod held;
pub mod history;
pub mod item;
mod layout;
mod lock;
mod manifest;
pub mod mark;
mod modules;
mod point;
mod region;
mod scan;
mod share;
mod source;
mod tree;
mod write;

pub use chapter::{Chapter, Old, Step};
pub use course::{Course, Lines};
pub use error::{At, Error, Errors, Fault};
pub use point::Point;
pub use share::Share;
pub use tree::{File, Tree};
pub use write::Written;

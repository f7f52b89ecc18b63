//! Builds the book, and checks it.
//!
//! - A page never contains kernel code. It names it with [directives](directive::Directive), and [`site::build`] puts
//!   in their place what the woven trees say.
//! - A listing says where it goes: new file; after, before, instead of or without which lines.
//! - The [robot] is the completeness check. It reads the rendered pages as a person would, and its project has to
//!   be the woven tree, byte for byte, at every stopping point.

pub mod directive;
pub mod links;
pub mod robot;
pub mod site;
pub mod stages;

mod alignment;
mod axis;
mod counted;
mod drawing;
mod exercises;
mod figure;
mod highlight;
mod hunks;
mod machines;
mod memory_map;
mod page;
mod parts;
mod place;
mod plot;
mod problem;
mod reader;
mod recorded;
mod views;
mod warnings;

pub use exercises::Exercise;
pub use problem::{Error, Problem, Problems};

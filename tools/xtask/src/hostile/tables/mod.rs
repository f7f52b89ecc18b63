//! ACPI tables that are wrong on purpose, and a few that are right, as firmware would leave them in memory.
//!
//! - [`table`]: one table with its header, its checksum and its lies.
//! - [`root`]: the two structures that lead to all tables: RSDP, and RSDT or XSDT.
//! - [`madt`], [`fadt`], [`aml`], [`devices`]: what is in the tables of one kind.
//! - [`set`]: all tables of a machine, right in every way unless somebody changes them.
//! - [`place`]: where they lie in memory.
//! - [`loader`]: how firmware is told to put them into memory instead.
//! - [`named`]: each set that a machine of the matrix can ask for, by name.

mod aml;
mod devices;
mod fadt;
mod loader;
mod madt;
pub mod named;
mod place;
mod root;
mod set;
mod table;

pub use named::{files, find};
pub use place::PLACE;

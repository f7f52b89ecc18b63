//! What tables say is read as it was written.

pub mod apics;
mod buses;
mod nodes;
mod registers;

use cairn::acpi::table::Table;
use proptest::prelude::*;

use super::build::table;
use super::config;
use super::refused::read;

fn sound(name: &[u8; 4], revision: u8, body: &[u8]) -> Table {
    read(table(name, revision, body)).expect("it is sound")
}

/// An entry of a list: its kind, its length, and its fields.
fn entry(kind: u8, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = [&[kind, 0], &fields.concat()[..]].concat();
    bytes[1] = bytes.len() as u8;
    bytes
}

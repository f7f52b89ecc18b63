//! Tests of the line editor.

mod complete;
mod decoder;
mod editor;
mod history;
mod session;
mod terminal;
mod view;

use cairn::line::{Decoder, Key, Text};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8]) -> Vec<Key> {
    bytes.iter().flat_map(|byte| decoder.feed(*byte)).collect()
}

fn text(text: &str) -> Text {
    text.try_into().expect("the text fits into a line")
}

/// Mostly characters, of one to four bytes, and each other key.
fn keys() -> impl Strategy<Value = Key> {
    let others = [
        Key::Enter,
        Key::Backspace,
        Key::Delete,
        Key::Left,
        Key::Right,
        Key::WordLeft,
        Key::WordRight,
        Key::Home,
        Key::End,
        Key::Up,
        Key::Down,
        Key::Tab,
        Key::DeleteWord,
        Key::DeleteToStart,
        Key::DeleteToEnd,
        Key::Cancel,
        Key::Redraw,
    ];
    prop_oneof![
        20 => prop::sample::select(vec!['a', 'B', '7', ' ', '-', 'é', 'ß', '字', '🗿']).prop_map(Key::Character),
        1 => any::<char>().prop_map(Key::Character),
        10 => prop::sample::select(others.to_vec()),
    ]
}

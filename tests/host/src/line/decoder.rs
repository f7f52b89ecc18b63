//! Bytes become keys.

use cairn::line::{Decoder, Key};
use proptest::prelude::*;

use super::{config, decode};

const INVALID: Key = Key::Character('\u{fffd}');

fn keys(bytes: &[u8]) -> Vec<Key> {
    decode(&mut Decoder::new(), bytes)
}

fn characters(text: &str) -> Vec<Key> {
    text.chars().map(Key::Character).collect()
}

/// What bytes without control bytes are: each first byte announces how many belong to it.
fn reference(mut bytes: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    while let Some(first) = bytes.first() {
        let announced = match first.leading_ones() {
            len @ 2..=4 => len as usize,
            _ => 1,
        };
        let follow = bytes[1..].iter().take(announced - 1);
        let len = 1 + follow.take_while(|byte| *byte & 0xc0 == 0x80).count();
        match std::str::from_utf8(&bytes[..len]) {
            Ok(text) => keys.extend(
                text.chars()
                    .filter(|it| !it.is_control())
                    .map(Key::Character),
            ),
            Err(_) => keys.push(INVALID),
        }
        bytes = &bytes[len..];
    }
    keys
}

#[test]
fn each_key_has_its_bytes() {
    let table: &[(&[u8], Key)] = &[
        (b"\r", Key::Enter),
        (b"\n", Key::Enter),
        (b"\r\n", Key::Enter),
        (b"\x08", Key::Backspace),
        (b"\x7f", Key::Backspace),
        (b"\t", Key::Tab),
        (b"\x01", Key::Home),
        (b"\x02", Key::Left),
        (b"\x03", Key::Cancel),
        (b"\x04", Key::Delete),
        (b"\x05", Key::End),
        (b"\x06", Key::Right),
        (b"\x0b", Key::DeleteToEnd),
        (b"\x0c", Key::Redraw),
        (b"\x0e", Key::Down),
        (b"\x10", Key::Up),
        (b"\x15", Key::DeleteToStart),
        (b"\x17", Key::DeleteWord),
        (b"\x1b[A", Key::Up),
        (b"\x1b[B", Key::Down),
        (b"\x1b[C", Key::Right),
        (b"\x1b[D", Key::Left),
        (b"\x1b[H", Key::Home),
        (b"\x1b[F", Key::End),
        (b"\x1bOA", Key::Up),
        (b"\x1bOB", Key::Down),
        (b"\x1bOC", Key::Right),
        (b"\x1bOD", Key::Left),
        (b"\x1bOH", Key::Home),
        (b"\x1bOF", Key::End),
        (b"\x1b[1~", Key::Home),
        (b"\x1b[7~", Key::Home),
        (b"\x1b[4~", Key::End),
        (b"\x1b[8~", Key::End),
        (b"\x1b[3~", Key::Delete),
        (b"\x1b[1;5C", Key::WordRight),
        (b"\x1b[1;5D", Key::WordLeft),
        (b"\x1b[1;3C", Key::WordRight),
        (b"\x1b[1;3D", Key::WordLeft),
        (b"\x1bb", Key::WordLeft),
        (b"\x1bf", Key::WordRight),
        (b"\x1b\x7f", Key::DeleteWord),
        (b"\x1b\x08", Key::DeleteWord),
    ];
    for (bytes, key) in table {
        assert_eq!(keys(bytes), [*key], "{}", bytes.escape_ascii());
        let twice = [*bytes, b"x", bytes].concat();
        assert_eq!(
            keys(&twice),
            [*key, Key::Character('x'), *key],
            "{}",
            twice.escape_ascii()
        );
    }
}

#[test]
fn carriage_return_and_line_feed_are_one_end() {
    let ends = |bytes| keys(bytes).len();
    assert_eq!(ends(b"\r\n\r\n"), 2);
    assert_eq!(ends(b"\r\r"), 2);
    assert_eq!(ends(b"\n\n"), 2);
    assert_eq!(ends(b"\r\n\n"), 2);
}

#[test]
fn what_cuts_a_character_off_counts_itself() {
    assert_eq!(keys(b"\xf0\x9f\x97x"), [INVALID, Key::Character('x')]);
    assert_eq!(keys(b"\xc3\r\n"), [INVALID, Key::Enter]);
    assert_eq!(keys(b"\xe5\xad\x1b[A"), [INVALID, Key::Up]);
    assert_eq!(keys(b"\xe5\xad\xc3\xa9"), [INVALID, Key::Character('é')]);
    assert_eq!(keys(b"\xc3\x00x"), [INVALID, Key::Character('x')]);
}

#[test]
fn overlong_forms_and_surrogates_are_one_invalid_character_each() {
    for bytes in [
        &b"\xc0\x80"[..],
        b"\xc1\xbf",
        b"\xe0\x80\x80",
        b"\xf0\x80\x80\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x80",
        b"\xff",
    ] {
        let followed = [bytes, b"x"].concat();
        assert_eq!(
            keys(&followed),
            [INVALID, Key::Character('x')],
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn unknown_sequences_are_swallowed_whole() {
    for bytes in [
        &b"\x1b[5~"[..],
        b"\x1b[15;2~",
        b"\x1b[?25h",
        b"\x1b[ q",
        b"\x1b[[A",
        b"\x1b[Z",
        b"\x1bOP",
        b"\x1bx",
        b"\x1b ",
        b"\x1b\x1b[Z",
        b"\x00",
        b"\x11",
        b"\x1f",
        b"\xc2\x80",
        b"\xc2\x9b",
    ] {
        let followed = [bytes, b"A"].concat();
        assert_eq!(
            keys(&followed),
            [Key::Character('A')],
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn what_cuts_a_sequence_off_counts_itself() {
    assert_eq!(keys(b"\x1b\r"), [Key::Enter]);
    assert_eq!(keys(b"\x1b[1;\r\n"), [Key::Enter]);
    assert_eq!(keys(b"\x1bO\x03"), [Key::Cancel]);
    assert_eq!(keys(b"\x1b\xc3\xa9"), [Key::Character('é')]);
    assert_eq!(keys(b"\x1b[\xc3\xa9"), [Key::Character('é')]);
    assert_eq!(keys(b"\x1b[1;5\x1b[D"), [Key::Left]);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn text_comes_out_as_it_went_in(text in "\\PC{0,100}") {
        prop_assert_eq!(keys(text.as_bytes()), characters(&text));
    }

    #[test]
    fn bytes_without_control_bytes_are_as_the_reference_says(
        bytes in prop::collection::vec(prop_oneof![0x20..0x7f_u8, 0x80..=0xff_u8, 0xc0..0xf8_u8], 0..100),
    ) {
        // A byte at the end, so that nothing is left unfinished.
        let bytes = [&bytes[..], b"."].concat();
        prop_assert_eq!(keys(&bytes), reference(&bytes));
    }

    /// Whatever came before: the end of a line is one, and text is text again.
    #[test]
    fn the_end_of_a_line_is_never_lost(bytes: Vec<u8>) {
        let mut decoder = Decoder::new();
        decode(&mut decoder, &bytes);
        prop_assert_eq!(decode(&mut decoder, b"\r").pop(), Some(Key::Enter));
        prop_assert_eq!(decode(&mut decoder, b"x"), [Key::Character('x')]);
    }

    /// Not even an endless sequence hides text for long.
    #[test]
    fn text_comes_through_again(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'1')], 0..100),
    ) {
        let mut decoder = Decoder::new();
        decode(&mut decoder, &bytes);
        decode(&mut decoder, &[b'1'; 18]);
        prop_assert_eq!(decode(&mut decoder, b"1"), [Key::Character('1')]);
    }
}

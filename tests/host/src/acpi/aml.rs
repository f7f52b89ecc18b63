//! The sleep types, as the code of a DSDT defines them.

use cairn::acpi::aml::sleep_types;
use proptest::prelude::*;

use super::config;

/// A number from 0 to 7, in each form that it has.
fn forms(number: u8) -> Vec<Vec<u8>> {
    let mut forms = vec![vec![0x0a, number], vec![0x0b, number, 0]];
    forms.push(vec![0x0c, number, 0, 0, 0]);
    forms.push(vec![0x0e, number, 0, 0, 0, 0, 0, 0, 0]);
    if number < 2 {
        forms.push(vec![number]);
    }
    forms
}

/// What is in a package, behind its length of 1 to 4 bytes.
fn package(inside: &[u8], bytes: usize) -> Vec<u8> {
    let len = inside.len() + bytes;
    let mut package = vec![0x12];
    match bytes {
        1 => package.push(len as u8),
        _ => package.push((bytes as u8 - 1) << 6 | (len & 0xf) as u8),
    }
    package.extend((len >> 4).to_le_bytes().iter().take(bytes - 1));
    [package, inside.to_vec()].concat()
}

fn defined(name: &[u8], package: &[u8]) -> Vec<u8> {
    [&[0x08], name, package].concat()
}

/// Code that defines the two numbers and two more, as most firmware does.
fn usual(first: u8, second: u8) -> Vec<u8> {
    let inside = [0x04, 0x0a, first, 0x0a, second, 0x00, 0x00];
    defined(b"_S5_", &package(&inside, 1))
}

#[test]
fn numbers_have_many_forms() {
    for [first, second] in (0..64).map(|both| [both % 8, both / 8]) {
        for (one, two) in forms(first)
            .iter()
            .flat_map(|one| forms(second).into_iter().map(move |two| (one, two)))
        {
            let inside = [&[2], &one[..], &two].concat();
            let code = defined(b"_S5_", &package(&inside, 1));
            assert_eq!(sleep_types(&code), Some([first, second]));
        }
    }
}

#[test]
fn what_is_no_number_of_three_bits_is_refused() {
    let inside: [&[u8]; 10] = [
        &[0x0a, 8],
        &[0x0b, 0, 1],
        &[0x0c, 5, 0, 0, 1],
        &[0x0e, 5, 0, 0, 0, 0, 0, 0, 1],
        &[0xff],
        &[0x0d, b'5', 0],
        &[0x02],
        &[0x07],
        b"FIVE",
        &[0x12, 2, 0],
    ];
    for odd in inside {
        for inside in [
            [&[2, 0x0a, 5], odd].concat(),
            [&[2], odd, &[0x0a, 5]].concat(),
        ] {
            assert_eq!(sleep_types(&defined(b"_S5_", &package(&inside, 1))), None);
        }
    }
}

#[test]
fn a_length_has_one_to_four_bytes() {
    for bytes in 1..=4 {
        for more in [0, 10, 40, 300, 5000] {
            if bytes == 1 && more > 40 || bytes == 2 && more > 4000 {
                continue;
            }
            let inside = [&[2, 0x0a, 5, 0x0a, 3][..], &vec![0; more]].concat();
            let code = defined(b"_S5_", &package(&inside, bytes));
            assert_eq!(sleep_types(&code), Some([5, 3]));
            // The package has to end within the code.
            assert_eq!(sleep_types(&code[..code.len() - 1]), None);
        }
    }
}

#[test]
fn a_package_that_ends_too_early_is_refused() {
    let code = [&usual(5, 3)[..], &[0; 8]].concat();
    let len = code
        .iter()
        .position(|byte| *byte == 0x12)
        .expect("a package is there")
        + 1;
    for shorter in 0..7 {
        let mut code = code.clone();
        code[len] = shorter;
        let expected = (shorter == 6).then_some([5, 3]);
        assert_eq!(sleep_types(&code), expected, "{shorter}");
    }
}

#[test]
fn code_may_end_anywhere() {
    let code = usual(5, 3);
    for end in 0..code.len() {
        assert_eq!(sleep_types(&code[..end]), None);
    }
    for start in 1..code.len() {
        assert_eq!(sleep_types(&code[start..]), None);
    }
}

#[test]
fn the_name_may_begin_at_the_root() {
    let package = package(&[2, 0x0a, 5, 0x0a, 3], 1);
    assert_eq!(sleep_types(&defined(b"\\_S5_", &package)), Some([5, 3]));
    for name in [
        &b"\\\\_S5_"[..],
        b"^_S5_",
        b"_S5",
        b"_S4_",
        b"_S5__",
        b"_SB__S5_",
    ] {
        assert_eq!(sleep_types(&defined(name, &package)), None);
    }
}

#[test]
fn one_number_is_the_first_register_and_the_next_byte_the_second() {
    let one = |inside: &[u8]| sleep_types(&defined(b"_S5_", &package(inside, 1)));
    assert_eq!(one(&[1, 0x0a, 5]), Some([5, 0]));
    assert_eq!(one(&[1, 0x0b, 5, 3]), Some([5, 3]));
    assert_eq!(one(&[1, 0x0c, 5, 3, 1, 0]), None);
    assert_eq!(one(&[1, 0x0b, 5, 8]), None);
    assert_eq!(one(&[0, 0x0a, 5]), None);
    assert_eq!(one(&[0]), None);
    assert_eq!(one(&[]), None);
}

#[test]
fn what_only_looks_like_it_is_passed_over() {
    let decoys: [&[u8]; 6] = [
        b"_S5_",
        b"\x08_S5_",
        b"\x08_S5_\x12\x06\x04\x0a",
        b"\x0d_S5_\0",
        b"\x10\x05_S5_",
        b"\x08_S5_\x0d\\_S5_\0",
    ];
    for decoy in decoys {
        let code = [decoy, &usual(5, 3), decoy].concat();
        assert_eq!(sleep_types(&code), Some([5, 3]));
    }
}

proptest! {
    #![proptest_config(config())]

    /// It is found in any other code, and the first one counts.
    #[test]
    fn it_is_found_anywhere(before in prop::collection::vec(any::<u8>(), 0..50), after in prop::collection::vec(any::<u8>(), 0..50), first in 0..8_u8, second in 0..8_u8) {
        let code = [&before[..], &usual(first, second), &usual(7 - first, 7 - second), &after].concat();
        prop_assert_eq!(sleep_types(&code), Some([first, second]));
    }

    /// Pieces of code in any order do no harm.
    #[test]
    fn odd_code_does_no_harm(pieces in prop::collection::vec(prop_oneof![
        prop::sample::select(vec![&b"\x08"[..], b"\\", b"_S5_", b"\x12", b"\x0a", b"\x0b\x05", b"\x0c\0\0", b"\x06\x04", b"\xff"]).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..3),
    ], 0..20)) {
        let types = sleep_types(&pieces.concat());
        prop_assert!(types.is_none_or(|types| types.iter().all(|number| *number < 8)));
    }
}

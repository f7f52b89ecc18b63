//! DSDTs: bytecode (AML), of which a kernel needs one name to switch the machine off (ACPI 6.5, section 7.4.2.5).

use super::table::Table;

// AML's bytes (ACPI 6.5, section 20.3).
const NAME: u8 = 0x08;
const BYTE: u8 = 0x0a;
const STRING: u8 = 0x0d;
const SCOPE: u8 = 0x10;
const PACKAGE: u8 = 0x12;

/// A DSDT of this AML.
pub fn dsdt(aml: &[u8]) -> Table {
    Table::new(b"DSDT", 1, aml)
}

/// What QEMU's chipsets want for soft-off.
pub const SOFT_OFF: u8 = 0;

/// `Name (_S5_, Package () { soft_off, soft_off, 0, 0 })`, amid things that do not matter.
pub fn usual(soft_off: u8) -> Vec<u8> {
    let mut aml = name(b"PICF", &[BYTE, 0x10]);
    aml.extend(scope(b"_SB_", &name(b"_STA", &[BYTE, 0xf])));
    aml.extend(s5(&[BYTE, soft_off, BYTE, soft_off, 0, 0], 4));
    aml.extend(name(b"LAST", &[1]));
    aml
}

/// `Name (_S5_, Package () { … })` with so many elements.
pub fn s5(elements: &[u8], count: u8) -> Vec<u8> {
    let body = [&[count][..], elements].concat();
    name(b"_S5_", &[&[PACKAGE][..], &with_length(&body)].concat())
}

/// As [`s5`], with strings where numbers belong.
pub fn s5_of_strings() -> Vec<u8> {
    s5(&[STRING, b'o', b'f', b'f', 0, STRING, b'!', 0], 2)
}

/// `Name (name, value)`.
pub fn name(name: &[u8; 4], value: &[u8]) -> Vec<u8> {
    [&[NAME][..], name, value].concat()
}

/// `Scope (name) { body }`.
fn scope(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let inside = [&name[..], body].concat();
    [&[SCOPE][..], &with_length(&inside)].concat()
}

/// A package's length, which counts itself, and the package. It has to be below 64.
fn with_length(body: &[u8]) -> Vec<u8> {
    let length = body.len() as u8 + 1;
    assert!(length < 64, "a longer package needs more bytes of length");
    [&[length][..], body].concat()
}

/// Bytes that mean nothing, the same every time: a linear congruential generator's.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 42_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_is_what_a_compiler_makes_of_it() {
        let expected = b"\x08_S5_\x12\x08\x04\x0a\x05\x0a\x05\0\0";
        assert_eq!(s5(&[BYTE, 5, BYTE, 5, 0, 0], 4), expected);
        let aml = usual(5);
        assert!(aml.windows(expected.len()).any(|bytes| bytes == expected));
    }

    #[test]
    fn noise_is_the_same_every_time_and_no_constant() {
        let bytes = noise(1000);
        assert_eq!(bytes, noise(1000));
        let different: std::collections::BTreeSet<_> = bytes.into_iter().collect();
        assert!(different.len() > 200);
    }
}

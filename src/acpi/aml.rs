//! What one has to write to switch off: the only thing that we read of AML, the language
//! in which firmware describes devices (ACPI, chapter 20).
//!
//! A name is defined by its operator, itself, and its value. The name `\_S5_` is the state
//! in which the machine is off; its value is a package, of which the first two elements are
//! numbers for the registers PM1a and PM1b (ACPI, section 7.4.2.6). To evaluate any other
//! AML, one needs an interpreter.

/// Operators.
const NAME: u8 = 0x08;
const PACKAGE: u8 = 0x12;

/// Prefixes of numbers of one, two, four and eight bytes; without one there are 0 and 1.
const BYTE: u8 = 0x0a;
const WORD: u8 = 0x0b;
const DOUBLE: u8 = 0x0c;
const QUAD: u8 = 0x0e;

/// The name, and the root of all names, which may stand before it.
const OFF: &[u8] = b"_S5_";
const ROOT: u8 = b'\\';

/// A sleep type has three bits.
const MOST: u64 = 7;

/// The sleep types for PM1a and PM1b, by which the machine is off; `None` where the code
/// does not define them as numbers.
pub fn sleep_types(code: &[u8]) -> Option<[u8; 2]> {
    let places = code.windows(OFF.len()).enumerate();
    let mut names = places.filter(|(_, name)| *name == OFF).map(|(at, _)| at);
    names.find_map(|at| {
        let (before, after) = (code.get(..at)?, code.get(at + OFF.len()..)?);
        let before = before.strip_suffix(&[ROOT]).unwrap_or(before);
        before.ends_with(&[NAME]).then(|| package(after)).flatten()
    })
}

/// The first two numbers of a package, or the two bytes of the only one.
fn package(code: &[u8]) -> Option<[u8; 2]> {
    let (inside, count) = inside(code.strip_prefix(&[PACKAGE])?)?;
    let (first, rest) = number(inside)?;
    let both = match count {
        0 => return None,
        1 => [first & 0xff, first >> 8],
        _ => [first, number(rest)?.0],
    };
    let is_sound = both.iter().all(|number| *number <= MOST);
    is_sound.then_some(both.map(|number| number as u8))
}

/// What is in a package, and how many elements. Its length, which counts itself, has one
/// to four bytes: the first byte's upper two bits say how many follow (ACPI, section 20.2.4).
fn inside(code: &[u8]) -> Option<(&[u8], u8)> {
    let lead = *code.first()?;
    let more = usize::from(lead >> 6);
    let low = if more == 0 { lead & 0x3f } else { lead & 0x0f };
    let bytes = code.get(1..=more)?.iter().rev();
    let high = bytes.fold(0, |high, byte| high << 8 | usize::from(*byte));
    let end = high << 4 | usize::from(low);
    let (count, elements) = code.get(1 + more..end)?.split_first()?;
    Some((elements, *count))
}

/// The number at the beginning, and what follows it.
fn number(code: &[u8]) -> Option<(u64, &[u8])> {
    let (prefix, rest) = code.split_first()?;
    let len = match *prefix {
        value @ (0 | 1) => return Some((value.into(), rest)),
        BYTE => 1,
        WORD => 2,
        DOUBLE => 4,
        QUAD => 8,
        _ => return None,
    };
    let (bytes, rest) = rest.split_at_checked(len)?;
    let bytes = bytes.iter().rev();
    let value = bytes.fold(0, |value, byte| value << 8 | u64::from(*byte));
    Some((value, rest))
}

//! What is right is right, and what is wrong is wrong in one way only.

use std::collections::BTreeSet;

use super::super::place::{PLACE, ROOM};
use super::super::table::balance;
use super::*;

/// The four bytes there.
fn word(image: &Image, offset: usize) -> u32 {
    let bytes = image.bytes[offset..offset + 4].try_into();
    u32::from_le_bytes(bytes.expect("there are four"))
}

/// How far from the start an address is, if it is in the image.
fn offset(image: &Image, address: u32) -> Option<usize> {
    let offset = usize::try_from(address.checked_sub(PLACE)?).ok()?;
    (offset < image.bytes.len()).then_some(offset)
}

/// Signature and sum of the table there.
fn table(image: &Image, address: u32) -> (String, u8) {
    let start = offset(image, address).expect("it is in the image");
    let length = word(image, start + 4) as usize;
    let bytes = &image.bytes[start..start + length];
    (
        String::from_utf8_lossy(&bytes[..4]).into_owned(),
        balance(bytes),
    )
}

/// The addresses that the root table lists.
fn entries(image: &Image) -> Vec<u32> {
    let revision = image.bytes[15];
    let (field, step) = if revision == 0 { (16, 4) } else { (24, 8) };
    let root = offset(image, word(image, field)).expect("the root is in the image");
    let length = word(image, root + 4) as usize;
    (root + 36..root + length)
        .step_by(step)
        .map(|entry| word(image, entry))
        .collect()
}

#[test]
fn the_right_ones_lead_from_one_to_the_next() {
    for (name, root) in [("right", "XSDT"), ("right-old", "RSDT")] {
        let image = find(name).unwrap();
        assert_eq!(&image.bytes[..8], b"RSD PTR ");
        assert_eq!(balance(&image.bytes[..20]), 0);
        let field = if root == "RSDT" { 16 } else { 24 };
        let zero = |name: &str| (name.to_owned(), 0);
        assert_eq!(table(&image, word(&image, field)), zero(root));
        let listed: Vec<_> = entries(&image)
            .into_iter()
            .map(|entry| table(&image, entry))
            .collect();
        assert_eq!(listed, ["FACP", "APIC", "HPET", "MCFG"].map(zero));
        let fadt = offset(&image, entries(&image)[0]).unwrap();
        assert_eq!(table(&image, word(&image, fadt + 40)), zero("DSDT"));
        assert_eq!(word(&image, fadt + 40), word(&image, fadt + 140));
    }
}

#[test]
fn a_spoilt_table_is_the_only_one() {
    for (name, spoilt) in [
        ("madt-checksum", "APIC"),
        ("fadt-checksum", "FACP"),
        ("hpet-checksum", "HPET"),
        ("mcfg-checksum", "MCFG"),
    ] {
        let image = find(name).unwrap();
        let wrong: Vec<_> = entries(&image)
            .into_iter()
            .map(|entry| table(&image, entry))
            .filter(|(_, sum)| *sum != 0)
            .collect();
        assert_eq!(wrong, [(spoilt.to_owned(), 255)]);
    }
}

#[test]
fn all_of_them_fit_and_differ() {
    let mut seen = BTreeSet::new();
    for name in names() {
        let image = find(name).unwrap();
        assert!(image.bytes.len() <= ROOM, "{name}");
        assert!(seen.insert(image.bytes), "{name} is as another one");
    }
    assert!(seen.len() >= 100, "there are {}", seen.len());
}

#[test]
fn names_are_words_with_hyphens_and_none_comes_twice() {
    let all: BTreeSet<_> = names().collect();
    assert_eq!(all.len(), names().count());
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(all.iter().all(|name| name.chars().all(is_plain)));
}

#[test]
fn an_unknown_name_gets_the_list() {
    let error = find("madt-moon").unwrap_err().to_string();
    assert!(error.contains("madt-moon"), "{error}");
    assert!(error.contains("madt-checksum, "), "{error}");
}

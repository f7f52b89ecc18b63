//! DSDTs.

use super::super::aml::{dsdt, name, noise, s5, s5_of_strings, usual};
use super::super::set::{Pointer, Set};
use super::Named;

/// Sets that differ in the DSDT.
pub const SETS: &[Named] = &[
    ("dsdt-checksum", |set| set.dsdt().spoil()),
    ("dsdt-length-0", |set| set.dsdt().claim(0)),
    ("dsdt-length-35", |set| set.dsdt().claim(35)),
    ("dsdt-length-all", |set| set.dsdt().claim(u32::MAX)),
    ("dsdt-empty", |set| is(set, &[])),
    ("dsdt-without-s5", |set| {
        is(set, &name(b"_S4_", &[0x12, 0x06, 4, 0, 0, 0, 0]));
    }),
    ("dsdt-of-another-s5", |set| {
        // A value that the chipset takes for nothing.
        is(set, &usual(5));
    }),
    ("dsdt-s5-of-value-255", |set| is(set, &usual(255))),
    ("dsdt-ends-in-the-name", |set| {
        is(set, b"\x08_S5");
    }),
    ("dsdt-ends-after-the-name", |set| is(set, b"\x08_S5_")),
    ("dsdt-ends-in-the-package", |set| {
        is(set, b"\x08_S5_\x12\x06\x04\x00");
    }),
    ("dsdt-ends-in-a-number", |set| {
        is(set, b"\x08_S5_\x12\x06\x04\x0a");
    }),
    ("dsdt-package-beyond-the-table", |set| {
        is(set, b"\x08_S5_\x12\xff\xff\xff\xff\x04\x00\x00\x00\x00");
    }),
    ("dsdt-package-of-no-length", |set| {
        is(set, b"\x08_S5_\x12\x00\x04\x00\x00\x00\x00");
    }),
    ("dsdt-package-of-nothing", |set| is(set, &s5(&[], 0))),
    ("dsdt-package-of-one", |set| is(set, &s5(&[0], 1))),
    ("dsdt-package-of-strings", |set| is(set, &s5_of_strings())),
    ("dsdt-s5-is-no-package", |set| {
        is(set, &name(b"_S5_", &[0x0a, 5]));
    }),
    ("dsdt-s5-is-a-method", |set| {
        is(set, b"\x14\x07_S5_\x00\xa4");
    }),
    ("dsdt-s5-with-a-path", |set| {
        // Name (\_S5_, …): the root's own.
        is(set, b"\x08\\_S5_\x12\x06\x04\x00\x00\x00\x00");
    }),
    ("dsdt-s5-amid-noise", |set| {
        // The letters alone mean nothing; the name comes after them.
        let aml = [&noise(500)[..], b"_S5_", &noise(500), &usual(0)];
        is(set, &aml.concat());
    }),
    ("dsdt-noise", |set| is(set, &noise(8000))),
    ("dsdt-thousands-of-s5", |set| is(set, &b"_S5_".repeat(4000))),
    ("dsdt-of-another-signature", |set| {
        set.dsdt().put(0, b"OEM1")
    }),
];

/// The DSDT has this AML.
fn is(set: &mut Set, aml: &[u8]) {
    set.dsdt[0] = Pointer::To(Box::new(dsdt(aml)));
}

//! FADTs.

use super::super::fadt::{
    DSDT, FLAGS, LENGTH, MEMORY, PM1_CONTROL_LENGTH, PM1A_CONTROL, PM1B_CONTROL, PORTS, POWER,
    RESET, RESET_VALUE, X_DSDT, X_PM1A_CONTROL, address, fadt,
};
use super::super::set::{Pointer, Set};
use super::super::table::Table;
use super::{BEYOND, NOWHERE, Named, REGISTERS};

/// Sets that differ in the FADT.
pub const SETS: &[Named] = &[
    ("fadt-none", |set| set.remove(b"FACP")),
    ("fadt-checksum", |set| fadt_of(set).spoil()),
    ("fadt-length-0", |set| fadt_of(set).claim(0)),
    ("fadt-length-35", |set| fadt_of(set).claim(35)),
    ("fadt-length-all", |set| fadt_of(set).claim(u32::MAX)),
    ("fadt-only-header", |set| fadt_of(set).cut(36)),
    ("fadt-before-the-registers", |set| {
        fadt_of(set).cut(PM1A_CONTROL)
    }),
    ("fadt-of-acpi-1", |set| fadt_of(set).cut(RESET)),
    ("fadt-without-new-fields", |set| fadt_of(set).cut(X_DSDT)),
    ("fadt-all-zero", |set| {
        let zeros = [0; LENGTH - 44];
        fadt_of(set).put(44, &zeros);
    }),
    ("fadt-twice", |set| {
        let mut other = fadt();
        other.put(PM1A_CONTROL, &0x1234_u32.to_le_bytes());
        set.list_too(other);
    }),
    ("fadt-power-register-nowhere", |set| {
        control(set, 0x1234, address(PORTS, 16, 0x1234));
    }),
    ("fadt-power-register-beyond-the-ports", |set| {
        control(set, 0x1_0604, address(PORTS, 16, 0x1_0604));
    }),
    ("fadt-power-register-last-port", |set| {
        control(set, 0xffff, address(PORTS, 16, 0xffff));
    }),
    ("fadt-power-register-in-memory", |set| {
        control(set, 0, address(MEMORY, 16, 0x40_0000));
    }),
    ("fadt-power-register-in-registers", |set| {
        control(set, 0, address(MEMORY, 16, REGISTERS.into()));
    }),
    ("fadt-power-register-beyond-4-tib", |set| {
        control(set, 0, address(MEMORY, 16, BEYOND));
    }),
    ("fadt-power-register-in-an-odd-space", |set| {
        control(set, 0, address(0x7f, 16, (POWER + 4).into()));
    }),
    ("fadt-power-register-of-no-bits", |set| {
        control(
            set,
            (POWER + 4).into(),
            address(PORTS, 0, (POWER + 4).into()),
        );
    }),
    ("fadt-power-register-of-no-bytes", |set| {
        fadt_of(set).put(PM1_CONTROL_LENGTH, &[0]);
    }),
    ("fadt-only-the-old-power-register", |set| {
        control(set, (POWER + 4).into(), [0; 12]);
    }),
    ("fadt-only-the-new-power-register", |set| {
        control(set, 0, address(PORTS, 16, (POWER + 4).into()));
    }),
    ("fadt-second-power-register-nowhere", |set| {
        fadt_of(set).put(PM1B_CONTROL, &0x1234_u32.to_le_bytes());
    }),
    ("fadt-no-reset", |set| {
        fadt_of(set).put(FLAGS, &[0; 4]);
        fadt_of(set).put(RESET, &[0; 12]);
    }),
    ("fadt-reset-nowhere", |set| {
        fadt_of(set).put(RESET, &address(PORTS, 8, 0x1234));
    }),
    ("fadt-reset-in-an-odd-space", |set| {
        fadt_of(set).put(RESET, &address(0x7f, 8, 0xcf9));
    }),
    ("fadt-reset-with-nothing", |set| {
        fadt_of(set).put(RESET_VALUE, &[0]);
    }),
    ("fadt-without-hardware", |set| {
        // The flag of machines that have none of ACPI's registers.
        fadt_of(set).put(FLAGS, &(1_u32 << 20).to_le_bytes());
    }),
    ("fadt-dsdt-null", |set| both(set, Pointer::At(0))),
    ("fadt-dsdt-nowhere", |set| {
        both(set, Pointer::At(NOWHERE.into()))
    }),
    ("fadt-dsdt-registers", |set| {
        both(set, Pointer::At(REGISTERS.into()));
    }),
    ("fadt-dsdt-is-the-root", |set| both(set, Pointer::Root)),
    ("fadt-dsdts-differ", |set| {
        set.dsdt[1] = Pointer::At(NOWHERE.into());
    }),
    ("fadt-only-the-old-dsdt", |set| set.dsdt[1] = Pointer::At(0)),
    ("fadt-dsdt-beyond-4-tib", |set| {
        set.dsdt[1] = Pointer::At(BEYOND)
    }),
    ("fadt-ends-in-the-dsdts-address", |set| {
        fadt_of(set).cut(DSDT + 2);
    }),
];

fn fadt_of(set: &mut Set) -> &mut Table {
    set.table(b"FACP")
}

/// Where the old field and the new one have the register that switches the machine off.
fn control(set: &mut Set, old: u32, new: [u8; 12]) {
    let fadt = fadt_of(set);
    fadt.put(PM1A_CONTROL, &old.to_le_bytes());
    fadt.put(X_PM1A_CONTROL, &new);
}

/// Where the old field and the new one have the DSDT.
fn both(set: &mut Set, pointer: Pointer) {
    set.dsdt = [pointer.clone(), pointer];
}

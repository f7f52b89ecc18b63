//! The root pointer: where it is found, and what is refused.

use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::{Error, OutOfReach};
use proptest::prelude::*;

use super::build::{ROOT, root};
use super::config;
use super::memory::{Memory, seal};
use super::mend::{ROOT_SUM, ROOT_SUM_2};

/// Where a BIOS keeps the address of its extended data area, divided by 16.
const POINTER: u64 = 0x40e;

fn at(address: u64, bytes: Vec<u8>) -> Memory {
    let mut memory = Memory::default();
    memory.put(address, bytes);
    memory
}

/// A BIOS's memory below 1 MiB, with its extended data area at 0x9fc00.
fn bios() -> Memory {
    let mut memory = at(POINTER, 0x9fc0_u16.to_le_bytes().to_vec());
    memory.put(0x9fc00, vec![0xff; 1024]);
    memory.put(0xe_0000, vec![0xff; 0x2_0000]);
    memory
}

fn write(memory: &mut Memory, address: u64, bytes: &[u8]) {
    let place = memory.get_mut(address, bytes.len());
    place.expect("it is memory").copy_from_slice(bytes);
}

fn read(bytes: Vec<u8>) -> Result<Rsdp, Error> {
    Rsdp::find(&at(ROOT, bytes), Some(ROOT))
}

#[test]
fn a_root_pointer_is_found_where_a_bios_leaves_it() {
    let last_of_data = 0x9fc00 + 1024 - 32;
    for address in [0x9fc00, last_of_data, 0xe_0000, 0xf_59e0, 0xf_ffe0] {
        let mut memory = bios();
        write(&mut memory, address, &root(0x1234, None));
        let found = Rsdp::find(&memory, None).map(|found| (found.address, found.rsdt));
        assert_eq!(found, Ok((address, 0x1234)));
    }
}

#[test]
fn the_extended_data_area_comes_first_and_what_is_unsound_is_passed_over() {
    let mut memory = bios();
    write(&mut memory, 0xf_0000, &root(2, None));
    write(&mut memory, 0x9fc40, &root(1, None));
    let mut unsound = root(0, None);
    unsound[12] += 1;
    write(&mut memory, 0x9fc20, &unsound);
    assert_eq!(Rsdp::find(&memory, None).map(|found| found.rsdt), Ok(1));
    write(&mut memory, 0x9fc40, &unsound);
    assert_eq!(Rsdp::find(&memory, None).map(|found| found.rsdt), Ok(2));
}

#[test]
fn it_is_looked_for_nowhere_else() {
    for address in [0x9fbf0, 0x9fc08, 0xa_0000, 0xd_fff0, 0xf_0008] {
        let mut memory = bios();
        memory.put(address & !0xf, vec![0; 64]);
        if let Some(place) = memory.get_mut(address, 20) {
            place.copy_from_slice(&root(1, None));
        }
        assert_eq!(Rsdp::find(&memory, None), Err(Error::NoRoot));
        assert!(memory.reads() < 8300);
    }
}

#[test]
fn what_a_boot_loader_gives_is_not_searched_for() {
    let mut memory = bios();
    write(&mut memory, 0xf_0000, &root(1, None));
    let elsewhere = Rsdp::find(&memory, Some(0xf_0010));
    assert_eq!(elsewhere, Err(Error::NoRoot));
    let (address, len) = (u64::MAX - 7, 20);
    let nowhere = OutOfReach { address, len };
    assert_eq!(Rsdp::find(&memory, Some(address)), Err(nowhere.into()));
}

#[test]
fn a_bios_without_data_is_out_of_reach() {
    let (address, len) = (POINTER, 2);
    let nowhere = OutOfReach { address, len };
    assert_eq!(Rsdp::find(&Memory::default(), None), Err(nowhere.into()));
}

#[test]
fn its_signature_has_eight_characters() {
    for place in 0..8 {
        let mut bytes = root(1, None);
        bytes[place] = b'?';
        seal(&mut bytes, ROOT_SUM);
        assert_eq!(read(bytes), Err(Error::NoRoot));
    }
}

#[test]
fn both_sums_are_checked() {
    let mut bytes = root(1, Some(2));
    bytes[ROOT_SUM] += 3;
    assert_eq!(read(bytes.clone()), Err(Error::Checksum(3)));
    bytes[ROOT_SUM] -= 3;
    bytes[ROOT_SUM_2] -= 1;
    assert_eq!(read(bytes), Err(Error::Checksum(255)));
}

#[test]
fn a_length_that_cannot_be_is_refused() {
    for len in [0, 20, 35, 257, u32::MAX] {
        let mut bytes = root(1, Some(2));
        bytes[20..24].copy_from_slice(&len.to_le_bytes());
        seal(&mut bytes, ROOT_SUM_2);
        assert_eq!(read(bytes), Err(Error::Length(len)));
    }
    // A later revision may have more.
    let mut bytes = root(1, Some(2));
    bytes.resize(256, 7);
    bytes[20..24].copy_from_slice(&256_u32.to_le_bytes());
    seal(&mut bytes, ROOT_SUM_2);
    assert_eq!(read(bytes.clone()).map(|root| root.xsdt), Ok(Some(2)));
    bytes.pop();
    let (address, len) = (ROOT, 256);
    assert_eq!(read(bytes), Err(OutOfReach { address, len }.into()));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn it_is_read_as_it_stands(address in any::<u32>(), rsdt in any::<u32>(), xsdt in any::<Option<u64>>(), oem in any::<[u8; 6]>()) {
        let address = u64::from(address);
        let mut bytes = root(rsdt, xsdt);
        bytes[9..15].copy_from_slice(&oem);
        seal(&mut bytes[..20], ROOT_SUM);
        let revision = bytes[15];
        let found = Rsdp::read(&at(address, bytes), address);
        let xsdt = xsdt.filter(|xsdt| *xsdt != 0);
        prop_assert_eq!(found, Ok(Rsdp { address, revision, oem, rsdt, xsdt }));
    }

    /// Each bit counts.
    #[test]
    fn a_flipped_bit_is_refused(rsdt in any::<u32>(), xsdt in any::<Option<u64>>(), bit in any::<prop::sample::Index>()) {
        let mut bytes = root(rsdt, xsdt);
        let bit = bit.index(8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(read(bytes).is_err());
    }

    #[test]
    fn where_it_ends_too_early_it_is_refused(xsdt in any::<Option<u64>>(), len in any::<prop::sample::Index>()) {
        let mut bytes = root(1, xsdt);
        bytes.truncate(len.index(bytes.len()));
        prop_assert!(matches!(read(bytes), Err(Error::OutOfReach(_))));
    }
}

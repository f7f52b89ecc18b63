//! A parser that others wrote reads the same tables, and has to agree.
//!
//! It believes what a table says of its length, so it is shown sound ones only.

#![expect(
    unsafe_code,
    reason = "the other parser asks for memory by its address"
)]

mod memory;

use acpi::AcpiTables;
use acpi::HpetInfo;
use acpi::address::{AddressSpace, GenericAddress};
use acpi::madt::MadtEntry;
use cairn::acpi::address::{Address, Space};
use cairn::acpi::fadt::{self, Enable, Fadt};
use cairn::acpi::hpet::{self, Hpet};
use cairn::acpi::madt::{self, Entry, Madt, Override};
use cairn::acpi::mcfg::{self, Buses, Mcfg};
use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::table::Table;
use cairn::acpi::tables::Tables;
use proptest::prelude::*;

use super::build::{ROOT, machine, root, table};
use super::config;
use super::decoded::apics;
use super::memory::Memory;
use memory::Handler;

type Theirs<'a> = AcpiTables<Handler<'a>>;

/// Holds all tables of a machine against what the other parser says.
pub fn agree(memory: &Memory, address: u64) {
    let root = Rsdp::read(memory, address).expect("it is sound");
    // SAFETY: the root pointer is sound, and so is all to which it leads.
    let theirs = unsafe { AcpiTables::from_rsdp(Handler(memory), address as usize) };
    let theirs = theirs.expect("they can read it");
    let ours = Tables::list(memory, root).expect("it is sound");
    let find = |name| ours.find(memory, name).expect("it is sound");
    agree_on_fadt(find(fadt::NAME), &theirs);
    agree_on_hpet(find(hpet::NAME), &theirs);
    agree_on_madt(find(madt::NAME), &theirs);
    agree_on_mcfg(find(mcfg::NAME), &theirs);
}

fn agree_on_fadt(ours: Option<Table>, theirs: &Theirs) {
    let theirs = theirs.find_table::<acpi::fadt::Fadt>().ok();
    assert_eq!(ours.is_some(), theirs.is_some());
    let (Some(table), Some(theirs)) = (ours, theirs) else {
        return;
    };
    let ours = Fadt::of(&table).expect("it is long enough");
    let (flags, boot_flags) = ({ theirs.flags }, { theirs.iapc_boot_arch });
    let (port, value) = ({ theirs.smi_cmd_port }, theirs.acpi_enable);
    let is_reduced = flags.system_is_hw_reduced_acpi();
    let first = theirs.pm1a_control_block().ok().and_then(place);
    let second = theirs.pm1b_control_block().ok().flatten().and_then(place);
    let sleep = theirs
        .sleep_control_register()
        .ok()
        .flatten()
        .and_then(place);
    let reset = theirs.reset_register().ok().and_then(place);
    let can_reset = flags.supports_system_reset_via_fadt();
    let is_enabled = port != 0 && value != 0 && !is_reduced;
    assert_eq!(ours.dsdt, theirs.dsdt_address().expect("it has one") as u64);
    assert_eq!(ours.enable, is_enabled.then_some(Enable { port, value }));
    let control = [first, second].map(|register| register.filter(|_| !is_reduced));
    assert_eq!(ours.control.map(|register| register.map(spot)), control);
    assert_eq!(ours.sleep_control.map(spot), sleep.filter(|_| is_reduced));
    let ours_reset = ours.reset.map(|(register, value)| (spot(register), value));
    assert_eq!(
        ours_reset,
        reset
            .filter(|_| can_reset)
            .map(|register| (register, theirs.reset_value))
    );
    assert_eq!(ours.century.unwrap_or(0), theirs.century);
    if table.header.revision >= 3 {
        assert_eq!(ours.has_8042, boot_flags.motherboard_implements_8042());
    }
}

/// Where a register is. We say of older addresses that they have 16 bits, whatever their length.
fn spot(address: Address) -> (Space, u64) {
    (address.space, address.start)
}

fn place(address: GenericAddress) -> Option<(Space, u64)> {
    let space = match address.address_space {
        AddressSpace::SystemMemory => Space::Memory,
        AddressSpace::SystemIo => Space::Ports,
        AddressSpace::PciConfigSpace => Space::Other(2),
        other => panic!("no table of ours has {other:?}"),
    };
    (address.address != 0).then_some((space, address.address))
}

fn agree_on_hpet(ours: Option<Table>, theirs: &Theirs) {
    let ours = ours.map(|table| Hpet::of(&table).expect("it is long enough"));
    let ours = ours.map(|hpet| (spot(hpet.registers), hpet.number));
    let theirs = HpetInfo::new(theirs).ok();
    let theirs = theirs.map(|hpet| ((Space::Memory, hpet.base_address as u64), hpet.hpet_number));
    assert_eq!(ours, theirs);
}

fn agree_on_madt(ours: Option<Table>, theirs: &Theirs) {
    let theirs = theirs.find_table::<acpi::madt::Madt>().ok();
    assert_eq!(ours.is_some(), theirs.is_some());
    let (Some(table), Some(theirs)) = (ours, theirs) else {
        return;
    };
    let ours = Madt::of(&table).expect("it is long enough");
    let theirs = theirs.get();
    assert_eq!(ours.local_apic, { theirs.local_apic_address });
    assert_eq!(ours.has_8259s, theirs.supports_8259());
    let entries = ours.entries().map(|entry| entry.expect("it is sound"));
    let known = entries.filter(|entry| !matches!(entry, Entry::Other { .. }));
    assert!(known.eq(theirs.entries().filter_map(entry)));
}

/// One of the entries that we know.
fn entry(entry: MadtEntry) -> Option<Entry> {
    let is_usable = |flags| flags & 1 == 1;
    Some(match entry {
        MadtEntry::LocalApic(it) => Entry::Processor {
            id: it.apic_id.into(),
            is_usable: is_usable(it.flags),
        },
        MadtEntry::LocalX2Apic(it) => Entry::Processor {
            id: it.x2apic_id,
            is_usable: is_usable(it.flags),
        },
        MadtEntry::IoApic(it) => Entry::IoApic {
            id: it.io_apic_id,
            address: it.io_apic_address,
            first_input: it.global_system_interrupt_base,
        },
        MadtEntry::InterruptSourceOverride(it) => Entry::Override(Override {
            line: it.irq,
            input: it.global_system_interrupt,
            is_low: it.flags & 3 == 3,
            is_level: it.flags >> 2 & 3 == 3,
        }),
        MadtEntry::LocalApicNmi(it) => Entry::LocalNmi { pin: it.nmi_line },
        MadtEntry::X2ApicNmi(it) => Entry::LocalNmi { pin: it.nmi_line },
        MadtEntry::LocalApicAddressOverride(it) => Entry::LocalApicAddress(it.local_apic_address),
        _ => return None,
    })
}

fn agree_on_mcfg(ours: Option<Table>, theirs: &Theirs) {
    let theirs = theirs.find_table::<acpi::mcfg::Mcfg>().ok();
    assert_eq!(ours.is_some(), theirs.is_some());
    let (Some(table), Some(theirs)) = (ours, theirs) else {
        return;
    };
    let theirs = theirs.entries().iter().map(|it| Buses {
        start: it.base_address,
        segment: it.pci_segment_group,
        first: it.bus_number_start,
        last: it.bus_number_end,
    });
    assert!(Mcfg::of(&table).entries().eq(theirs.map(Ok)));
}

/// A FADT with whatever is in it, but for the address spaces of its registers.
fn fadt() -> impl Strategy<Value = Vec<u8>> {
    let fields = prop::collection::vec(any::<u8>(), 276 - 36);
    (fields, 2..7_u8, any::<[u8; 4]>()).prop_map(|(mut body, revision, spaces)| {
        body[4] |= 1; // there is a DSDT
        let registers = [116, 148, 160, 172, 184, 244];
        for (register, space) in registers.into_iter().zip(spaces.into_iter().cycle()) {
            body[register - 36] = space % 3;
            body[register - 36 + 3] = space % 5; // how it is accessed
        }
        table(b"FACP", revision, &body)
    })
}

fn hpet() -> impl Strategy<Value = Vec<u8>> {
    any::<[u8; 20]>().prop_map(|mut body| {
        (body[4], body[8]) = (0, body[8] | 1); // in memory, and somewhere
        table(b"HPET", 1, &body)
    })
}

fn madt() -> impl Strategy<Value = Vec<u8>> {
    let entries = prop::collection::vec(apics::entries(), 0..12);
    (any::<[u8; 8]>(), entries).prop_map(|(head, entries)| {
        let entries: Vec<_> = entries.into_iter().map(|(_, bytes)| bytes).collect();
        table(b"APIC", 4, &[&head[..], &entries.concat()].concat())
    })
}

fn mcfg() -> impl Strategy<Value = Vec<u8>> {
    let buses = prop::collection::vec(any::<[u8; 16]>(), 0..4);
    buses.prop_map(|buses| table(b"MCFG", 1, &[&[0; 8], buses.as_flattened()].concat()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn they_read_the_same_tables(fadt in fadt(), hpet in hpet(), madt in madt(), mcfg in mcfg(), missing in 0..8_usize) {
        let mut tables = vec![fadt, hpet, madt, mcfg];
        tables.truncate(4 - missing.min(3));
        agree(&machine(&tables), ROOT);
    }

    /// They refuse the same root pointers, where a bit is wrong.
    #[test]
    fn they_find_the_same_root_pointers_sound(rsdt in any::<u32>(), xsdt in any::<Option<u64>>(), flipped in any::<Option<prop::sample::Index>>()) {
        let mut bytes = root(rsdt, xsdt);
        if let Some(bit) = flipped {
            let bit = bit.index(8 * bytes.len());
            // They believe the revision and the length.
            prop_assume!(!matches!(bit / 8, 15 | 20..24));
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let mut memory = Memory::default();
        memory.put(ROOT, bytes);
        let theirs = Handler(&memory).is_sound(ROOT);
        prop_assert_eq!(Rsdp::read(&memory, ROOT).is_ok(), theirs);
        prop_assert_eq!(theirs, flipped.is_none());
    }
}

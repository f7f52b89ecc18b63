//! Firmware's tables, where a machine is needed: they agree with it, and what they say works.

use bootloader_api::BootInfo;
use cairn::acpi::fadt::{self, Fadt};
use cairn::acpi::hpet::{self, Hpet};
use cairn::acpi::madt::{self, Entry, Madt, Override};
use cairn::acpi::mcfg::{self, Mcfg};
use cairn::acpi::rsdp::Rsdp;
use cairn::acpi::srat::{self, Srat};
use cairn::acpi::table::Table;
use cairn::acpi::tables::Tables;
use cairn::acpi::{OutOfReach, Physical};
use cairn::arch::firmware::Firmware;
use cairn::arch::off::switch_off;
use cairn::arch::physical::View;
use cairn::arch::power::reboot;
use cairn::case;
use cairn::testing::Verdict;
use x86_64::registers::model_specific::Msr;

fn view(boot_info: &BootInfo) -> View<'_> {
    View::new(boot_info).expect("physical memory is mapped")
}

fn tables(boot_info: &BootInfo) -> Tables {
    let firmware = Firmware::of(boot_info);
    firmware.tables.expect("this machine has tables")
}

/// The table of this name.
fn table(boot_info: &BootInfo, name: [u8; 4]) -> Table {
    let found = tables(boot_info).find(&view(boot_info), name);
    found.expect("it is sound").expect("it is there")
}

/// What 32 bits of a device say, at this physical address.
fn register(boot_info: &BootInfo, address: u64) -> u32 {
    // SAFETY: they are only read, and no memory is there. Nobody else drives the device.
    let window = unsafe { view(boot_info).registers(address, 1) };
    let window = window.expect("no memory is there");
    window.read(0).expect("it has one register")
}

case!(the_machine_is_switched_off(boot_info), expect: Verdict::PoweredOff);
/// By ACPI: the runner would notice its own device.
fn the_machine_is_switched_off(boot_info: &'static mut BootInfo) {
    switch_off(Firmware::of(boot_info).off.as_mut())
}

case!(a_pc_is_switched_off(boot_info), expect: Verdict::PoweredOff, machine: "-machine pc");
/// The older board, whose tables are of ACPI 1.0.
fn a_pc_is_switched_off(boot_info: &'static mut BootInfo) {
    switch_off(Firmware::of(boot_info).off.as_mut())
}

case!(the_machine_is_reset(boot_info), expect: Verdict::Reset);
/// And not by a triple fault.
fn the_machine_is_reset(boot_info: &'static mut BootInfo) {
    let mut firmware = Firmware::of(boot_info);
    assert!(firmware.reset.is_some());
    reboot(firmware.reset.as_mut())
}

case!(each_table_is_there_and_adds_up(boot_info));
/// In the list that is to be preferred.
fn each_table_is_there_and_adds_up(boot_info: &'static mut BootInfo) {
    let tables = tables(boot_info);
    assert_eq!((tables.left_out, tables.fallback), (0, None));
    let expected = if tables.root.xsdt.is_some() {
        b"XSDT"
    } else {
        b"RSDT"
    };
    assert_eq!(tables.list.signature.0, *expected);
    for listed in &tables.listed {
        let table = Table::read(&view(boot_info), listed.address).expect("it is sound");
        assert_eq!(Ok(table.header), listed.header);
    }
    assert!(tables.listed.len() >= 4);
}

case!(the_root_is_found_without_help(boot_info));
/// Where it lies below 1 MiB, as all firmware has left it but UEFI.
fn the_root_is_found_without_help(boot_info: &'static mut BootInfo) {
    let address = boot_info.rsdp_addr.into_option().expect("it was given");
    let found = Rsdp::find(&view(boot_info), None);
    let found = found.map(|root| root.address);
    assert_eq!(found.ok(), (address < 1 << 20).then_some(address));
}

case!(what_is_not_firmwares_is_out_of_reach(boot_info));
/// The kernel, memory that is free, and what is not mapped.
fn what_is_not_firmwares_is_out_of_reach(boot_info: &'static mut BootInfo) {
    let view = view(boot_info);
    for address in [boot_info.kernel_addr, 64 << 20, 1 << 50, u64::MAX] {
        let read = view.read(address, &mut [0; 36]);
        assert_eq!(read, Err(OutOfReach { address, len: 36 }));
        // SAFETY: nobody uses the window, if there is one.
        let window = unsafe { view.registers::<u8>(address, 1) };
        assert!(window.is_err(), "{address:#x}");
    }
}

case!(processors_are_those_that_there_are(boot_info), machine: "-smp 3");
/// And each finds its local APIC where it is.
fn processors_are_those_that_there_are(boot_info: &'static mut BootInfo) {
    let table = table(boot_info, madt::NAME);
    let madt = Madt::of(&table).expect("it is whole");
    assert!(madt.entries().all(|entry| entry.is_ok()));
    let usable = madt.sound().filter_map(|entry| match entry {
        Entry::Processor { id, is_usable } => is_usable.then_some(id),
        _ => None,
    });
    assert!(usable.eq(0..3));
    // SAFETY: a processor with a local APIC has this register.
    let base = unsafe { Msr::new(0x1b).read() };
    assert_eq!(madt.local_apic(), base & !0xfff);
}

case!(the_timer_has_another_input(boot_info));
/// Its line is 0, and arrives at input 2 of the I/O APIC.
fn the_timer_has_another_input(boot_info: &'static mut BootInfo) {
    let table = table(boot_info, madt::NAME);
    let madt = Madt::of(&table).expect("it is whole");
    let timer = Override {
        line: 0,
        input: 2,
        is_low: false,
        is_level: false,
    };
    assert!(madt.sound().any(|entry| entry == Entry::Override(timer)));
}

case!(the_hpet_is_where_it_should_be(boot_info));
/// Its first register says how long a tick takes, in femtoseconds: 100 ns at most.
fn the_hpet_is_where_it_should_be(boot_info: &'static mut BootInfo) {
    let hpet = Hpet::of(&table(boot_info, hpet::NAME)).expect("it is whole");
    let tick = register(boot_info, hpet.registers.start + 4);
    assert!((1..=100_000_000).contains(&tick), "{tick}");
}

case!(the_configuration_of_pci_is_where_it_should_be(boot_info));
/// The first device, which is the chipset, says that Intel has made it.
fn the_configuration_of_pci_is_where_it_should_be(boot_info: &'static mut BootInfo) {
    let table = table(boot_info, mcfg::NAME);
    let buses = Mcfg::of(&table).entries().next();
    let buses = buses.expect("there is one").expect("it is whole");
    assert_eq!(register(boot_info, buses.start) & 0xffff, 0x8086);
}

case!(nodes_have_processors_and_memory(boot_info), machine: "-smp 2 -m 128M \
    -object memory-backend-ram,id=a,size=64M -object memory-backend-ram,id=b,size=64M \
    -numa node,memdev=a,cpus=0 -numa node,memdev=b,cpus=1");
/// A processor each, and all memory from 1 MiB on, half of it each.
fn nodes_have_processors_and_memory(boot_info: &'static mut BootInfo) {
    use srat::Entry;
    let table = table(boot_info, srat::NAME);
    let srat = Srat::of(&table);
    for (node, memory) in [(0, 1 << 20..64 << 20), (1, 64 << 20..128 << 20)] {
        let has = |wanted| srat.entries().any(|entry| entry.as_ref() == Ok(&wanted));
        assert!(has(Entry::Processor { id: node, node }));
        assert!(has(Entry::Memory { memory, node }));
    }
}

/// Whether the FADT says that there is a keyboard controller.
fn has_8042(boot_info: &BootInfo) -> bool {
    let fadt = Fadt::of(&table(boot_info, fadt::NAME));
    fadt.expect("it is whole").has_8042
}

case!(a_keyboard_controller_is_there(boot_info));
/// On the usual machine.
fn a_keyboard_controller_is_there(boot_info: &'static mut BootInfo) {
    assert!(has_8042(boot_info));
}

case!(a_keyboard_controller_is_missing(boot_info), machine: "-machine i8042=off");
/// Where QEMU has left it out.
fn a_keyboard_controller_is_missing(boot_info: &'static mut BootInfo) {
    assert!(!has_8042(boot_info));
}

case!(an_old_table_does_not_tell(boot_info), machine: "-machine pc");
/// In ACPI 1.0 the flag did not exist, and each machine had one.
fn an_old_table_does_not_tell(boot_info: &'static mut BootInfo) {
    assert!(has_8042(boot_info));
}

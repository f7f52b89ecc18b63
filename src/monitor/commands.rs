//! The commands of the monitor, a line of a table each.

use super::apic; // [apic]
use super::tables; // [acpi.2]
use super::time; // [time]
use alloc::string::String; // [heap.3]
use alloc::vec::Vec; // [heap.3]

use x86_64::VirtAddr; // [paging]

use crate::arch::areas::Area; // [frames.4]
// [monitor.3..acpi.4] use crate::arch::exit::{Status, exit};
use crate::arch::faults::FAULTS; // [monitor.5]
use crate::arch::mappings::Rights; // [heap.3]
use crate::arch::memory; // [frames]
use crate::arch::off::switch_off; // [acpi.4]
use crate::arch::paging::Tables; // [paging]
use crate::arch::power; // [monitor.5]
use crate::arch::{irq, serial};
use crate::heap::fallible::{try_push, try_string}; // [heap.5]
use crate::heap::global; // [heap.3]
use crate::kernel::Kernel;
use crate::logger;
use crate::{print, println};

/// A command.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What follows the name.
    arguments: &'static str,
    /// What it does, in a few words.
    what: &'static str,
    /// Does it, with what followed the name.
    pub run: fn(&mut Kernel, &str),
}

/// All commands, by name.
pub const COMMANDS: &[Command] = &[
    // [acpi.2]
    Command {
        name: "acpi",
        // [acpi.2..acpi.3] arguments: "",
        // [acpi.2..acpi.3] what: "list the tables of firmware",
        // [acpi.2..acpi.3] run: |kernel, _| tables::acpi(kernel),
        // [acpi.3..]
        arguments: "[NAME]",
        what: "list the tables of firmware; with NAME, say what one says",
        run: |kernel, name| tables::acpi(kernel, name),
        // [..acpi.3]
    },
    // [apic]
    Command {
        name: "apic",
        arguments: "",
        what: "say what the APICs deliver",
        // [apic..apic.3] run: |kernel, _| apic::apic(kernel),
        run: |_, _| apic::apic(), // [apic.3]
    },
    Command {
        name: "boot",
        arguments: "",
        what: "what the boot loader has told",
        run: |kernel, _| boot(kernel),
    },
    Command {
        name: "clear",
        arguments: "",
        what: "clear the screen",
        run: |_, _| print!("{}", super::CLEAR),
    },
    // [time]
    Command {
        name: "clock",
        arguments: "",
        what: "say what clocks there are",
        run: |_, _| time::clock(),
    },
    // [time.4]
    Command {
        name: "date",
        arguments: "",
        what: "say what day it is",
        run: |kernel, _| time::date(kernel),
    },
    Command {
        name: "echo",
        arguments: "TEXT",
        what: "say TEXT",
        run: |_, text| println!("{text}"),
    },
    // [monitor.5]
    Command {
        name: "fault",
        arguments: "[NAME]",
        what: "let something go wrong; without NAME, list what",
        run: |_, name| fault(name),
    },
    // [heap.3]
    Command {
        name: "heap",
        arguments: "",
        what: "say how full the heap is",
        run: |_, _| heap(),
    },
    Command {
        name: "help",
        arguments: "",
        what: "list the commands",
        run: |_, _| help(),
    },
    Command {
        name: "irq",
        arguments: "",
        what: "count the interrupts of each line",
        run: |_, _| irq(),
    },
    Command {
        name: "log",
        arguments: "",
        what: "repeat what was logged",
        run: |_, _| log(),
    },
    // [paging.4]
    Command {
        name: "map",
        arguments: "",
        what: "list all that is mapped",
        run: |kernel, _| map(kernel),
    },
    // [frames]
    Command {
        name: "mem",
        arguments: "",
        what: "say what memory there is, and who has it",
        run: |kernel, _| mem(kernel),
    },
    // [heap.3]
    Command {
        name: "note",
        arguments: "[TEXT]",
        what: "keep TEXT; without it, list what was kept",
        run: |kernel, text| note(&mut kernel.notes, text),
    },
    // [monitor.5]
    Command {
        name: "reboot",
        arguments: "",
        what: "start the machine anew",
        // [monitor.5..acpi.5] run: |_, _| power::reboot(),
        run: |kernel, _| power::reboot(kernel.firmware.reset.as_mut()), // [acpi.5]
    },
    Command {
        name: "shutdown",
        arguments: "",
        what: "switch the machine off",
        // [monitor.3..acpi.4] run: |_, _| exit(Status::Success),
        run: |kernel, _| switch_off(kernel.firmware.off.as_mut()), // [acpi.4]
    },
    // [time.3]
    Command {
        name: "sleep",
        arguments: "MS",
        what: "rest for so many milliseconds",
        run: |_, milliseconds| time::sleep(milliseconds),
    },
    // [time.2]
    Command {
        name: "uptime",
        arguments: "",
        what: "say how long the clock has run",
        run: |_, _| time::uptime(),
    },
    // [paging]
    Command {
        name: "walk",
        arguments: "ADDRESS",
        what: "walk the page tables to a virtual address",
        run: |kernel, address| walk(kernel, address),
    },
];

fn help() {
    for Command {
        name,
        arguments,
        what,
        ..
    } in COMMANDS
    {
        // [monitor.3..paging] println!("  {name:8} {arguments:6}  {what}");
        println!("  {name:8} {arguments:7}  {what}"); // [paging]
    }
}

fn boot(kernel: &Kernel) {
    let info = &kernel.boot_info;
    let (kernel, stack) = (info.kernel_addr, info.kernel_stack_bottom);
    println!(
        "kernel           {:#x}, {} KiB",
        kernel,
        info.kernel_len / 1024
    );
    println!(
        "boot stack       {:#x}, {} KiB",
        stack,
        info.kernel_stack_len / 1024
    );
    if let Some(offset) = info.physical_memory_offset.into_option() {
        println!("physical memory  mapped at {offset:#x}");
    }
    if let Some(root) = info.rsdp_addr.into_option() {
        println!("ACPI             root pointer at {root:#x}");
    }
    println!("memory:");
    for region in info.memory_regions.iter() {
        let kib = (region.end - region.start) / 1024;
        println!(
            "  {:#12x} {:#12x} {kib:9} KiB  {:?}",
            region.start, region.end, region.kind
        );
    }
}

// [heap.3]
fn heap() {
    let state = global::state();
    let (size, used) = (state.size / 1024, state.used);
    println!("heap: {size} KiB at {:#x}", global::START);
    println!("used: {used} bytes, for {} objects", state.objects);
    // [heap.4]
    if let Some(error) = state.failure {
        println!("the last failure: {error}");
    }
}

fn irq() {
    let counts = irq::counts();
    for (line, count) in counts.served.iter().enumerate() {
        let device = device(line as u8);
        if *count > 0 || !device.is_empty() {
            println!("  line {line:2}   {count:10}  {device}");
        }
    }
    println!("  spurious  {:10}", counts.spurious);
    println!("  lost      {:10}  bytes from COM1", serial::lost());
}

/// Who raises a line.
fn device(line: u8) -> &'static str {
    match line {
        irq::TIMER => "timer",
        irq::KEYBOARD => "keyboard",
        irq::SERIAL => "COM1",
        _ => "",
    }
}

fn log() {
    // The console takes every text.
    let _ = logger::replay(&mut super::Console);
}

// [paging.4]
fn map(kernel: &Kernel) {
    match Tables::in_use(kernel.boot_info) {
        Some(tables) => tables.for_each_range(|range| println!("{range}")),
        None => println!("{UNREADABLE}"),
    }
}

// [heap.3]
fn note(notes: &mut Vec<String>, text: &str) {
    if text.is_empty() {
        notes.iter().for_each(|note| println!("  {note}"));
        return;
    }
    // [heap.3..heap.5] notes.push(String::from(text));
    // [heap.5..]
    let kept = try_string(text).map(|note| try_push(notes, note));
    if !matches!(kept, Ok(Ok(()))) {
        println!("There is no memory for that.");
    }
    // [..heap.5]
}

// [frames]
fn mem(kernel: &Kernel) {
    println!("usable:");
    for range in memory::regions(kernel.boot_info).usable(4096) {
        println!(
            "  {:#12x} {:#12x} {:9} KiB",
            range.start,
            range.end,
            (range.end - range.start) / 1024
        );
    }
    // [frames.2..]
    let counts = memory::with(|memory| (memory.frames.total(), memory.frames.free_count()));
    if let Some((total, free)) = counts {
        println!(
            "frames: {total}, of which {free} are free and {} in use",
            total - free
        );
    }
    // [..frames.2]
    // [frames.4..]
    println!("mapped, but for physical memory:");
    for Area {
        name,
        memory,
        rights,
    } in &kernel.areas
    {
        let kib = (memory.end - memory.start).div_ceil(1024);
        println!("  {:#018x} {kib:9} KiB  {rights}  {name}", memory.start);
    }
    // [heap.3..]
    let (kib, rights) = (global::state().size / 1024, Rights::WRITE);
    println!("  {:#018x} {kib:9} KiB  {rights}  heap", global::START);
    // [..heap.3]
    // [..frames.4]
}

// [paging..]
const UNREADABLE: &str = "Physical memory is not mapped, so nobody can read the page tables.";

fn walk(kernel: &Kernel, address: &str) {
    let Some(address) = address_of(address) else {
        println!("Walk where? Give an address, such as 0xb8000.");
        return;
    };
    let Ok(address) = VirtAddr::try_new(address) else {
        println!("{address:#x} is not canonical: bits 48 to 63 have to equal bit 47.");
        return;
    };
    let Some(tables) = Tables::in_use(kernel.boot_info) else {
        println!("{UNREADABLE}");
        return;
    };
    tables.walk(address).for_each(|entry| println!("{entry}"));
    match tables.translate(address) {
        Some(physical) => println!("{address:#x} is at {physical:#x}."),
        None => println!("{address:#x} is not mapped."),
    }
}

/// The number that a text means, in hexadecimal, with `0x` before it or without.
fn address_of(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}
// [..paging]

// [monitor.5]
fn fault(name: &str) {
    match FAULTS.iter().find(|fault| fault.name == name) {
        Some(fault) => (fault.commit)(),
        None => FAULTS
            .iter()
            .for_each(|fault| println!("  {:10}  {}", fault.name, fault.what)),
    }
}

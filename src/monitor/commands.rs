//! The commands of the monitor, a line of a table each.

use crate::arch::exit::{Status, exit};
use crate::arch::faults::FAULTS; // [monitor.5]
use crate::arch::power; // [monitor.5]
use crate::arch::{irq, serial};
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
    // [monitor.5]
    Command {
        name: "reboot",
        arguments: "",
        what: "start the machine anew",
        run: |_, _| power::reboot(),
    },
    Command {
        name: "shutdown",
        arguments: "",
        what: "switch the machine off",
        run: |_, _| exit(Status::Success),
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
        println!("  {name:8} {arguments:6}  {what}");
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

// [monitor.5]
fn fault(name: &str) {
    match FAULTS.iter().find(|fault| fault.name == name) {
        Some(fault) => (fault.commit)(),
        None => FAULTS
            .iter()
            .for_each(|fault| println!("  {:10}  {}", fault.name, fault.what)),
    }
}

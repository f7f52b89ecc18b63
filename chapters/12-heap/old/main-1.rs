//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::kernel::Kernel;
use cairn::println;

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    let number = Box::new(42);
    println!("A box with {number}, at {:p}.", &*number);

    let text = String::from("granite, slate and quartz");
    let words: Vec<&str> = text.split(' ').collect();
    println!("{} words, at {:p}: {words:?}.", words.len(), words.as_ptr());

    let mut lengths = BTreeMap::new();
    for word in words {
        lengths.insert(word.len(), word);
    }
    println!("By length: {lengths:?}.");

    let shared = Rc::new(text);
    let other = Rc::clone(&shared);
    println!("{} owners of {:p}.", Rc::strong_count(&other), &*shared);
    // [heap.2..]
    let numbers: Vec<u64> = (0..100_000).collect();
    println!("{} numbers, at {:p}.", numbers.len(), numbers.as_ptr());
    // [..heap.2]
    exit(Status::Success)
}

//! The kernel as a program: the three ways to boot meet at its entry point.

#![no_std]
#![no_main]

use core::fmt::{self, Write};

use bootloader_api::{BootInfo, entry_point};
use cairn::arch::exit::{Status, exit};
use cairn::arch::input::Input;
use cairn::arch::serial;
use cairn::kernel::Kernel;
use cairn::line::{Editor, Outcome, View};
use cairn::{print, println};

entry_point!(kernel_main, config = &cairn::boot::CONFIG);

/// The console, for what writes to something.
struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        print!("{text}");
        Ok(())
    }
}

fn kernel_main(boot_info: &'static mut BootInfo) -> ! {
    Kernel::init(boot_info);
    println!("Write a line, and Enter at its end.");
    serial::resume();
    let (mut input, mut editor, mut view) = (Input::new(), Editor::new(), View::new());
    loop {
        // The console takes every text.
        let _ = view.show("> ", &editor, &mut Console);
        input.wait();
        while let Some(key) = input.key() {
            if editor.press(key) == Outcome::Finished {
                let _ = view.show("> ", &editor, &mut Console);
                println!("\nYou wrote {} bytes: {}", editor.text().len(), editor.text());
                exit(Status::Success);
            }
        }
    }
}

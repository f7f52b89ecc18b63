//! The monitor: a prompt at which people look into the kernel.

mod apic; // [apic]
mod commands;
mod tables; // [acpi.2]
mod time; // [time]

use core::fmt::{self, Write};

use crate::arch::input::Input;
use crate::arch::serial;
use crate::kernel::Kernel;
use crate::line::{Completion, History, candidates, complete}; // [monitor.4]
use crate::line::{Editor, Key, Outcome, View};
use crate::{print, println};
use commands::{COMMANDS, Command};

const PROMPT: &str = "cairn> ";

/// The terminal's bell.
const BELL: &str = "\x07";

/// Moves the cursor to the upper left corner and empties the screen.
const CLEAR: &str = "\x1b[H\x1b[2J";

/// All that the monitor knows of its user.
struct Monitor {
    kernel: Kernel,
    editor: Editor,
    view: View,
    history: History, // [monitor.4]
}

/// Answers commands, for ever.
pub fn run(kernel: Kernel) -> ! {
    println!("Type `help` to see what there is.");
    let mut input = Input::new();
    let mut monitor = Monitor {
        kernel,
        editor: Editor::new(),
        view: View::new(),
        history: History::new(), // [monitor.4]
    };
    monitor.show();
    serial::resume();
    loop {
        // What is pasted comes in many keys, and is shown once.
        while let Some(key) = input.key() {
            monitor.press(key);
        }
        monitor.show();
        input.wait();
    }
}

impl Monitor {
    fn press(&mut self, key: Key) {
        match self.editor.press(key) {
            Outcome::Nothing | Outcome::Changed => {}
            Outcome::Finished => self.finish(),
            Outcome::Cancelled => {
                self.history.leave(); // [monitor.4]
                self.write("\n");
            }
            // [monitor.3..monitor.4] Outcome::Complete | Outcome::Older | Outcome::Newer => {}
            // [monitor.4..]
            Outcome::Complete => self.complete(),
            Outcome::Older => {
                if let Some(line) = self.history.older(self.editor.text()) {
                    self.editor.set(line);
                }
            }
            Outcome::Newer => {
                if let Some(line) = self.history.newer() {
                    self.editor.set(line);
                }
            }
            // [..monitor.4]
            Outcome::Bell => print!("{BELL}"),
            Outcome::Redraw => self.write(CLEAR),
        }
    }

    /// Shows the line as it is now.
    fn show(&mut self) {
        // The console takes every text.
        let _ = self.view.show(PROMPT, &self.editor, &mut Console);
    }

    /// Writes something that is not the line.
    fn write(&mut self, text: &str) {
        print!("{text}");
        self.view.forget();
    }

    /// The line is finished: does what it says.
    fn finish(&mut self) {
        self.show();
        self.write("\n");
        let line = self.editor.text().clone();
        self.history.push(&line); // [monitor.4]
        self.editor.clear();
        execute(&mut self.kernel, &line);
        // The next line begins at the next prompt, though keys may wait already.
        self.show();
    }

    // [monitor.4]
    /// Goes on with the command's name as far as it is clear. Where it is not, says
    /// which there are.
    fn complete(&mut self) {
        let names = || COMMANDS.iter().map(|command| command.name);
        let inserted = match complete(self.editor.before(), names()) {
            Completion::Nothing => return print!("{BELL}"),
            Completion::One(rest) => {
                (self.editor.insert(rest)).and_then(|()| self.editor.insert(" "))
            }
            Completion::Common(rest) => self.editor.insert(rest),
            Completion::Several => {
                self.show();
                println!();
                for name in candidates(self.editor.before(), names()) {
                    print!("{name}  ");
                }
                return self.write("\n");
            }
        };
        if inserted.is_err() {
            print!("{BELL}");
        }
    }
}

/// Does what a line says.
fn execute(kernel: &mut Kernel, line: &str) {
    let line = line.trim();
    let (name, arguments) = line.split_once(' ').unwrap_or((line, ""));
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(Command { run, .. }) => run(kernel, arguments.trim_start()),
        None if name.is_empty() => {}
        None => println!("There is no command `{name}`. Type `help` to see what there is."),
    }
}

/// The console, for what writes to something.
struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        print!("{text}");
        Ok(())
    }
}

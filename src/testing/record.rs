//! The record of a case, laid out so that the runner can read it from the ELF file.

#![expect(
    unsafe_code,
    reason = "a slice has no layout that others may rely on; its address and length have"
)]

use core::{slice, str};

use bootloader_api::BootInfo;

use super::Failed;

/// The layout of the record. Who changes the one changes the other, and the runner.
const VERSION: u32 = 1;

/// The flag of a case that runs only if it is asked for.
const IGNORED: u32 = 1 << 0;

/// What a case does.
pub type Body = fn(&'static mut BootInfo) -> Result<(), Failed>;

/// How a machine may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Verdict {
    /// The case returned, and had no error.
    Passed,
    /// The case returned an error.
    Failed,
    /// The kernel panicked.
    Panicked,
    /// An exception could not be delivered, nor the double fault that followed.
    TripleFaulted,
    /// The machine was reset.
    Reset,
    /// The case did not return in time.
    Hung,
    /// The machine was switched off.
    PoweredOff,
}

/// What the runner does once the kernel says that it is ready, with the byte XON.
#[derive(Debug)]
#[repr(C)]
pub struct Action {
    kind: u32,
    count: u32,
    text: Span<u8>,
}

impl Action {
    /// Sends this text on the serial line.
    pub const fn send(text: &'static str) -> Self {
        Self::new(1, text)
    }

    // [sharing.4]
    /// Sends this text so many times, one after the other.
    pub const fn send_times(text: &'static str, count: u32) -> Self {
        Self {
            count,
            ..Self::new(1, text)
        }
    }

    /// Presses keys on the keyboard, named as in QEMU's `sendkey`: `a`, `shift-a`, `ret`.
    pub const fn press(keys: &'static str) -> Self {
        Self::new(2, keys)
    }

    // [double-faults.3]
    /// Sends a non-maskable interrupt to the processors whose local APIC takes it
    /// at LINT1.
    pub const fn nmi() -> Self {
        Self::new(3, "")
    }

    const fn new(kind: u32, text: &'static str) -> Self {
        Self {
            kind,
            count: 1,
            text: Span::new(text.as_bytes()),
        }
    }
}

/// The record of a case.
#[derive(Debug)]
#[repr(C)]
pub struct Case {
    version: u32,
    flags: u32,
    expected: Verdict,
    /// Milliseconds.
    limit: u32,
    line: u32,
    reserved: u32,
    name: Span<u8>,
    file: Span<u8>,
    says: Span<u8>,
    machine: Span<u8>,
    host: Span<Action>,
    body: Body,
}

/// What [`case!`](crate::case) calls: a case, and what may be said about it.
impl Case {
    /// A case that has to pass within two seconds. Its name is a path that
    /// begins with the name of a crate, which is left out.
    pub const fn new(path: &'static str, file: &'static str, line: u32, body: Body) -> Self {
        Self {
            version: VERSION,
            flags: 0,
            expected: Verdict::Passed,
            limit: 2000,
            line,
            reserved: 0,
            name: Span::new(without_crate(path).as_bytes()),
            file: Span::new(file.as_bytes()),
            says: Span::new(&[]),
            machine: Span::new(&[]),
            host: Span::new(&[]),
            body,
        }
    }

    /// How the machine has to end.
    pub const fn expect(mut self, verdict: Verdict) -> Self {
        self.expected = verdict;
        self
    }

    /// What the kernel has to say on the serial line before that.
    pub const fn says(mut self, text: &'static str) -> Self {
        self.says = Span::new(text.as_bytes());
        self
    }

    /// How long it may take, in milliseconds from the kernel's first word on.
    pub const fn limit(mut self, milliseconds: u32) -> Self {
        self.limit = milliseconds;
        self
    }

    /// More arguments for QEMU, with spaces between them.
    pub const fn machine(mut self, arguments: &'static str) -> Self {
        self.machine = Span::new(arguments.as_bytes());
        self
    }

    /// What the host does meanwhile.
    pub const fn host(mut self, actions: &'static [Action]) -> Self {
        self.host = Span::new(actions);
        self
    }

    /// Whether it runs only if it is asked for.
    pub const fn ignored(mut self, ignored: bool) -> Self {
        self.flags = if ignored { IGNORED } else { 0 };
        self
    }

    /// The modules in which it lies, and its function: `serial::absent_port`.
    pub fn name(&self) -> &'static str {
        self.name.text()
    }

    /// Runs it.
    pub fn run(&self, boot_info: &'static mut BootInfo) -> Result<(), Failed> {
        (self.body)(boot_info)
    }
}

const fn without_crate(path: &'static str) -> &'static str {
    let mut index = 0;
    while path.as_bytes()[index] != b':' {
        index += 1;
    }
    path.split_at(index + 2).1
}

/// A slice that lives as long as the program.
#[derive(Debug)]
#[repr(C)]
struct Span<T: 'static> {
    start: *const T,
    len: usize,
}

// SAFETY: it stands for a shared reference, which many may use at once.
unsafe impl<T: Sync> Sync for Span<T> {}

impl<T> Span<T> {
    const fn new(slice: &'static [T]) -> Self {
        Self {
            start: slice.as_ptr(),
            len: slice.len(),
        }
    }
}

impl Span<u8> {
    fn text(&self) -> &'static str {
        // SAFETY: `new` took both numbers from a slice that lives for ever.
        let bytes = unsafe { slice::from_raw_parts(self.start, self.len) };
        str::from_utf8(bytes).unwrap_or("?")
    }
}

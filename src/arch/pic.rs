//! The two 8259 interrupt controllers: eight lines each, of which the second one's
//! output is the first one's line 2.
//!
//! Source: Intel, "8259A Programmable Interrupt Controller", 1988.

use pic8259::ChainedPics;

use super::port::Port; // [interrupts.3]
use crate::lock::Lock;

/// The vector of line 0. Those below 32 are the processor's own.
pub const FIRST_VECTOR: u8 = 32;

/// Lines of both controllers.
pub const LINES: u8 = 16;

/// The line of the first controller at which the second one is.
const CASCADE: u8 = 2;

// [interrupts.3]
/// The command to show, at the next read, which lines are in service.
const READ_IN_SERVICE: u8 = 0x0b;

static PICS: Lock<Pics> = Lock::new(
    "8259s",
    Pics {
        // SAFETY: the vectors have handlers.
        chain: unsafe { ChainedPics::new(FIRST_VECTOR, FIRST_VECTOR + 8) },
        // [interrupts.3..]
        // SAFETY: the controllers have no power over memory, and only this file
        // drives them.
        commands: unsafe { [Port::new(0x20), Port::new(0xa0)] },
        // [..interrupts.3]
    },
);

struct Pics {
    chain: ChainedPics,
    // [interrupts.3]
    /// The ports for commands. What is read from them is what was asked for last.
    commands: [Port<u8>; 2],
}

/// Gives the lines vectors from [`FIRST_VECTOR`] on, and closes all of them.
pub fn init() {
    let mut pics = PICS.lock();
    // SAFETY: interrupts are off, and all vectors have handlers.
    unsafe {
        pics.chain.initialize();
        pics.chain.write_masks(!(1 << CASCADE), 0xff);
    }
}

// [apic.4]
/// Which lines are closed, a bit each.
pub fn masks() -> [u8; 2] {
    // SAFETY: reading the masks changes nothing.
    unsafe { PICS.lock().chain.read_masks() }
}

// [apic.4]
/// Whether they are there: the masks of [`init`] can be read back.
pub fn answers() -> bool {
    masks() == [!(1 << CASCADE), 0xff]
}

/// Opens a line.
pub fn open(line: u8) {
    let mut pics = PICS.lock();
    // SAFETY: masks decide what comes; whatever comes has a handler.
    unsafe {
        let masks = u16::from_le_bytes(pics.chain.read_masks()) & !(1 << line);
        let [first, second] = masks.to_le_bytes();
        pics.chain.write_masks(first, second);
    }
}

/// Tells the controllers that the interrupt of this line is handled. They hold back
/// those of less importance until then.
pub fn end_of_interrupt(line: u8) {
    let mut pics = PICS.lock();
    // SAFETY: the interrupt was handled.
    unsafe { pics.chain.notify_end_of_interrupt(FIRST_VECTOR + line) };
}

// [interrupts.3]
/// Whether the interrupt that has come for this line is none. A controller whose line
/// fell silent before the processor asked says 7, its last one; but that line is not
/// in service. Such an interrupt has no end. Only the first controller has to be
/// told, if the second one made it.
pub fn is_spurious(line: u8) -> bool {
    if line % 8 != 7 {
        return false;
    }
    let mut pics = PICS.lock();
    let command = &mut pics.commands[usize::from(line / 8)];
    command.write(READ_IN_SERVICE);
    let is_spurious = command.read() & 1 << 7 == 0;
    if is_spurious && line > 7 {
        // SAFETY: the first controller's line 2 was served.
        unsafe { pics.chain.notify_end_of_interrupt(FIRST_VECTOR + CASCADE) };
    }
    is_spurious
}

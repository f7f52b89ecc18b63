//! The PS/2 keyboard, behind the controller 8042.
//!
//! Source: IBM, "PS/2 Hardware Interface Technical Reference", keyboard and auxiliary
//! device controller.

use core::fmt;
use core::hint::spin_loop;

use pc_keyboard::layouts::Us104Key;
use pc_keyboard::{DecodedKey, HandleControl, PS2Keyboard, ScancodeSet1};

use super::port::Port;
use crate::lock::Lock;
use crate::queue::Queue;

/// So many times the controller is asked whether it has done something. It takes
/// microseconds, the keyboard itself milliseconds.
const PATIENCE: u32 = 100_000;

// Bits of the controller's status.
const OUTPUT_FULL: u8 = 1 << 0;
const INPUT_FULL: u8 = 1 << 1;
const FROM_MOUSE: u8 = 1 << 5;

// Commands to the controller.
const READ_CONFIGURATION: u8 = 0x20;
const WRITE_CONFIGURATION: u8 = 0x60;
const DISABLE_MOUSE: u8 = 0xa7;
const SELF_TEST: u8 = 0xaa;
const DISABLE_KEYBOARD: u8 = 0xad;
const ENABLE_KEYBOARD: u8 = 0xae;

/// Its answer to the self-test.
const SELF_TEST_PASSED: u8 = 0x55;

// Bits of its configuration.
const KEYBOARD_INTERRUPT: u8 = 1 << 0;
const MOUSE_INTERRUPT: u8 = 1 << 1;
const KEYBOARD_CLOCK_OFF: u8 = 1 << 4;
/// Key numbers are translated to those of the first PC, which we decode.
const TRANSLATION: u8 = 1 << 6;

/// The commands to the keyboard itself to say which keys are pressed, and to stop that and
/// forget those that it has not said yet; and its answer.
const ENABLE_SCANNING: u8 = 0xf4;
const DISABLE_SCANNING: u8 = 0xf5;
const ACKNOWLEDGED: u8 = 0xfa;

/// So many bytes a keyboard remembers that it could not say.
const REMEMBERED: usize = 16;

static CONTROLLER: Lock<Controller> = Lock::new(
    "8042",
    Controller {
        // SAFETY: the controller has no power over memory, and only this file
        // drives it. The one exception is the command that resets the machine.
        data: unsafe { Port::new(0x60) },
        // SAFETY: as above.
        command: unsafe { Port::new(0x64) },
    },
);

/// What the keyboard has said and nobody has read.
static SCAN_CODES: Queue<64> = Queue::new();

static DECODER: Lock<PS2Keyboard<Us104Key, ScancodeSet1>> = Lock::new(
    "keyboard decoder",
    PS2Keyboard::new(
        ScancodeSet1::new(),
        Us104Key,
        HandleControl::MapLettersToUnicode,
    ),
);

struct Controller {
    data: Port<u8>,
    command: Port<u8>,
}

/// Why there is no keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no controller.
    NoController,
    /// The controller does not answer, or does not listen.
    Silent,
    /// The controller's self-test ended with this.
    SelfTest(u8),
    /// The keyboard did not obey, and answered with this at last.
    Refused(u8),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoController => out.write_str("there is no keyboard controller"),
            Self::Silent => out.write_str("the keyboard or its controller does not answer"),
            Self::SelfTest(code) => write!(out, "the controller's self-test ended with {code:#x}"),
            Self::Refused(code) => write!(out, "the keyboard answered with {code:#x}"),
        }
    }
}

/// Sets the keyboard up, whatever firmware has left.
///
/// # Errors
/// When there is no controller, or no keyboard that answers.
pub fn init() -> Result<(), Error> {
    let mut controller = CONTROLLER.lock();
    // Where nothing is, all bits are read as ones. They cannot all be set.
    if controller.command.read() == 0xff {
        return Err(Error::NoController);
    }
    controller.command(DISABLE_KEYBOARD)?;
    controller.command(DISABLE_MOUSE)?;
    controller.discard();
    controller.command(SELF_TEST)?;
    match controller.answer()? {
        SELF_TEST_PASSED => {}
        other => return Err(Error::SelfTest(other)),
    }
    controller.command(ENABLE_KEYBOARD)?;
    controller.tell_keyboard(DISABLE_SCANNING)?;
    controller.command(READ_CONFIGURATION)?;
    let found = controller.answer()?;
    let off = MOUSE_INTERRUPT | KEYBOARD_CLOCK_OFF;
    controller.command(WRITE_CONFIGURATION)?;
    controller.send(found & !off | KEYBOARD_INTERRUPT | TRANSLATION)?;
    controller.tell_keyboard(ENABLE_SCANNING)
}

impl Controller {
    /// A command for the controller.
    fn command(&mut self, command: u8) -> Result<(), Error> {
        self.wait(|status| status & INPUT_FULL == 0)?;
        self.command.write(command);
        Ok(())
    }

    /// A byte for the keyboard, or one that belongs to the last command.
    fn send(&mut self, byte: u8) -> Result<(), Error> {
        self.wait(|status| status & INPUT_FULL == 0)?;
        self.data.write(byte);
        Ok(())
    }

    fn answer(&mut self) -> Result<u8, Error> {
        self.wait(|status| status & OUTPUT_FULL != 0)?;
        Ok(self.data.read())
    }

    /// A command for the keyboard. Keys that it had to say before its answer are left out.
    fn tell_keyboard(&mut self, command: u8) -> Result<(), Error> {
        self.send(command)?;
        let mut answer = self.answer()?;
        for _ in 0..REMEMBERED {
            if answer == ACKNOWLEDGED {
                return Ok(());
            }
            answer = self.answer()?;
        }
        Err(Error::Refused(answer))
    }

    fn wait(&mut self, is_ready: impl Fn(u8) -> bool) -> Result<(), Error> {
        for _ in 0..PATIENCE {
            if is_ready(self.command.read()) {
                return Ok(());
            }
            spin_loop();
        }
        Err(Error::Silent)
    }

    /// Throws away what waits in the controller.
    fn discard(&mut self) {
        for _ in 0..REMEMBERED {
            self.byte();
        }
    }

    /// What the keyboard says, if it has said something. A mouse is not heard.
    fn byte(&mut self) -> Option<u8> {
        let status = self.command.read();
        if status & OUTPUT_FULL == 0 {
            return None;
        }
        let byte = self.data.read();
        Some(byte).filter(|_| status & FROM_MOUSE == 0)
    }
}

/// What the keyboard's interrupt does. Where nobody reads, keys are forgotten.
pub(super) fn receive() {
    if let Some(byte) = CONTROLLER.lock().byte() {
        let _ = SCAN_CODES.push(byte);
    }
}

// [time.3]
/// Whether the controller has something to say.
pub(super) fn waits() -> bool {
    CONTROLLER.lock().command.read() & OUTPUT_FULL != 0
}

/// Whether there is anything to [`read`].
pub fn is_ready() -> bool {
    !SCAN_CODES.is_empty()
}

/// The next key that was pressed.
pub fn read() -> Option<DecodedKey> {
    let mut decoder = DECODER.lock();
    while let Some(code) = SCAN_CODES.pop() {
        // A code that means nothing is left out.
        let event = decoder.add_byte(code).ok().flatten();
        if let Some(key) = event.and_then(|event| decoder.process_keyevent(event)) {
            return Some(key);
        }
    }
    None
}

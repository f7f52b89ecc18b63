//! The serial port COM1, a 16550 UART or something that behaves like one.

use core::fmt::{self, Write};
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering}; // [sharing.3]

// [serial.2..serial.3] use spinning_top::Spinlock;
use uart_16550::backend::PioBackend;
use uart_16550::spec::registers::IER; // [interrupts.5]
use uart_16550::{BaudRate, Config, InitError, Uart16550};

use crate::lock::Lock; // [serial.3]
// [interrupts.5..sharing.3] use crate::print;
use crate::queue::Queue; // [sharing.3]

/// Where a PC has COM1: eight I/O ports from here on.
const BASE: u16 = 0x3f8;

/// So many times the transmitter is asked whether it has room. A byte takes 87
/// microseconds at 115,200 baud, a question about one: this is a tenth of a second.
const PATIENCE: u32 = 100_000;

// [sharing.3..]
/// What has come and nobody has read.
static INPUT: Queue<1024> = Queue::new();

/// So many bytes a receiver holds.
const RECEIVER: usize = 16;

/// When there is room for so few bytes, the other side is asked to pause. It may
/// take that long until it does.
const RESERVE: usize = 256;

/// How many bytes came for which there was no room.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Whether the other side was asked to pause.
static IS_PAUSED: AtomicBool = AtomicBool::new(false);

/// Software flow control: the bytes that ask to pause and to go on (DC3 and DC1 in
/// ECMA-48, section 8.3).
const XOFF: u8 = 0x13;
const XON: u8 = 0x11;
// [..sharing.3]

// [serial.2..]
/// COM1, once [`init`] has found it.
// [serial.2..serial.3] static COM1: Spinlock<Option<SerialPort>> = Spinlock::new(None);
static COM1: Lock<Option<SerialPort>> = Lock::new("COM1", None); // [serial.3]
// [..serial.2]

/// A serial port.
pub struct SerialPort(Uart16550<PioBackend>);

impl SerialPort {
    /// COM1 as it stands, whether it is there or not.
    ///
    /// # Safety
    /// Nobody else drives COM1 meanwhile; or it matters no more if they do.
    pub unsafe fn com1() -> Self {
        // SAFETY: COM1's ports have no power over memory. The caller answers for
        // the rest.
        let port = unsafe { Uart16550::new_port(BASE) };
        Self(port.expect("COM1 is not at the end of the I/O ports"))
    }

    /// Sets COM1 up: 115,200 baud, eight data bits, no parity, one stop bit.
    ///
    /// # Errors
    /// When no UART answers.
    pub fn open() -> Result<Self, InitError> {
        // SAFETY: the kernel opens COM1 once. Only a panic takes it away.
        let mut port = unsafe { Self::com1() };
        let mut config = Config::DEFAULT;
        config.baud_rate = BaudRate::Baud115200;
        port.0.init(config)?;
        Ok(port)
    }

    /// Sends bytes. Where the transmitter stays full, what is left is dropped.
    fn send(&mut self, bytes: &[u8]) {
        let mut patience = PATIENCE;
        let mut left = bytes;
        // [serial..allocators.5] while let [first, rest @ ..] = left {
        // [allocators.5..]
        while !left.is_empty() {
            // [..allocators.5]
            self.hear(); // [sharing.3]
            // [serial..allocators.5] if self.0.try_send_byte(*first).is_ok() {
            // [serial..allocators.5] left = rest;
            // [allocators.5..]
            let sent = self.0.send_bytes(left);
            if sent > 0 {
                left = &left[sent..];
                // [..allocators.5]
                continue;
            }
            patience -= 1;
            if patience == 0 {
                return;
            }
            spin_loop();
        }
    }

    // [sharing.3]
    /// Takes what has come, at most what a receiver holds, and says whether there may
    /// be more. No interrupt comes as long as somebody sends; so who sends also hears.
    fn hear(&mut self) -> bool {
        for _ in 0..RECEIVER {
            let Ok(byte) = self.0.try_receive_byte() else {
                return false;
            };
            if INPUT.push(byte).is_err() {
                LOST.fetch_add(1, Ordering::Relaxed);
            }
            if INPUT.room() <= RESERVE && !IS_PAUSED.load(Ordering::Relaxed) {
                IS_PAUSED.store(self.put(XOFF), Ordering::Relaxed);
            }
        }
        true
    }

    // [sharing.3]
    /// Sends a byte without hearing. Says whether it is sent.
    fn put(&mut self, byte: u8) -> bool {
        (0..PATIENCE).any(|_| self.0.try_send_byte(byte).is_ok())
    }
}

impl Write for SerialPort {
    /// Sends text. A terminal wants a carriage return before each line feed.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for line in text.split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => {
                    self.send(line.as_bytes());
                    self.send(b"\r\n");
                }
                None => self.send(line.as_bytes()),
            }
        }
        Ok(())
    }
}

// [serial.2..]
/// Opens COM1 for [`write`].
///
/// # Errors
/// When no UART answers. What is written then goes nowhere.
pub fn init() -> Result<(), InitError> {
    *COM1.lock() = Some(SerialPort::open()?);
    Ok(())
}

// [interrupts.5]
/// From now on each byte that comes interrupts the kernel.
pub fn listen() {
    if let Some(port) = COM1.lock().as_mut() {
        port.0.enable_interrupts(IER::DATA_READY);
    }
}

// [sharing.3..]
/// Tells the other side that it may send.
pub fn resume() {
    if let Some(port) = COM1.lock().as_mut() {
        IS_PAUSED.store(!port.put(XON), Ordering::Relaxed);
    }
}

/// Whether there is anything to [`read`].
pub fn is_ready() -> bool {
    !INPUT.is_empty()
}

/// The next byte that has come.
pub fn read() -> Option<u8> {
    let byte = INPUT.pop();
    if IS_PAUSED.load(Ordering::Relaxed) && INPUT.is_empty() {
        resume();
    }
    byte
}

/// How many bytes came for which there was no room.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}
// [..sharing.3]

// [interrupts.5]
/// What the serial port's interrupt does.
pub(super) fn receive() {
    // [interrupts.5..sharing.3] while let Some(byte) = byte() {
    // [interrupts.5..sharing.3]     print!("{}", char::from(byte));
    // [interrupts.5..sharing.3] }
    // [sharing.3]
    if let Some(port) = COM1.lock().as_mut() {
        // The line rises only once, for all that has come.
        while port.hear() {}
    }
}

// [interrupts.5..sharing.3] fn byte() -> Option<u8> {
// [interrupts.5..sharing.3]     COM1.lock().as_mut()?.0.try_receive_byte().ok()
// [interrupts.5..sharing.3] }

// [time.3]
/// Whether something has come that nobody has taken.
pub(super) fn waits() -> bool {
    let mut port = COM1.lock();
    (port.as_mut()).is_some_and(|port| port.0.ready_to_receive().is_ok())
}

/// Writes to COM1 if it is there.
pub fn write(text: &str) {
    if let Some(port) = COM1.lock().as_mut() {
        // A serial port takes every text.
        let _ = port.write_str(text);
    }
}
// [..serial.2]

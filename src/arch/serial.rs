//! The serial port COM1, a 16550 UART or something that behaves like one.

use core::fmt::{self, Write};
use core::hint::spin_loop;

// [serial.2..serial.3] use spinning_top::Spinlock;
use uart_16550::backend::PioBackend;
use uart_16550::spec::registers::IER; // [interrupts.5]
use uart_16550::{BaudRate, Config, InitError, Uart16550};

use crate::lock::Lock; // [serial.3]
use crate::print; // [interrupts.5]

/// Where a PC has COM1: eight I/O ports from here on.
const BASE: u16 = 0x3f8;

/// So many times the transmitter is asked whether it has room. A byte takes 87
/// microseconds at 115,200 baud, a question about one: this is a tenth of a second.
const PATIENCE: u32 = 100_000;

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
        while let [first, rest @ ..] = left {
            if self.0.try_send_byte(*first).is_ok() {
                left = rest;
                continue;
            }
            patience -= 1;
            if patience == 0 {
                return;
            }
            spin_loop();
        }
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

// [interrupts.5]
/// What the serial port's interrupt does.
pub(super) fn receive() {
    while let Some(byte) = byte() {
        print!("{}", char::from(byte));
    }
}

// [interrupts.5]
/// The next byte that has come.
fn byte() -> Option<u8> {
    let mut port = COM1.lock();
    port.as_mut()?.0.try_receive_byte().ok()
}

/// Writes to COM1 if it is there.
pub fn write(text: &str) {
    if let Some(port) = COM1.lock().as_mut() {
        // A serial port takes every text.
        let _ = port.write_str(text);
    }
}
// [..serial.2]

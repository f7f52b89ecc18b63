//! fw_cfg: files that QEMU hands to whoever runs in its machine.
//!
//! Source: QEMU, `docs/specs/fw_cfg.txt`.

use core::array;

use super::port::Port;
use crate::lock::Lock;

/// The file that holds the four letters `QEMU`, by which we know the device.
const SIGNATURE: u16 = 0x00;
/// The file that lists all files that have a name.
const DIRECTORY: u16 = 0x19;

static DEVICE: Lock<Device> = Lock::new(
    "fw_cfg",
    Device {
        // SAFETY: the device cannot reach memory through these ports, and the lock
        // around them is the only way to it.
        selector: unsafe { Port::new(0x510) },
        // SAFETY: as above.
        data: unsafe { Port::new(0x511) },
    },
);

/// The device: a file is selected, then its bytes are read one by one.
struct Device {
    selector: Port<u16>,
    data: Port<u8>,
}

/// An entry of the directory.
struct Entry {
    /// Bytes.
    size: u32,
    selector: u16,
    name: [u8; 56],
}

/// Why a file cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// This machine is not QEMU's.
    NoDevice,
    /// There is no file of that name.
    NoFile,
    /// The file has this many bytes, more than the buffer.
    TooLong(u32),
    /// The file is no text.
    NotText,
}

/// Reads the text file of this name into the buffer.
pub fn read<'buffer>(name: &str, buffer: &'buffer mut [u8]) -> Result<&'buffer str, Error> {
    let mut device = DEVICE.lock();
    let Entry { size, selector, .. } = device.find(name)?;
    let file = buffer.get_mut(..size as usize);
    let file = file.ok_or(Error::TooLong(size))?;
    device.select(selector);
    file.fill_with(|| device.data.read());
    str::from_utf8(file).map_err(|_| Error::NotText)
}

impl Device {
    fn find(&mut self, name: &str) -> Result<Entry, Error> {
        self.select(SIGNATURE);
        if self.bytes() != *b"QEMU" {
            return Err(Error::NoDevice);
        }
        self.select(DIRECTORY);
        let count = u32::from_be_bytes(self.bytes());
        let mut entries = (0..count).map(|_| self.entry());
        let entry = entries.find(|entry| entry.is_named(name));
        entry.ok_or(Error::NoFile)
    }

    fn select(&mut self, file: u16) {
        self.selector.write(file);
    }

    /// The next bytes of the file. After its end they are 0.
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        array::from_fn(|_| self.data.read())
    }

    /// The next entry of the directory; its numbers are big-endian.
    fn entry(&mut self) -> Entry {
        let size = u32::from_be_bytes(self.bytes());
        let selector = u16::from_be_bytes(self.bytes());
        let [_, _] = self.bytes(); // reserved
        let name = self.bytes();
        Entry {
            size,
            selector,
            name,
        }
    }
}

impl Entry {
    /// Names end with a byte 0.
    fn is_named(&self, name: &str) -> bool {
        let mut bytes = self.name.split(|byte| *byte == 0);
        bytes.next() == Some(name.as_bytes())
    }
}

//! Tiny guests, written in machine code, and what the tests have in common.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use runner::{Boot, Firmware, Machine, Qemu};

/// 32-bit machine code that QEMU enters through a PVH note.
#[derive(Clone, Default)]
pub struct Guest {
    code: Vec<u8>,
}

/// Where the guest's file is loaded, and where the code in it begins.
pub const BASE: u32 = 0x10_0000;
pub const CODE: u32 = 64 + 2 * 56 + 20;

impl Guest {
    pub fn new() -> Guest {
        // A pointer for `lidt` stands first: ten zero bytes, jumped over.
        Guest {
            code: [&[0xeb, 10][..], &[0; 10]].concat(),
        }
    }

    pub fn raw(mut self, code: &[u8]) -> Guest {
        self.code.extend(code);
        self
    }

    /// `mov edx, port; mov al, value; out dx, al`.
    pub fn out(self, port: u32, value: u8) -> Guest {
        self.raw(&[0xba])
            .raw(&port.to_le_bytes())
            .raw(&[0xb0, value, 0xee])
    }

    pub fn say(self, text: &str) -> Guest {
        text.bytes()
            .fold(self, |guest, byte| guest.out(0x3f8, byte))
    }

    pub fn exit(self, value: u8) -> Guest {
        self.out(0xf4, value)
    }

    /// `hlt; jmp $-1`.
    pub fn halt(self) -> Guest {
        self.raw(&[0xf4, 0xeb, 0xfd])
    }

    /// `sti`, then as [`Guest::halt`].
    pub fn rest(self) -> Guest {
        self.raw(&[0xfb]).halt()
    }

    /// `lidt [an empty table]; int3`.
    pub fn triple_fault(self) -> Guest {
        let pointer = BASE + CODE + 2;
        self.raw(&[0x0f, 0x01, 0x1d])
            .raw(&pointer.to_le_bytes())
            .raw(&[0xcc])
    }

    /// SLP_EN in the power management control register, where SeaBIOS and qboot put it on q35: `mov edx, 0x604; mov eax, 0x2000; out dx, ax`.
    pub fn power_off(self) -> Guest {
        self.raw(&[0xba, 0x04, 0x06, 0, 0, 0xb8, 0x00, 0x20, 0, 0, 0x66, 0xef])
            .halt()
    }

    /// Waits for a byte on the serial line: `mov edx, 0x3fd; in al, dx; test al, 1; jz`, `mov edx, 0x3f8; in al, dx`.
    pub fn read(self) -> Guest {
        self.raw(&[
            0xba, 0xfd, 0x03, 0, 0, 0xec, 0xa8, 0x01, 0x74, 0xfb, 0xba, 0xf8, 0x03, 0, 0, 0xec,
        ])
    }

    /// Waits for a byte from the keyboard, and writes it on the serial line: `mov edx, 0x64; in al, dx; test al, 1; jz`,
    /// `mov edx, 0x60; in al, dx`, `mov edx, 0x3f8; out dx, al`.
    pub fn echo_key(self) -> Guest {
        self.raw(&[0xba, 0x64, 0, 0, 0, 0xec, 0xa8, 0x01, 0x74, 0xfb])
            .raw(&[0xba, 0x60, 0, 0, 0, 0xec, 0xba, 0xf8, 0x03, 0, 0, 0xee])
    }

    /// Does nothing for about half a second: `mov ecx, n; in al, dx; loop`.
    pub fn dawdle(self) -> Guest {
        self.raw(&[0xb9, 0, 0, 2, 0, 0xec, 0xe2, 0xfd])
    }

    /// Writes without end: `mov edx, 0x3f8; mov al, 10; out dx, al; jmp`.
    pub fn babble(self) -> Guest {
        self.raw(&[0xba, 0xf8, 0x03, 0, 0, 0xb0, 0x0a, 0xee, 0xeb, 0xfd])
    }

    /// Writes the byte read last: `out dx, al`.
    pub fn echo(self) -> Guest {
        self.raw(&[0xee])
    }

    /// Echoes what it is sent until byte 4 comes, then exits with success.
    ///
    /// It is strict: it sends XOFF when 128 bytes wait, and fails when 64 more have come before it sends XON.
    pub fn strict_echo() -> Guest {
        Guest::new().raw(STRICT_ECHO)
    }

    /// The guest as an ELF file.
    pub fn elf(&self) -> Vec<u8> {
        let size = u64::from(CODE) + self.code.len() as u64;
        let mut file = Vec::new();
        file.extend([0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend([2, 0, 62, 0, 1, 0, 0, 0]); // an executable for x86_64
        file.extend(u64::from(BASE + CODE).to_le_bytes());
        file.extend(64_u64.to_le_bytes()); // program headers
        file.extend(0_u64.to_le_bytes());
        file.extend([0, 0, 0, 0, 64, 0, 56, 0, 2, 0, 64, 0, 0, 0, 0, 0]);
        segment(&mut file, 1, 7, 0, size);
        segment(&mut file, 4, 4, 64 + 2 * 56, 20);
        for word in [4, 4, 18, u32::from_le_bytes(*b"Xen\0"), BASE + CODE] {
            file.extend(word.to_le_bytes());
        }
        file.extend(&self.code);
        file
    }

    /// The guest as a file in the folder.
    pub fn file(&self, folder: &Folder) -> PathBuf {
        folder.write("guest", &self.elf())
    }

    /// The guest's machine, the fast one.
    pub fn machine(&self, folder: &Folder) -> Machine {
        let mut machine = Machine::new(Boot::Direct, self.file(folder));
        machine.firmware = Firmware::Qboot;
        machine
    }
}

fn segment(file: &mut Vec<u8>, kind: u32, flags: u32, offset: u64, size: u64) {
    file.extend(kind.to_le_bytes());
    file.extend(flags.to_le_bytes());
    let address = u64::from(BASE) + offset;
    for word in [offset, address, address, size, size, 4] {
        file.extend(word.to_le_bytes());
    }
}

/// A boot sector that says a word and exits with success, in 16-bit code.
pub fn boot_sector(text: &str) -> Vec<u8> {
    let mut sector: Vec<u8> = text
        .bytes()
        .flat_map(|byte| [0xba, 0xf8, 0x03, 0xb0, byte, 0xee])
        .collect();
    sector.extend([0xba, 0xf4, 0x00, 0xb0, 0x10, 0xee]);
    sector.resize(510, 0);
    sector.extend([0x55, 0xaa]);
    sector.resize(1024 * 1024, 0);
    sector
}

/// A temporary folder that goes with its value.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "cairn-test-{}-{}",
            process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn logs(&self) -> PathBuf {
        self.0.join("serial")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn qemu() -> Qemu {
    Qemu::find(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

/// ```text
///        mov esp, 0x300000
///        cld
///        mov edx, 0x3fa           ; the UART's FIFO on
///        mov al, 1
///        out dx, al
///        mov al, XON
///        call put
/// fill:  mov edi, 0x200000
/// next:  mov ecx, 512             ; how often to look before giving back
/// poll:  mov edx, 0x3fd
///        in al, dx
///        test al, 1
///        jnz got
///        loop poll
///        cmp edi, 0x200000
///        je next
///        jmp drain
/// got:   mov edx, 0x3f8
///        in al, dx
///        stosb
///        cmp edi, 0x2000c0
///        ja overflow
///        cmp edi, 0x200080
///        jne next
///        mov al, XOFF
///        call put
///        jmp next
/// drain: mov esi, 0x200000
/// give:  cmp edi, esi
///        je drained
///        lodsb
///        cmp al, 4
///        je done
///        call put
///        jmp give
/// drained: mov al, XON
///        call put
///        jmp fill
/// overflow: mov al, 0x11
///        mov edx, 0xf4
///        out dx, al
/// done:  mov al, 0x10
///        mov edx, 0xf4
///        out dx, al
/// put:   mov edx, 0x3f8
///        out dx, al
///        ret
/// ```
const STRICT_ECHO: &[u8] = &[
    0xbc, 0x00, 0x00, 0x30, 0x00, 0xfc, 0xba, 0xfa, 0x03, 0x00, 0x00, 0xb0, 0x01, 0xee, 0xb0, 0x11,
    0xe8, 0x6e, 0x00, 0x00, 0x00, 0xbf, 0x00, 0x00, 0x20, 0x00, 0xb9, 0x00, 0x02, 0x00, 0x00, 0xba,
    0xfd, 0x03, 0x00, 0x00, 0xec, 0xa8, 0x01, 0x75, 0x0c, 0xe2, 0xf4, 0x81, 0xff, 0x00, 0x00, 0x20,
    0x00, 0x74, 0xe7, 0xeb, 0x20, 0xba, 0xf8, 0x03, 0x00, 0x00, 0xec, 0xaa, 0x81, 0xff, 0xc0, 0x00,
    0x20, 0x00, 0x77, 0x2f, 0x81, 0xff, 0x80, 0x00, 0x20, 0x00, 0x75, 0xce, 0xb0, 0x13, 0xe8, 0x30,
    0x00, 0x00, 0x00, 0xeb, 0xc5, 0xbe, 0x00, 0x00, 0x20, 0x00, 0x39, 0xf7, 0x74, 0x0c, 0xac, 0x3c,
    0x04, 0x74, 0x18, 0xe8, 0x1b, 0x00, 0x00, 0x00, 0xeb, 0xf0, 0xb0, 0x11, 0xe8, 0x12, 0x00, 0x00,
    0x00, 0xeb, 0xa2, 0xb0, 0x11, 0xba, 0xf4, 0x00, 0x00, 0x00, 0xee, 0xb0, 0x10, 0xba, 0xf4, 0x00,
    0x00, 0x00, 0xee, 0xba, 0xf8, 0x03, 0x00, 0x00, 0xee, 0xc3,
];

//! QEMU's monitor, through which keys are pressed, interrupts sent and screens seen.
//!
//! QEMU connects to us, over TCP on this machine alone, since that works alike on every host.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// What the monitor writes when it has done what it was told.
const PROMPT: &[u8] = b"(qemu) ";
/// How long a key is held, in milliseconds.
const HOLD: u32 = 10;
/// Where a VGA has its text: for each character two bytes, of which the lower is its code.
const TEXT: u32 = 0xb_8000;
/// Characters in a row.
const COLUMNS: usize = 80;
/// Rows of the screen.
const ROWS: usize = 25;
/// The flag in RFLAGS that lets interrupts in.
const IF: u64 = 1 << 9;
/// How long QEMU may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A monitor, to which QEMU connects when it starts.
#[derive(Debug)]
pub struct Monitor {
    listener: TcpListener,
    connection: Option<TcpStream>,
}

/// Why QEMU did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The connection failed.
    #[error("QEMU's monitor does not answer: {0}")]
    Silent(#[from] io::Error),
    /// There is no such key.
    #[error("QEMU knows no key `{0}`; its documentation lists the names, as for `sendkey`")]
    Key(String),
    /// The picture was not written.
    #[error("QEMU wrote no picture of the screen: {0}")]
    Picture(String),
}

impl Monitor {
    /// A monitor that waits for QEMU.
    ///
    /// # Errors
    /// When no TCP port is free.
    pub fn new() -> io::Result<Monitor> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Monitor {
            listener,
            connection: None,
        })
    }

    /// What QEMU has to be told.
    ///
    /// # Errors
    /// When the system does not tell which port it gave.
    pub fn arguments(&self) -> io::Result<[String; 4]> {
        let port = self.listener.local_addr()?.port();
        Ok([
            "-chardev".into(),
            format!("socket,id=monitor,host=127.0.0.1,port={port}"),
            "-mon".into(),
            "chardev=monitor,mode=readline".into(),
        ])
    }

    /// Presses keys at once and releases them: `a`, `shift-a`, `ctrl-alt-delete`.
    ///
    /// # Errors
    /// When QEMU does not answer, or knows no such key.
    pub fn press(&mut self, keys: &str) -> Result<(), Fault> {
        let answer = self.command(&format!("sendkey {keys} {HOLD}"))?;
        if answer.contains("invalid") {
            return Err(Fault::Key(keys.to_owned()));
        }
        Ok(())
    }

    /// Sends a non-maskable interrupt to all processors.
    ///
    /// # Errors
    /// When QEMU does not answer.
    pub fn nmi(&mut self) -> Result<(), Fault> {
        self.command("nmi")?;
        Ok(())
    }

    /// Whether the first processor rests and lets interrupts in: it has executed HLT with the flag IF set.
    ///
    /// # Errors
    /// When QEMU does not answer.
    pub fn rests(&mut self) -> Result<bool, Fault> {
        let answer = self.command("info registers")?;
        Ok(answer.contains(" HLT=1") && flags(&answer).is_some_and(|flags| flags & IF != 0))
    }

    /// The text on the screen in VGA text mode: 25 rows without the spaces at their ends. What is not ASCII is a question
    /// mark.
    ///
    /// # Errors
    /// When QEMU does not answer.
    pub fn text_screen(&mut self) -> Result<String, Fault> {
        let cells = COLUMNS * ROWS;
        let answer = self.command(&format!("xp /{cells}hx {TEXT:#x}"))?;
        Ok(rows(&answer))
    }

    /// Writes the picture on the screen to a file, in the format PPM.
    ///
    /// # Errors
    /// When QEMU does not answer, or cannot write there.
    pub fn picture(&mut self, file: &Path) -> Result<(), Fault> {
        let path = file.display().to_string();
        let quoted = path.replace('\\', "\\\\").replace('"', "\\\"");
        let answer = self.command(&format!("screendump \"{quoted}\""))?;
        match answer.lines().find(|line| line.starts_with("Error: ")) {
            Some(line) => Err(Fault::Picture(line.to_owned())),
            None => Ok(()),
        }
    }

    /// Whether QEMU has connected. It does so as it starts, unless it ends first.
    ///
    /// # Errors
    /// When the connection fails.
    pub fn is_connected(&mut self) -> io::Result<bool> {
        if self.connection.is_none() {
            let mut connection = match self.listener.accept() {
                Ok((connection, _)) => connection,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            };
            connection.set_nonblocking(false)?;
            connection.set_read_timeout(Some(PATIENCE))?;
            answer(&mut connection)?;
            self.connection = Some(connection);
        }
        Ok(true)
    }

    /// Has QEMU do something. The answer begins with the command's echo.
    fn command(&mut self, command: &str) -> io::Result<String> {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_connected()? && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        let connection = self.connection.as_mut().ok_or(io::ErrorKind::TimedOut)?;
        connection.write_all(format!("{command}\n").as_bytes())?;
        answer(connection)
    }
}

/// Reads up to the prompt.
fn answer(connection: &mut TcpStream) -> io::Result<String> {
    let mut answer = Vec::new();
    while !answer.ends_with(PROMPT) {
        let mut buffer = [0; 512];
        match connection.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => answer.extend(&buffer[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The flags in the answer to `info registers`: `RFL=00000246`, or `EFL=` outside long mode.
fn flags(answer: &str) -> Option<u64> {
    let (_, rest) = answer.split_once("FL=")?;
    u64::from_str_radix(rest.split_whitespace().next()?, 16).ok()
}

/// The screen's rows in the answer to `xp`, whose lines are `00000000000b8000: 0x0748 0x0769`.
fn rows(answer: &str) -> String {
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    let cells = lines.flat_map(|(_, cells)| cells.split_whitespace());
    let codes = cells.filter_map(|cell| u16::from_str_radix(cell.strip_prefix("0x")?, 16).ok());
    let text: Vec<char> = codes.map(character).collect();
    let row = |row: &[char]| row.iter().collect::<String>().trim_end().to_owned();
    text.chunks(COLUMNS).map(row).collect::<Vec<_>>().join("\n")
}

/// The character in a cell.
fn character(cell: u16) -> char {
    match cell as u8 {
        0 => ' ',
        code @ b' '..=b'~' => char::from(code),
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_found() {
        let line = "RIP=ffffffff80219d91 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1";
        assert_eq!(flags(line), Some(0x246));
        assert_eq!(
            flags("EIP=00218f8a EFL=00000046 [---Z-P-] CPL=0"),
            Some(0x46)
        );
        assert_eq!(flags("(qemu) "), None);
    }

    #[test]
    fn cells_become_rows() {
        let mut cells = vec!["0x0700"; COLUMNS * 2];
        cells[0] = "0x0748";
        cells[1] = "0x4f69";
        cells[COLUMNS + 2] = "0x07fe";
        let lines = cells
            .chunks(8)
            .map(|cells| format!("00000000000b8000: {}\r\n", cells.join(" ")));
        let answer = format!("xp /4000hx 0xb8000\r\n{}(qemu) ", lines.collect::<String>());
        assert_eq!(rows(&answer), "Hi\n  ?");
    }
}

//! QEMU's monitor, through which keys are pressed and interrupts sent.
//!
//! QEMU connects to us, over TCP on this machine alone, since that works alike on every host.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// What the monitor writes when it has done what it was told.
const PROMPT: &[u8] = b"(qemu) ";
/// How long a key is held, in milliseconds.
const HOLD: u32 = 10;
/// How long QEMU may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A monitor, to which QEMU connects when it starts.
#[derive(Debug)]
pub(crate) struct Monitor {
    listener: TcpListener,
    connection: Option<TcpStream>,
}

/// Why a key was not pressed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The connection failed.
    #[error("QEMU's monitor does not answer: {0}")]
    Silent(#[from] io::Error),
    /// There is no such key.
    #[error("QEMU knows no key `{0}`; its documentation lists the names, as for `sendkey`")]
    Key(String),
}

impl Monitor {
    /// A monitor that waits for QEMU.
    pub(crate) fn new() -> io::Result<Monitor> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Monitor {
            listener,
            connection: None,
        })
    }

    /// What QEMU has to be told.
    pub(crate) fn arguments(&self) -> io::Result<[String; 4]> {
        let port = self.listener.local_addr()?.port();
        Ok([
            "-chardev".into(),
            format!("socket,id=monitor,host=127.0.0.1,port={port}"),
            "-mon".into(),
            "chardev=monitor,mode=readline".into(),
        ])
    }

    /// Presses keys at once and releases them: `a`, `shift-a`, `ctrl-alt-delete`.
    pub(crate) fn press(&mut self, keys: &str) -> Result<(), Fault> {
        let answer = self.command(&format!("sendkey {keys} {HOLD}"))?;
        if answer.contains("invalid") {
            return Err(Fault::Key(keys.to_owned()));
        }
        Ok(())
    }

    /// Sends a non-maskable interrupt to all processors.
    pub(crate) fn nmi(&mut self) -> Result<(), Fault> {
        self.command("nmi")?;
        Ok(())
    }

    /// Has QEMU do something. The answer begins with the command's echo.
    fn command(&mut self, command: &str) -> io::Result<String> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            // The guest runs, so QEMU has connected already.
            none => none.insert(accept(&self.listener)?),
        };
        connection.write_all(format!("{command}\n").as_bytes())?;
        answer(connection)
    }
}

fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (mut connection, _) = listener.accept()?;
    connection.set_read_timeout(Some(PATIENCE))?;
    answer(&mut connection)?;
    Ok(connection)
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

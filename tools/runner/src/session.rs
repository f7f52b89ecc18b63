//! A machine that runs: its serial line, its input, its end.

use std::io::{self, Read};
use std::process::{ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::flow::Input;
use crate::folder::Folder;
use crate::guests::Guest;
use crate::log::Log;
use crate::machine::LOG;
use crate::pipe::{Output, Probe};
use crate::preamble::Preamble;
use crate::shell::show;
use crate::{Boot, Ending, Error, Machine, Outcome, Qemu};

/// What happened next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The guest wrote this on the serial line.
    Output(Vec<u8>),
    /// The guest is ready for input: its first XON came.
    Ready,
    /// The machine has ended.
    Ended,
    /// A [`Stopper`] was used.
    Stopped,
    /// The deadline passed.
    TimedOut,
}

enum Event {
    Serial(Vec<u8>),
    Ready,
    Ended,
    Stop,
}

/// Stops a session from another thread.
#[derive(Clone, Debug)]
pub struct Stopper {
    events: Sender<Event>,
}

impl Stopper {
    /// Makes the session report [`Progress::Stopped`].
    pub fn stop(&self) {
        // Nobody listens any more when the session is over.
        let _ = self.events.send(Event::Stop);
    }
}

/// A machine that runs. Dropping it ends QEMU.
#[derive(Debug)]
pub struct Session {
    guest: Guest,
    input: Input,
    stopper: Stopper,
    events: Receiver<Event>,
    stderr: JoinHandle<String>,
    preamble: Preamble,
    serial: Vec<u8>,
    alive: bool,
    has_ended: bool,
    command: String,
    start: Instant,
}

/// How much of the serial line is kept: a guest that never stops writing must not fill our memory.
const KEPT: usize = 4 * 1024 * 1024;

/// What came in time but is read late still counts, if it is not later than this. Without an end to that, a guest that never
/// stops writing would never time out.
const GRACE: Duration = Duration::from_secs(1);

impl Session {
    /// Starts the machine.
    ///
    /// # Errors
    /// When the firmware is missing, or QEMU cannot be run at all.
    pub fn start(qemu: &Qemu, machine: &Machine) -> Result<Session, Error> {
        let folder = Folder::new()?;
        let mut command = Command::new(qemu.path());
        command.args(machine.arguments(qemu, &folder)?);
        let shown = show(&command);
        let start = Instant::now();
        let io = |error| Error::io("run", qemu.path(), error);
        let (reader, writer) = io::pipe().map_err(io)?;
        command
            .stdin(reader.try_clone().map_err(io)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (guest, (stdout, stderr)) = Guest::start(command, folder, |child| {
            (child.stdout.take(), child.stderr.take())
        })
        .map_err(io)?;
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            unreachable!("both were asked for")
        };
        let output = Output::new(stdout);
        let probe = Probe::new(reader, &output).map_err(io)?;
        let input = Input::default();
        let (sender, events) = channel();
        let (to_guest, from_guest) = (input.clone(), input.clone());
        let stopper = Stopper {
            events: sender.clone(),
        };
        thread::spawn(move || to_guest.deliver(writer, &probe));
        thread::spawn(move || listen(output, &from_guest, &sender));
        let stderr = thread::spawn(move || collect(stderr));
        let preamble = Preamble::new(machine.boot == Boot::Uefi);
        Ok(Session {
            guest,
            input,
            stopper,
            events,
            stderr,
            preamble,
            serial: Vec::new(),
            // Where nothing can be heard, silence is no sign of death.
            alive: !machine.serial,
            has_ended: false,
            command: shown,
            start,
        })
    }

    /// The guest's input.
    #[must_use]
    pub fn input(&self) -> Input {
        self.input.clone()
    }

    /// A way to stop this session from another thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// QEMU's process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.guest.id()
    }

    /// For how long QEMU has been ready to run while the processors were busy with others; zero where the system does not tell.
    #[must_use]
    pub fn starved(&self) -> Duration {
        self.guest.starved()
    }

    /// When QEMU was started.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.start
    }

    /// Waits for what happens next, at most until the deadline. Once the machine has ended, that is all that happens.
    pub fn next(&mut self, deadline: Option<Instant>) -> Progress {
        loop {
            let progress = match self.event(deadline) {
                Some(Event::Serial(bytes)) => Progress::Output(self.preamble.pass(bytes)),
                Some(Event::Ready) => self.ready(),
                Some(Event::Ended) => {
                    self.has_ended = true;
                    return Progress::Ended;
                }
                Some(Event::Stop) => return Progress::Stopped,
                None => return Progress::TimedOut,
            };
            match progress {
                Progress::Output(bytes) if bytes.is_empty() => {}
                Progress::Output(bytes) => {
                    self.keep(&bytes);
                    self.alive = true;
                    return Progress::Output(bytes);
                }
                other => return other,
            }
        }
    }

    /// The first XON shows that the kernel runs, so what was held back for the firmware's is let go first.
    fn ready(&mut self) -> Progress {
        self.alive = true;
        let held = self.preamble.finish();
        if held.is_empty() {
            return Progress::Ready;
        }
        let _ = self.stopper.events.send(Event::Ready);
        Progress::Output(held)
    }

    fn event(&self, deadline: Option<Instant>) -> Option<Event> {
        if self.has_ended {
            return Some(Event::Ended);
        }
        let Some(deadline) = deadline else {
            return Some(self.events.recv().unwrap_or(Event::Ended));
        };
        if Instant::now() > deadline + GRACE {
            return None;
        }
        match self
            .events
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Ended),
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.serial.extend(bytes);
        if self.serial.len() > 2 * KEPT {
            self.serial.drain(..self.serial.len() - KEPT);
        }
    }

    /// Waits for the end. A machine that runs longer than `limit` from its start is stopped.
    ///
    /// # Errors
    /// When the system fails to tell how QEMU ended.
    pub fn wait(mut self, limit: Duration) -> Result<Ending, Error> {
        let deadline = self.start + limit;
        loop {
            match self.next(Some(deadline)) {
                Progress::Output(_) | Progress::Ready => {}
                Progress::Ended => return self.finish(),
                Progress::Stopped => return self.stop(Outcome::Quit),
                Progress::TimedOut => return self.time_out(limit),
            }
        }
    }

    /// Stops a machine whose time is over.
    ///
    /// # Errors
    /// When the system fails to tell how QEMU ended.
    pub fn time_out(self, limit: Duration) -> Result<Ending, Error> {
        let outcome = if self.alive {
            Outcome::TimedOut { limit }
        } else {
            Outcome::NeverBooted { limit }
        };
        self.stop(outcome)
    }

    /// Stops the machine; `outcome` says why.
    ///
    /// # Errors
    /// When the system fails to tell how QEMU ended.
    pub fn stop(self, outcome: Outcome) -> Result<Ending, Error> {
        self.guest.kill();
        self.close(Some(outcome))
    }

    /// What is to be said about a machine that has ended by itself, after [`Progress::Ended`].
    ///
    /// # Errors
    /// When the system fails to tell how QEMU ended.
    pub fn finish(self) -> Result<Ending, Error> {
        self.close(None)
    }

    /// Takes what is left on the pipes, and classifies the end unless that was done.
    fn close(mut self, outcome: Option<Outcome>) -> Result<Ending, Error> {
        while let Ok(event) = self.events.try_recv() {
            if let Event::Serial(bytes) = event {
                self.keep(&bytes);
            }
        }
        let held = self.preamble.finish();
        self.keep(&held);
        let status = self
            .guest
            .wait()
            .map_err(|error| Error::io("wait for", "QEMU", error))?;
        let stderr = self.stderr.join().unwrap_or_default();
        let log = Log::read(&self.guest.folder().file(LOG));
        let outcome = outcome.unwrap_or_else(|| Outcome::of(status, &stderr, &log));
        Ok(Ending {
            outcome,
            serial: self.serial,
            stderr,
            log: log.telling(),
            command: self.command,
            duration: self.start.elapsed(),
        })
    }
}

/// Reads the serial line until it ends.
fn listen(mut output: Output, input: &Input, events: &Sender<Event>) {
    let mut buffer = [0; 4096];
    while let Ok((count, mut gate)) = output.read_locked(&mut buffer, || input.lock()) {
        if count == 0 {
            break;
        }
        let mut bytes = buffer[..count].to_vec();
        let ready = gate.obey(&mut bytes);
        drop(gate);
        input.changed();
        if events.send(Event::Serial(bytes)).is_err()
            || (ready && events.send(Event::Ready).is_err())
        {
            break;
        }
    }
    input.end();
    let _ = events.send(Event::Ended);
}

/// Reads what QEMU says.
fn collect(mut stderr: ChildStderr) -> String {
    let mut bytes = Vec::new();
    // A read that fails leaves what came before it.
    let _ = stderr.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

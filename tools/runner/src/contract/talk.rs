//! A contract's dialogue, led line by line.

use std::time::{Duration, Instant};

use super::Line;
use super::pattern::{compile, text};
use super::seen::Match;
use crate::monitor::{Fault, Monitor};
use crate::{Progress, Session};

/// At most so many bytes are taken from a guest that never stops writing before they are looked at.
const MOUTHFUL: usize = 64 * 1024;

/// How often the screen is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A dialogue with a machine.
pub(super) struct Talk<'a> {
    session: &'a mut Session,
    monitor: Option<Monitor>,
    deadline: Instant,
    /// What came on the serial line after the last pattern's match.
    unread: Vec<u8>,
    /// How many bytes were before that.
    read: usize,
    pub(super) is_ready: bool,
    pub(super) matches: Vec<Match>,
}

/// Why something was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The machine ended.
    Ended,
    /// The time limit passed.
    TimedOut,
    /// It cannot be done at all.
    Impossible,
}

/// A line of the dialogue that did not come true.
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) why: Why,
}

impl<'a> Talk<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        monitor: Option<Monitor>,
        deadline: Instant,
    ) -> Talk<'a> {
        Talk {
            session,
            monitor,
            deadline,
            unread: Vec::new(),
            read: 0,
            is_ready: false,
            matches: Vec::new(),
        }
    }

    /// Says a line, or waits for what it expects.
    pub(super) fn line(&mut self, line: &Line) -> Result<(), Missing> {
        match line {
            Line::Expect(pattern) => self.hear(pattern),
            Line::Send(text) => {
                self.session.input().send(text.as_bytes());
                Ok(())
            }
            Line::Press(keys) => self.press(keys),
            Line::Screen(pattern) => self.see(pattern),
            Line::Rests(times) => self.rest(*times),
        }
    }

    /// Reads until the pattern matches, and the match with it.
    fn hear(&mut self, pattern: &str) -> Result<(), Missing> {
        let missing = |why| Missing {
            what: format!("expected on the serial line: {pattern}"),
            why,
        };
        let regex = compile(pattern).map_err(|_| missing(Why::Impossible))?;
        loop {
            if let Some(found) = regex.find(text(&mut self.unread)) {
                let (start, end) = (found.start(), found.end());
                self.unread.drain(..end);
                let found = Match::Serial(self.read + start..self.read + end);
                self.matches.push(found);
                self.read += end;
                return Ok(());
            }
            self.listen().map_err(missing)?;
        }
    }

    /// Presses keys one after the other, once the guest is ready.
    fn press(&mut self, keys: &str) -> Result<(), Missing> {
        while !self.is_ready {
            self.listen().map_err(|why| Missing {
                what: format!("expected that the kernel is ready for input: {keys}"),
                why,
            })?;
        }
        for key in keys.split_whitespace() {
            let monitor = self.monitor.as_mut();
            let pressed = monitor.map_or(Ok(()), |monitor| monitor.press(key));
            pressed.map_err(|fault| Missing {
                what: format!("cannot press {key}: {fault}"),
                why: self.why(&fault),
            })?;
        }
        Ok(())
    }

    /// Looks at the text screen until the pattern matches.
    fn see(&mut self, pattern: &str) -> Result<(), Missing> {
        let mut rows = String::new();
        let missing = |rows: &str, why| Missing {
            what: format!("expected on the screen: {pattern}\n  {}", shown(rows)),
            why,
        };
        let regex = compile(pattern).map_err(|_| missing(&rows, Why::Impossible))?;
        loop {
            if let Some(seen) = self.look().map_err(|why| missing(&rows, why))? {
                rows = seen;
            }
            if let Some(found) = regex.find(&rows) {
                let found = rows_of(&rows, found.start(), found.end());
                self.matches.push(Match::Screen(found));
                return Ok(());
            }
            self.pause().map_err(|why| missing(&rows, why))?;
        }
    }

    /// Looks at the first processor until it rests, so many times in a row.
    fn rest(&mut self, times: u32) -> Result<(), Missing> {
        let missing = |why| Missing {
            what: "expected that the first processor rests and lets interrupts in".to_owned(),
            why,
        };
        let mut found = 0;
        while found < times {
            match self.ask(Monitor::rests).map_err(missing)? {
                Some(true) => found += 1,
                _ => found = 0,
            }
            self.pause().map_err(missing)?;
        }
        Ok(())
    }

    /// What is on the screen.
    fn look(&mut self) -> Result<Option<String>, Why> {
        self.ask(Monitor::text_screen)
    }

    /// Asks the monitor; nothing before QEMU has connected.
    fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut Monitor) -> Result<T, Fault>,
    ) -> Result<Option<T>, Why> {
        let Some(monitor) = &mut self.monitor else {
            return Err(Why::Impossible);
        };
        let asked = match monitor.is_connected() {
            Ok(true) => question(monitor).map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error.into()),
        };
        asked.map_err(|fault| self.why(&fault))
    }

    /// Waits for what comes next on the serial line, and takes all that is there: who listens looks for a pattern in all of it.
    fn listen(&mut self) -> Result<(), Why> {
        if !self.listen_until(self.deadline)? {
            return Err(Why::TimedOut);
        }
        let enough = self.unread.len() + MOUTHFUL;
        while self.unread.len() < enough && self.listen_until(Instant::now()) == Ok(true) {}
        Ok(())
    }

    /// Waits for a moment, and takes what comes.
    fn pause(&mut self) -> Result<(), Why> {
        let until = self.deadline.min(Instant::now() + LOOK);
        while self.listen_until(until)? && Instant::now() < until {}
        if Instant::now() < self.deadline {
            Ok(())
        } else {
            Err(Why::TimedOut)
        }
    }

    /// Whether something happened before this moment.
    fn listen_until(&mut self, moment: Instant) -> Result<bool, Why> {
        match self.session.next(Some(moment)) {
            // Serial lines end in CR LF; a pattern should not have to know.
            Progress::Output(bytes) => {
                let text = bytes.into_iter().filter(|byte| *byte != b'\r');
                self.unread.extend(text);
            }
            Progress::Ready => self.is_ready = true,
            Progress::Ended | Progress::Stopped => return Err(Why::Ended),
            Progress::TimedOut => return Ok(false),
        }
        Ok(true)
    }

    /// What it means that the monitor failed: most likely the machine has ended.
    fn why(&mut self, fault: &Fault) -> Why {
        if !matches!(fault, Fault::Silent(_)) {
            return Why::Impossible;
        }
        loop {
            if let Err(why) = self.listen() {
                return why;
            }
        }
    }
}

/// The whole rows of a match.
fn rows_of(rows: &str, start: usize, end: usize) -> String {
    let first = rows[..start].rfind('\n').map_or(0, |end| end + 1);
    let last = rows[end..].find('\n').map_or(rows.len(), |next| end + next);
    rows[first..last].to_owned()
}

/// The screen's rows for a report.
fn shown(rows: &str) -> String {
    let rows = rows.trim_end();
    if rows.is_empty() {
        return "the screen was empty".to_owned();
    }
    format!("the screen's rows:\n    {}", rows.replace('\n', "\n    "))
}

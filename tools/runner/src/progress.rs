//! The line at the bottom of a terminal that shows which cases run.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// How often the line is drawn.
const PERIOD: Duration = Duration::from_millis(100);

/// Shows which cases run; on a terminal only.
#[derive(Clone, Debug)]
pub struct Status {
    shared: Option<Arc<Mutex<Shared>>>,
}

#[derive(Debug)]
struct Shared {
    total: usize,
    done: usize,
    running: Vec<String>,
    /// When a case ended last: soon after, its own line is written.
    last: Instant,
}

impl Status {
    /// A line for so many cases, if it is `wanted` and there is a terminal to draw it on.
    #[must_use]
    pub fn new(total: usize, wanted: bool) -> Status {
        if !wanted || !stdout().is_terminal() || !stderr().is_terminal() {
            return Status { shared: None };
        }
        let shared = Arc::new(Mutex::new(Shared {
            total,
            done: 0,
            running: Vec::new(),
            last: Instant::now(),
        }));
        let weak = Arc::downgrade(&shared);
        thread::spawn(move || draw(&weak));
        Status {
            shared: Some(shared),
        }
    }

    /// Shows a case while it runs.
    pub(crate) fn during<T>(&self, name: &str, run: impl FnOnce() -> T) -> T {
        let Some(shared) = &self.shared else {
            return run();
        };
        lock(shared).running.push(name.to_owned());
        let result = run();
        let mut shared = lock(shared);
        shared.running.retain(|other| other != name);
        shared.done += 1;
        shared.last = Instant::now();
        write("");
        result
    }
}

/// Draws the line until nobody needs it.
fn draw(shared: &Weak<Mutex<Shared>>) {
    loop {
        thread::sleep(PERIOD);
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let shared = lock(&shared);
        if shared.last.elapsed() >= PERIOD && !shared.running.is_empty() {
            let (done, total) = (shared.done, shared.total);
            write(&format!(
                "{done} of {total} done; running: {}",
                shared.running.join(", ")
            ));
        }
    }
}

/// Writes the line over the one before; the cursor stays where it begins.
fn write(text: &str) {
    // Some terminals do not know their size, and say 0.
    let known = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    let width = if known == 0 { 80 } else { known };
    let text: String = text.chars().take(width - 1).collect();
    // Nothing depends on it.
    let _ = stderr().write_all(format!("\r\x1b[K{text}\r").as_bytes());
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

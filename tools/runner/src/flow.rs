//! Software flow control on the serial line: XON and XOFF, as real terminals use them.
//!
//! The gate is closed until the guest sends its first XON, so nothing that was typed or piped in is lost while it boots.

use std::collections::VecDeque;
use std::io::{PipeWriter, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::pipe::Probe;

/// Go on (DC1).
pub(crate) const XON: u8 = 0x11;
/// Pause (DC3).
pub(crate) const XOFF: u8 = 0x13;
/// At most so many bytes are under way to the guest beyond its UART's FIFO when its XOFF comes.
const PIECE: usize = 32;
/// How much input may wait before the one who brings it has to wait too.
const ROOM: usize = 64 * 1024;

/// The guest's input: a queue behind a gate which the guest opens and closes.
#[derive(Clone, Debug, Default)]
pub struct Input {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    gate: Mutex<Gate>,
    changed: Condvar,
}

/// The gate and what waits behind it.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    queue: VecDeque<u8>,
    open: bool,
    ready: bool,
    ended: bool,
}

impl Gate {
    /// Removes XON and XOFF from what the guest sent and obeys them. Returns whether this was the first XON.
    pub(crate) fn obey(&mut self, bytes: &mut Vec<u8>) -> bool {
        let was_ready = self.ready;
        bytes.retain(|byte| match *byte {
            XON => {
                self.open = true;
                self.ready = true;
                false
            }
            XOFF => {
                self.open = false;
                false
            }
            _ => true,
        });
        self.ready && !was_ready
    }
}

impl Input {
    /// Queues bytes for the guest. It gets them once it is ready.
    pub fn send(&self, bytes: &[u8]) {
        self.lock().queue.extend(bytes);
        self.shared.changed.notify_all();
    }

    /// Waits until there is room for more. Returns false when the machine has ended.
    #[must_use]
    pub fn wait_for_room(&self) -> bool {
        let full = |gate: &mut Gate| gate.queue.len() >= ROOM && !gate.ended;
        let gate = self
            .shared
            .changed
            .wait_while(self.lock(), full)
            .unwrap_or_else(PoisonError::into_inner);
        !gate.ended
    }

    /// The gate, locked. No code panics while it holds the lock, so a poisoned one is as good.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Gate> {
        self.shared
            .gate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those who wait for a change of the gate.
    pub(crate) fn changed(&self) {
        self.shared.changed.notify_all();
    }

    /// Says that the machine has ended.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.changed();
    }

    /// Moves bytes from the queue to QEMU until the machine ends.
    pub(crate) fn deliver(&self, mut pipe: PipeWriter, probe: &Probe) {
        let mut pause = Duration::ZERO;
        loop {
            let stuck = |gate: &mut Gate| !gate.ended && (!gate.open || gate.queue.is_empty());
            let mut gate = self
                .shared
                .changed
                .wait_while(self.lock(), stuck)
                .unwrap_or_else(PoisonError::into_inner);
            if gate.ended {
                return;
            }
            if probe.quiet() {
                let count = gate.queue.len().min(PIECE);
                let piece: Vec<u8> = gate.queue.drain(..count).collect();
                if pipe.write_all(&piece).is_err() {
                    return;
                }
                self.changed();
                pause = Duration::ZERO;
            } else {
                drop(gate);
                pause = (pause * 2).clamp(Duration::from_micros(20), Duration::from_micros(200));
                thread::sleep(pause);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_control_is_obeyed_and_not_shown() {
        let mut gate = Gate::default();
        let mut bytes = b"boot\x11> ".to_vec();
        assert!(gate.obey(&mut bytes), "the first XON says ready");
        assert_eq!(bytes, b"boot> ");
        assert!(gate.open);
        let mut pause = vec![XOFF];
        assert!(!gate.obey(&mut pause));
        assert!(pause.is_empty() && !gate.open);
        assert!(!gate.obey(&mut vec![XON]), "only the first XON says ready");
        assert!(gate.open);
    }
}

//! Alarms: what is to happen at some time, the next one first.

use heapless::Vec;

/// What is to happen, and when.
#[derive(Clone, Copy, Debug)]
pub struct Alarm {
    /// The time from which on it may ring, in nanoseconds of the clock.
    pub deadline: u64,
    /// What happens then.
    pub ring: fn(u64),
    /// What it is told.
    pub argument: u64,
}

/// There is no room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Up to `N` alarms. Those of one deadline ring in the order in which they were set.
#[derive(Debug, Default)]
pub struct Alarms<const N: usize> {
    /// The latest one first, so that the next is the last.
    list: Vec<Alarm, N>,
}

impl<const N: usize> Alarms<N> {
    /// No alarms.
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Sets an alarm.
    ///
    /// # Errors
    /// When there is no room.
    pub fn set(&mut self, alarm: Alarm) -> Result<(), Full> {
        let is_later = |other: &Alarm| other.deadline > alarm.deadline;
        let place = self.list.partition_point(is_later);
        self.list.insert(place, alarm).map_err(|_| Full)
    }

    /// The next deadline.
    pub fn next(&self) -> Option<u64> {
        self.list.last().map(|alarm| alarm.deadline)
    }

    /// Takes the next one out if it is due.
    pub fn take(&mut self, now: u64) -> Option<Alarm> {
        self.next().filter(|deadline| *deadline <= now)?;
        self.list.pop()
    }
}

//! What is to happen at some time: alarms, the next one first.

use heapless::Vec;

/// What happens, with what.
#[derive(Clone, Copy, Debug)]
pub struct Alarm {
    /// When, in nanoseconds.
    pub time: u64,
    /// What happens then.
    pub ring: fn(u64),
    /// What it is told.
    pub argument: u64,
}

/// There is no room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Up to `N` alarms. Those of one time ring in the order in which they were set.
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
        let place = self.list.partition_point(|other| other.time > alarm.time);
        self.list.insert(place, alarm).map_err(|_| Full)
    }

    /// When the next one rings.
    pub fn next(&self) -> Option<u64> {
        self.list.last().map(|alarm| alarm.time)
    }

    /// Takes one out that rings now or should have rung.
    pub fn take(&mut self, now: u64) -> Option<Alarm> {
        self.next().filter(|time| *time <= now)?;
        self.list.pop()
    }
}

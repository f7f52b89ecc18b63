//! The frame allocator: who has which frame of memory. A frame that is free is in a
//! set; one that is given away is a value.

use core::fmt;
use core::ops::Range;

use super::regions::Regions;
use super::tree::{self, Tree};

/// Bytes of a frame.
pub const FRAME: u64 = 4096;

/// Memory above this address is left alone: 4 TiB.
pub const MOST: u64 = tree::MOST * FRAME;

/// A frame of physical memory, which belongs to whoever has this value.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a frame that nobody gives back is lost"]
pub struct Frame(u64);

impl Frame {
    /// The frame that begins at this physical address, which is rounded down.
    ///
    /// # Safety
    /// It belongs to the caller.
    pub unsafe fn from_start(start: u64) -> Self {
        Self(start / FRAME)
    }

    /// Its first physical address.
    pub fn start(&self) -> u64 {
        self.0 * FRAME
    }
}

/// Frames side by side, which belong to whoever has this value.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "frames that nobody gives back are lost"]
pub struct Run {
    first: u64,
    count: u64,
}

impl Run {
    /// Its physical addresses.
    pub fn memory(&self) -> Range<u64> {
        self.first * FRAME..(self.first + self.count) * FRAME
    }
}

/// There are not so many frames, or not side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfFrames {
    /// So many were asked for.
    pub asked: u64,
    /// So many are free.
    pub free: u64,
}

impl fmt::Display for OutOfFrames {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self { asked, free } = self;
        write!(out, "{asked} frames were asked for, and {free} are free")
    }
}

/// The frame allocator.
pub struct Frames<'a> {
    /// The numbers of the free ones.
    set: Tree<'a>,
    /// None is free below this one.
    lowest: u64,
    free: u64,
    total: u64,
}

impl<'a> Frames<'a> {
    /// An allocator for `frames` frames, none of which is free. It keeps its set in
    /// `words`, of which there are as many as [`Tree::words`] says, or more.
    pub fn new(frames: u64, words: &'a mut [u64]) -> Self {
        Self {
            set: Tree::new(frames, words),
            lowest: 0,
            free: 0,
            total: 0,
        }
    }

    /// Makes the frames of this memory free, in bytes. What is no whole frame is left
    /// out, and so is what was free already or is beyond the last frame.
    ///
    /// # Safety
    /// It is memory, and nobody has it.
    pub unsafe fn add(&mut self, memory: Range<u64>) {
        let end = (memory.end / FRAME).min(self.set.end());
        self.lowest = self.lowest.min(memory.start / FRAME);
        let added = self.set.insert_all(memory.start.div_ceil(FRAME)..end);
        self.total += added;
        self.free += added;
    }

    /// Takes the frames that this memory touches away for good, in bytes.
    pub fn remove(&mut self, memory: Range<u64>) {
        let end = memory.end.div_ceil(FRAME).min(self.set.end());
        for frame in memory.start / FRAME..end {
            if self.set.has(frame) {
                self.take(frame);
                self.total -= 1;
            }
        }
    }

    /// Gives away the free frame that has the lowest address, in constant time.
    ///
    /// # Errors
    /// When none is free.
    pub fn allocate(&mut self) -> Result<Frame, OutOfFrames> {
        let frame = self.set.next(self.lowest).ok_or(self.out_of(1))?;
        self.take(frame);
        self.lowest = frame + 1;
        Ok(Frame(frame))
    }

    /// Takes a frame back, in constant time.
    ///
    /// # Panics
    /// When it is free already: somebody has given it back who did not have it.
    pub fn free(&mut self, frame: Frame) {
        assert!(!self.set.has(frame.0), "frame {:#x} is free", frame.start());
        self.set.insert(frame.0);
        self.free += 1;
        self.lowest = self.lowest.min(frame.0);
    }

    /// Gives away the first `count` free frames that lie side by side and begin at
    /// a multiple of `alignment` frames. The time grows with the runs that are too short.
    ///
    /// # Errors
    /// When there is no such run.
    pub fn allocate_run(&mut self, count: u64, alignment: u64) -> Result<Run, OutOfFrames> {
        let first = self.find_run(count, alignment);
        let first = first.ok_or(self.out_of(count))?;
        (first..first + count).for_each(|frame| self.take(frame));
        Ok(Run { first, count })
    }

    /// Takes the frames of a run back.
    ///
    /// # Panics
    /// As for [`free`](Self::free).
    pub fn free_run(&mut self, run: Run) {
        (run.first..run.first + run.count).for_each(|frame| self.free(Frame(frame)));
    }

    /// How many frames are free.
    pub fn free_count(&self) -> u64 {
        self.free
    }

    /// How many frames there are, free or given away.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether the frame at this physical address is free.
    pub fn has(&self, address: u64) -> bool {
        self.set.has(address / FRAME)
    }

    /// The end of the last frame that can be given away, in bytes, or above.
    pub fn end(&self) -> u64 {
        self.set.end() * FRAME
    }

    fn out_of(&self, asked: u64) -> OutOfFrames {
        let free = self.free;
        OutOfFrames { asked, free }
    }

    fn take(&mut self, frame: u64) {
        self.set.remove(frame);
        self.free -= 1;
    }

    fn find_run(&self, count: u64, alignment: u64) -> Option<u64> {
        let mut from = self.lowest;
        loop {
            let start = self.set.next(from)?.checked_next_multiple_of(alignment)?;
            let end = self.set.next_absent(start);
            if end.saturating_sub(start) >= count {
                return Some(start);
            }
            from = end.max(start) + 1;
        }
    }
}

/// Where the set of all usable frames has room: the bytes for it, and the number of
/// frames. It has to lie below `reach`. Where memory is so scattered that the set of all
/// has no room, the highest memory is left out.
pub fn plan(regions: Regions, reach: u64) -> Option<(Range<u64>, u64)> {
    let mut end = regions.usable(FRAME).last()?.end.min(MOST);
    loop {
        let frames = end / FRAME;
        let size = Tree::words(frames) * size_of::<u64>() as u64;
        let place = (regions.usable(FRAME)).find(|range| {
            let end = range.end.min(end).min(reach);
            end.saturating_sub(range.start) >= size
        });
        if let Some(Range { start, .. }) = place {
            return Some((start..start + size, frames));
        }
        let ends = regions.usable(FRAME).map(|range| range.end);
        end = ends.filter(|other| *other < end).last()?;
    }
}

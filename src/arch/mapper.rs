//! Mapping: pages get frames, and lose them again.

use core::fmt;

use x86_64::PhysAddr;
use x86_64::structures::paging::mapper::{
    CleanUp, MapToError, MapperFlush, MapperFlushAll, UnmapError,
};
use x86_64::structures::paging::page::PageRangeInclusive;
use x86_64::structures::paging::{
    FrameAllocator, FrameDeallocator, Mapper, Page, PhysFrame, Size4KiB,
};

use super::mappings::Rights;
use super::memory::Memory;
use crate::memory::frames::{Frame, Frames, OutOfFrames};

/// Why a page was not mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There was no frame for it, or for a table.
    OutOfFrames(OutOfFrames),
    /// Something is mapped there already.
    Taken(Page),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::OutOfFrames(error) => write!(out, "{error}"),
            Self::Taken(page) => write!(out, "{:#x} is mapped already", page.start_address()),
        }
    }
}

/// A page that is no longer mapped, while the processor may still remember that it was.
#[derive(Debug)]
#[must_use = "the processor may go on using the page until it is told to forget it"]
pub struct Unmapped {
    frame: Frame,
    flush: MapperFlush<Size4KiB>,
}

impl Unmapped {
    /// Has the processor forget the page. Only now the frame is free for something else.
    pub fn flush(self) -> Frame {
        self.flush.flush();
        self.frame
    }
}

impl Memory {
    /// Maps a page to a frame of its own, with whatever is in it.
    ///
    /// # Errors
    /// When there is no frame, or the page is mapped already. Nothing is changed then,
    /// but tables may remain that map nothing.
    pub fn map(&mut self, page: Page, rights: Rights) -> Result<MapperFlush<Size4KiB>, Error> {
        let frame = self.frames.allocate().map_err(Error::OutOfFrames)?;
        let start = PhysFrame::containing_address(PhysAddr::new(frame.start()));
        // SAFETY: nobody has the frame, and nothing is mapped at the page so far: if
        // something were, `map_to` would refuse.
        let mapped = unsafe { (self.tables).map_to(page, start, rights.flags(), &mut self.frames) };
        mapped.map_err(|error| {
            self.frames.free(frame);
            match error {
                MapToError::FrameAllocationFailed => Error::OutOfFrames(OutOfFrames {
                    asked: 1,
                    free: self.frames.free_count(),
                }),
                MapToError::ParentEntryHugePage | MapToError::PageAlreadyMapped(_) => {
                    Error::Taken(page)
                }
            }
        })
    }

    /// Unmaps a page; `None` if it is not mapped, or is part of a huge one.
    ///
    /// # Safety
    /// [`map`](Self::map) has mapped it, and nobody uses it any more.
    #[must_use = "the processor may go on using the page until it is told to forget it"]
    pub unsafe fn unmap(&mut self, page: Page) -> Option<Unmapped> {
        match self.tables.unmap(page) {
            Ok((frame, flush)) => {
                // SAFETY: the frame was the page's, as the caller vouches.
                let frame = unsafe { Frame::from_start(frame.start_address().as_u64()) };
                Some(Unmapped { frame, flush })
            }
            Err(
                UnmapError::PageNotMapped
                | UnmapError::ParentEntryHugePage
                | UnmapError::InvalidFrameAddress(_),
            ) => None,
        }
    }

    /// Maps all pages of a range, or none.
    ///
    /// # Errors
    /// As for [`map`](Self::map). All frames are free again then, also those of tables.
    pub fn map_all(&mut self, pages: PageRangeInclusive, rights: Rights) -> Result<(), Error> {
        let (asked, free) = (pages.len(), self.frames.free_count());
        if asked > free {
            return Err(Error::OutOfFrames(OutOfFrames { asked, free }));
        }
        for page in pages {
            match self.map(page, rights) {
                Ok(flush) => flush.flush(),
                Err(error) => {
                    let mapped = Page::range(pages.start, page);
                    // SAFETY: they were mapped just now, and nobody knows of them.
                    mapped.for_each(|page| unsafe { self.free(page) });
                    self.clean_up(pages);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Unmaps a page that is mapped, and frees its frame.
    ///
    /// # Safety
    /// As for [`unmap`](Self::unmap).
    pub unsafe fn free(&mut self, page: Page) {
        // SAFETY: the caller vouches for it.
        if let Some(unmapped) = unsafe { self.unmap(page) } {
            self.frames.free(unmapped.flush());
        }
    }

    /// Frees the tables within a range that map nothing.
    fn clean_up(&mut self, pages: PageRangeInclusive) {
        // SAFETY: each table stands in one place of these tables only. The processor
        // forgets them before anybody else can have their frames.
        unsafe { self.tables.clean_up_addr_range(pages, &mut self.frames) };
        MapperFlushAll::new().flush_all();
    }
}

// SAFETY: a frame that is allocated belongs to nobody else.
unsafe impl FrameAllocator<Size4KiB> for Frames<'_> {
    fn allocate_frame(&mut self) -> Option<PhysFrame> {
        let frame = self.allocate().ok()?;
        Some(PhysFrame::containing_address(PhysAddr::new(frame.start())))
    }
}

impl FrameDeallocator<Size4KiB> for Frames<'_> {
    unsafe fn deallocate_frame(&mut self, frame: PhysFrame) {
        // SAFETY: the caller vouches that the frame is free.
        self.free(unsafe { Frame::from_start(frame.start_address().as_u64()) });
    }
}

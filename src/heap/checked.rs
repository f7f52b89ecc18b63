//! The debug form of an allocator, which notices what is done wrongly with memory.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::entry::{Entry, HEADER};
use super::misuse::Misuse;
use super::{Allocator, Usage};

/// So many freed objects wait. The more, the longer is a write to one still noticed.
const WAITING: usize = 64;

/// An allocator around another one. It panics when memory is used wrongly.
///
/// Each object has a header before it and a red zone behind it. What is freed is filled
/// with a pattern, and waits before the other allocator gets it back, until 64 more
/// objects are freed or memory runs out. Meanwhile it counts as used.
#[derive(Debug, Default)]
pub struct Checked<A> {
    inner: A,
    /// Where the memory starts, and its bytes. An object's own pointer may be good for
    /// that object only, so pointers to headers come from this one.
    start: Option<NonNull<u8>>,
    size: usize,
    /// Who was freed first and who last of those that wait, and how many they are.
    waiting: Option<(Entry, Entry)>,
    count: usize,
}

// SAFETY: nobody else uses the memory to which it points.
unsafe impl<A: Send> Send for Checked<A> {}

impl<A: Allocator> Checked<A> {
    /// This one, which has no memory yet.
    pub const fn new(inner: A) -> Self {
        Self {
            inner,
            start: None,
            size: 0,
            waiting: None,
            count: 0,
        }
    }

    /// Looks through all that waits.
    ///
    /// # Errors
    /// When somebody wrote to something after it was freed.
    pub fn check(&self) -> Result<(), Misuse> {
        let mut entry = self.waiting.map(|(oldest, _)| oldest);
        while let Some(here) = entry {
            here.check_free()?;
            entry = here.next();
        }
        Ok(())
    }

    /// Gives the other allocator what has waited longest; `None` if nothing waits.
    fn release(&mut self) -> Option<()> {
        let (oldest, newest) = self.waiting?;
        let object = sound(oldest.check_free());
        self.waiting = oldest.next().map(|next| (next, newest));
        self.count -= 1;
        // SAFETY: it came from the other allocator, for this layout.
        unsafe {
            self.inner
                .deallocate(oldest.memory(), Entry::layout(object.layout)?)
        };
        Some(())
    }

    /// Lets a freed object wait.
    fn wait(&mut self, entry: Entry) {
        let oldest = match self.waiting {
            Some((oldest, newest)) => {
                newest.set_next(entry);
                oldest
            }
            None => entry,
        };
        self.waiting = Some((oldest, entry));
        self.count += 1;
        if self.count > WAITING {
            self.release();
        }
    }

    /// The entry of an object, if there can be one that starts here.
    fn entry(&self, object: NonNull<u8>) -> Result<Entry, Misuse> {
        let address = object.addr().get();
        let first = self
            .start
            .map_or(address, |start| start.addr().get() + HEADER);
        let last = first + self.size.saturating_sub(HEADER);
        match self.start {
            Some(start) if (first..last).contains(&address) && address.is_multiple_of(HEADER) => {
                // SAFETY: what is before it lies in our memory.
                Ok(unsafe { Entry::of(start.with_addr(object.addr())) })
            }
            _ => Err(Misuse::NotGivenOut(address)),
        }
    }
}

/// Panics where memory was used wrongly.
fn sound<T>(result: Result<T, Misuse>) -> T {
    result.unwrap_or_else(|misuse| panic!("heap: {misuse}"))
}

// SAFETY: an object lies in memory of the other allocator that was given out for it.
unsafe impl<A: Allocator> Allocator for Checked<A> {
    const EMPTY: Self = Self::new(A::EMPTY);

    unsafe fn extend(&mut self, start: NonNull<u8>, size: usize) {
        self.start.get_or_insert(start);
        self.size += size;
        // SAFETY: the caller vouches for the memory.
        unsafe { self.inner.extend(start, size) };
    }

    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        let whole = Entry::layout(layout)?;
        loop {
            if let Some(memory) = self.inner.allocate(whole) {
                // SAFETY: the memory was given out for it.
                return Some(unsafe { Entry::write(memory, layout) }.start());
            }
            self.release()?;
        }
    }

    /// # Panics
    /// When the object is free already, has another layout or is none, when somebody
    /// wrote past its end, or to what was freed before.
    unsafe fn deallocate(&mut self, start: NonNull<u8>, layout: Layout) {
        let entry = sound(self.entry(start));
        let object = sound(entry.check_live());
        if object.layout != layout {
            sound(Err(Misuse::FreedAs(object, layout)))
        }
        // SAFETY: the object is live, and the caller returns it.
        unsafe { entry.free() };
        self.wait(entry);
    }

    fn enough(layout: Layout) -> Option<usize> {
        A::enough(Entry::layout(layout)?)
    }

    fn usage(&self) -> Usage {
        self.inner.usage()
    }
}

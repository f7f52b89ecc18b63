//! What stands around an object so that misuse is noticed.

use core::alloc::Layout;
use core::ptr::NonNull;
use core::slice;

use super::misuse::{Misuse, Object};

/// The byte that fills what was freed.
const FREED: u8 = 0xdf;

/// The byte that fills the red zone behind an object.
const RED: u8 = 0xed;

/// Bytes of a red zone.
const RED_ZONE: usize = 16;

/// States, which other bytes hardly ever look like.
const LIVE: usize = 0x916c_6976;
const FREE: usize = 0x9166_7265;

/// What stands before an object.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
struct Header {
    /// One of the two above, xor the object's address.
    state: usize,
    size: usize,
    align: usize,
    /// Who was freed next.
    next: Option<Entry>,
}

/// Bytes of a header, and the least alignment of an object.
pub const HEADER: usize = size_of::<Header>();

/// An object with what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct Entry(NonNull<Header>);

impl Entry {
    /// The memory that an object of this layout needs with what stands around it.
    pub fn layout(object: Layout) -> Option<Layout> {
        let align = object.align().max(HEADER);
        let size = object.size().checked_add(align + RED_ZONE)?;
        Layout::from_size_align(size, align).ok()
    }

    /// Writes what stands around a new object.
    ///
    /// # Safety
    /// `memory` has the layout that [`Self::layout`] says, and nobody uses it.
    pub unsafe fn write(memory: NonNull<u8>, layout: Layout) -> Self {
        let (size, align) = (layout.size(), layout.align());
        // SAFETY: all of it is in the memory, and the header is aligned as the object is.
        unsafe {
            let object = memory.add(align.max(HEADER));
            let entry = Self::of(object);
            let state = LIVE ^ object.addr().get();
            entry.0.write(Header {
                state,
                size,
                align,
                next: None,
            });
            object.add(size).write_bytes(RED, RED_ZONE);
            entry
        }
    }

    /// The entry of what may be an object. Its header may be anything.
    ///
    /// # Safety
    /// The bytes before it can be read, and it is aligned to [`HEADER`].
    pub unsafe fn of(object: NonNull<u8>) -> Self {
        // SAFETY: the caller vouches for it.
        Self(unsafe { object.byte_sub(HEADER) }.cast())
    }

    /// Where the object starts.
    pub fn start(self) -> NonNull<u8> {
        // SAFETY: it starts where the header ends.
        unsafe { self.0.add(1) }.cast()
    }

    /// Where the memory around the object starts.
    ///
    /// # Safety
    /// The header is one.
    pub unsafe fn memory(self) -> NonNull<u8> {
        let gap = self.header().align.max(HEADER);
        // SAFETY: `write` has placed the object so.
        unsafe { self.start().byte_sub(gap) }
    }

    /// Who was freed next.
    pub fn next(self) -> Option<Self> {
        self.header().next
    }

    /// Says who was freed next.
    pub fn set_next(self, next: Self) {
        let header = Header {
            next: Some(next),
            ..self.header()
        };
        // SAFETY: who has an entry may write its header.
        unsafe { self.0.write(header) };
    }

    /// Whether the object is live, and nothing behind it was overwritten.
    pub fn check_live(self) -> Result<Object, Misuse> {
        let address = self.start().addr().get();
        if let Some(object) = self.object(FREE) {
            return Err(Misuse::FreedTwice(object));
        }
        let object = self.object(LIVE).ok_or(Misuse::NotGivenOut(address))?;
        let size = object.layout.size();
        match self.other_than(RED, size, RED_ZONE) {
            None => Ok(object),
            Some(offset) => Err(Misuse::WrittenPastEnd(object, offset)),
        }
    }

    /// Whether nothing was written to the object since it was freed.
    pub fn check_free(self) -> Result<Object, Misuse> {
        let address = self.start().addr().get();
        let object = self.object(FREE).ok_or(Misuse::NotGivenOut(address))?;
        match self.other_than(FREED, 0, object.layout.size() + RED_ZONE) {
            None => Ok(object),
            Some(offset) => Err(Misuse::WrittenAfterFree(object, offset)),
        }
    }

    /// Makes the object free.
    ///
    /// # Safety
    /// It is live, and nobody uses it.
    pub unsafe fn free(self) {
        let header = self.header();
        let state = FREE ^ self.start().addr().get();
        // SAFETY: the red zone is behind the object.
        unsafe {
            self.0.write(Header { state, ..header });
            self.start().write_bytes(FREED, header.size + RED_ZONE);
        }
    }

    /// The object, if it is in this state.
    fn object(self, state: usize) -> Option<Object> {
        let (header, address) = (self.header(), self.start().addr().get());
        let layout = Layout::from_size_align(header.size, header.align).ok()?;
        (header.state ^ address == state).then_some(Object { address, layout })
    }

    /// Where the first byte is, of so many from an offset on, that is not this one.
    fn other_than(self, byte: u8, offset: usize, len: usize) -> Option<usize> {
        // SAFETY: the header says how many bytes there are.
        let bytes = unsafe { slice::from_raw_parts(self.start().add(offset).as_ptr(), len) };
        let other = bytes.iter().position(|other| *other != byte)?;
        Some(offset + other)
    }

    fn header(self) -> Header {
        // SAFETY: who has an entry may read its header.
        unsafe { self.0.read() }
    }
}

//! Memory is blocks, one behind the other, and each knows both its neighbours.

use core::ptr::NonNull;

/// A block: a header, and behind it an object, or links if the block is free.
///
/// Who has one may read and write the header; what is behind it is another matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block(NonNull<Header>);

/// What a block starts with.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
struct Header {
    /// The block's bytes, with these here: a multiple of 16. Where memory ends is a
    /// header of no bytes. The lowest bit says whether the block is free.
    size: usize,
    /// The block that ends where this one begins.
    before: Option<Block>,
}

/// What a free block has behind its header: its neighbours in a list.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct Links {
    pub next: Option<Block>,
    pub previous: Option<Block>,
}

/// The bytes of a header. Blocks begin and end at multiples of it.
pub const HEADER: usize = size_of::<Header>();

/// The fewest bytes that a block may have.
pub const LEAST: usize = HEADER + size_of::<Links>();

const FREE: usize = 1;

impl Block {
    /// Writes the header of a block that is not free.
    ///
    /// # Safety
    /// The memory at `start` is aligned, ours, and has these bytes; nobody else writes to
    /// the header as long as there are blocks.
    pub unsafe fn write(start: NonNull<u8>, size: usize, before: Option<Self>) -> Self {
        let header = start.cast();
        // SAFETY: the caller vouches for it.
        unsafe { header.write(Header { size, before }) };
        Self(header)
    }

    /// The block of an object.
    ///
    /// # Safety
    /// `object` came from [`Self::object`], and the block has not been merged since.
    pub unsafe fn of(object: NonNull<u8>) -> Self {
        // SAFETY: a header stands before each object.
        Self(unsafe { object.byte_sub(HEADER) }.cast())
    }

    /// Where the object in this block starts.
    pub fn object(self) -> NonNull<u8> {
        self.at(HEADER)
    }

    /// Its address.
    pub fn address(self) -> usize {
        self.0.addr().get()
    }

    /// Its bytes, with the header.
    pub fn size(self) -> usize {
        self.header().size & !FREE
    }

    /// Whether it is free.
    pub fn is_free(self) -> bool {
        self.header().size & FREE != 0
    }

    /// Makes it free, or not.
    pub fn set_free(self, is_free: bool) {
        self.change(|header| header.size = header.size & !FREE | usize::from(is_free));
    }

    /// The block before it.
    pub fn before(self) -> Option<Self> {
        self.header().before
    }

    /// The block behind it, which may be the end of the memory; that has none.
    pub fn behind(self) -> Option<Self> {
        let size = self.size();
        (size > 0).then(|| Self(self.at(size).cast()))
    }

    /// Makes what is behind the first `size` bytes a block of its own, which is not free.
    ///
    /// # Safety
    /// Nobody uses the bytes that become a header, and what is left has room for one.
    pub unsafe fn split(self, size: usize) -> Self {
        let rest = self.size() - size;
        // SAFETY: the caller vouches for it.
        let rest = unsafe { Self::write(self.at(size), rest, Some(self)) };
        self.change(|header| header.size = size | header.size & FREE);
        rest.tell_behind();
        rest
    }

    /// Adds the block behind it, whose header is none any more.
    pub fn merge(self, behind: Self) {
        self.change(|header| header.size += behind.size());
        self.tell_behind();
    }

    /// Tells the block behind who is before it.
    fn tell_behind(self) {
        if let Some(behind) = self.behind() {
            behind.change(|header| header.before = Some(self));
        }
    }

    /// Where the links are.
    pub fn links(self) -> NonNull<Links> {
        self.at(HEADER).cast()
    }

    fn at(self, offset: usize) -> NonNull<u8> {
        // SAFETY: a block lies in memory as a whole, and no offset is larger than it.
        unsafe { self.0.cast().byte_add(offset) }
    }

    fn header(self) -> Header {
        // SAFETY: who has a block may read its header.
        unsafe { self.0.read() }
    }

    fn change(self, change: impl FnOnce(&mut Header)) {
        // SAFETY: who has a block may write to its header; nothing has borrowed it.
        change(unsafe { &mut *self.0.as_ptr() });
    }
}

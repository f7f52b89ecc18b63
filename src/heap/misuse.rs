//! What can be done wrongly with memory.

use core::alloc::Layout;
use core::fmt::{self, Display, Formatter};

/// Memory that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Where it starts.
    pub address: usize,
    /// What was asked for.
    pub layout: Layout,
}

/// Somebody did with an object's memory what nobody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// It was freed, and is free already.
    FreedTwice(Object),
    /// It was freed as if it had this layout.
    FreedAs(Object, Layout),
    /// What was freed at this address is no object, or what is before it was overwritten.
    NotGivenOut(usize),
    /// What is behind it was overwritten, so many bytes from its start.
    WrittenPastEnd(Object, usize),
    /// It was overwritten so many bytes from its start, although it is free.
    WrittenAfterFree(Object, usize),
}

impl Display for Object {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let Self { address, layout } = self;
        let (size, align) = (layout.size(), layout.align());
        write!(out, "{size} bytes at {address:#x}, aligned to {align},")
    }
}

impl Display for Misuse {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        match self {
            Self::FreedTwice(object) => write!(out, "{object} were freed twice"),
            Self::FreedAs(object, layout) => {
                let (size, align) = (layout.size(), layout.align());
                write!(out, "{object} were freed as {size}, aligned to {align}")
            }
            Self::NotGivenOut(address) => {
                write!(out, "{address:#x} was freed, but no object starts there")
            }
            Self::WrittenPastEnd(object, offset) => {
                write!(out, "{object} end before byte {offset}, which was written")
            }
            Self::WrittenAfterFree(object, offset) => {
                write!(out, "{object} were free when byte {offset} was written")
            }
        }
    }
}

impl core::error::Error for Misuse {}

//! Where the linker put the records of the cases.

use core::slice;

use crate::testing::Case;

/// All cases of this program, in no particular order.
pub fn all() -> &'static [Case] {
    unsafe extern "C" {
        static cases_start: u8;
        static cases_end: u8;
    }
    let (start, end) = (&raw const cases_start, &raw const cases_end);
    let count = (end as usize - start as usize) / size_of::<Case>();
    // SAFETY:
    // 1. The section holds nothing but what the macro `case!` puts there: whole
    //    cases, which the linker lays side by side.
    // 2. It is in a segment that nobody can write to.
    unsafe { slice::from_raw_parts(start.cast(), count) }
}

//! Exceptions: what the processor cannot do, or was asked to report (SDM, volume 3,
//! section 7.15).

use log::info;

use super::entry::Frame;

/// The only exception that we handle so far is a breakpoint.
pub(super) fn handle(frame: &mut Frame) {
    info!("breakpoint before {:#x}", frame.rip);
}

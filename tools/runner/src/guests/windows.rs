//! Windows: a job object that ends its processes when its last handle is closed, which happens when this process ends.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::process::CommandExt;
use std::process::{Child, Command};

use win32job::{ExtendedLimitInfo, Job};

/// The job object.
#[derive(Debug)]
pub(crate) struct Tie {
    _job: Job,
}

/// A process group of its own: Ctrl-C in a terminal reaches us alone, and we decide.
const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

/// Starts a child that ends with this process.
pub(crate) fn start(mut command: Command) -> io::Result<(Child, Tie)> {
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
    let mut child = command.creation_flags(CREATE_NEW_PROCESS_GROUP).spawn()?;
    if let Err(error) = job.assign_process(child.as_raw_handle() as isize) {
        child.kill()?;
        return Err(io::Error::other(error));
    }
    Ok((child, Tie { _job: job }))
}

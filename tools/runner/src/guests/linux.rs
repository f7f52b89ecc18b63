//! Linux: the kernel sends the child a signal when the thread that started it ends.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};

/// The tie is the child's own setting.
#[derive(Debug)]
pub(crate) struct Tie;

/// Starts a child that ends with this process.
///
/// The signal is tied to the *thread* that starts the child, so all children are started by one thread that never ends.
pub(crate) fn start(mut command: Command) -> io::Result<(Child, Tie)> {
    let parent = getpid();
    // A process group of its own: Ctrl-C in a terminal reaches us alone, and we decide.
    command.process_group(0);
    // SAFETY:
    // 1. Between fork and exec only functions that are safe in a signal handler may be called: `die_with` makes two
    //    system calls and neither allocates nor locks.
    // 2. It touches no memory but its argument, which was copied into the closure.
    unsafe { command.pre_exec(move || die_with(parent)) };
    let (answer, started) = channel();
    let job = move || {
        // The receiver waits below.
        let _ = answer.send(command.spawn());
    };
    starter()
        .send(Box::new(job))
        .map_err(|_| io::Error::other("the thread that starts QEMU has ended"))?;
    let child = started
        .recv()
        .map_err(|_| io::Error::other("the thread that starts QEMU has ended"))??;
    Ok((child, Tie))
}

/// For how long the threads of a process have been ready to run while all processors were busy with others.
pub(crate) fn starved(id: u32) -> Duration {
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else {
        return Duration::ZERO;
    };
    let paths = tasks.flatten().map(|task| task.path().join("schedstat"));
    // Three numbers: nanoseconds on a processor, nanoseconds waiting for one, and how often.
    let waits = paths.filter_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        text.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    Duration::from_nanos(waits.sum())
}

/// Asks for SIGKILL at the parent's end, and makes sure that it has not ended already.
fn die_with(parent: Pid) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid() == Some(parent) {
        Ok(())
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The way to the thread that starts children.
fn starter() -> Sender<Job> {
    static STARTER: OnceLock<Mutex<Sender<Job>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, jobs) = channel::<Job>();
        thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        Mutex::new(sender)
    });
    starter
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

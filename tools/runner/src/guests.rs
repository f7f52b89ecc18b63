//! The QEMUs that run, and the promise that none is left behind.
//!
//! 1. A guest that is dropped is killed, also when a panic unwinds.
//! 2. Ctrl-C, SIGTERM and SIGHUP kill all guests, remove what is half-written, restore the terminal, and end this process
//!    with status 130.
//! 3. When this process is killed outright, the system does it: on Linux a parent-death signal, on Windows a job object,
//!    on other Unix systems a shell that waits for our end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus as ProcessStatus, exit};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use crate::ExitStatus;
use crate::folder::Folder;

#[cfg(target_os = "linux")]
#[path = "guests/linux.rs"]
mod system;
#[cfg(windows)]
#[path = "guests/windows.rs"]
mod system;
#[cfg(not(any(target_os = "linux", windows)))]
#[path = "guests/unix.rs"]
mod system;

#[cfg(all(test, target_os = "linux"))]
#[path = "guests/unix.rs"]
mod unix;

/// Ties a process to this one.
use system::Tie;

/// All guests that run, with their folders.
static RUNNING: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// Files that are being written.
static PARTIAL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

struct Entry {
    child: Arc<Mutex<Child>>,
    folder: PathBuf,
}

/// A process that lives no longer than its value.
#[derive(Debug)]
pub(crate) struct Guest {
    child: Arc<Mutex<Child>>,
    folder: Folder,
    _tie: Tie,
}

impl Guest {
    /// Starts a command. `take` gets the child to take its pipes.
    pub(crate) fn start<Pipes>(
        command: Command,
        folder: Folder,
        take: impl FnOnce(&mut Child) -> Pipes,
    ) -> io::Result<(Guest, Pipes)> {
        end_on_signals();
        // Held from before the start until the child is in the list: a signal finds it there or finds it not started.
        let mut running = lock(&RUNNING);
        let (mut child, tie) = system::start(command)?;
        let pipes = take(&mut child);
        let child = Arc::new(Mutex::new(child));
        running.push(Entry {
            child: Arc::clone(&child),
            folder: folder.path().to_owned(),
        });
        Ok((
            Guest {
                child,
                folder,
                _tie: tie,
            },
            pipes,
        ))
    }

    /// Kills it, if it still runs.
    pub(crate) fn kill(&self) {
        // The only failure is that it has ended already.
        let _ = lock(&self.child).kill();
    }

    /// Waits for its end. To be called when its output has ended, since a signal cannot kill it meanwhile.
    pub(crate) fn wait(&self) -> io::Result<ProcessStatus> {
        lock(&self.child).wait()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        lock(&self.child).id()
    }

    /// For how long it has been ready to run while the processors were busy with others; zero where the system does not tell.
    pub(crate) fn starved(&self) -> Duration {
        #[cfg(target_os = "linux")]
        return system::starved(self.id());
        #[cfg(not(target_os = "linux"))]
        Duration::ZERO
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.kill();
        // Killed, so it ends at once; waiting takes it off the system's list.
        let _ = self.wait();
        lock(&RUNNING).retain(|entry| !Arc::ptr_eq(&entry.child, &self.child));
    }
}

/// Writes a file complete or not at all: `make` writes it at the path that it gets, which then is renamed.
pub(crate) fn whole<E>(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), E>,
    rename: impl FnOnce(io::Error) -> E,
) -> Result<(), E> {
    end_on_signals();
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    lock(&PARTIAL).push(partial.clone());
    let made = make(&partial).and_then(|()| fs::rename(&partial, path).map_err(rename));
    if made.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&partial);
    }
    lock(&PARTIAL).retain(|other| *other != partial);
    made
}

/// From now on, Ctrl-C, SIGTERM and SIGHUP kill all guests and end this process with status 130. Starting a machine
/// does this too; a program that has its own handler by then keeps it.
pub fn end_on_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            kill_all();
            exit(ExitStatus::Interrupted as i32);
        });
    });
}

/// Kills all guests, removes their folders and restores the terminal. No guest can be started afterwards.
pub fn kill_all() {
    let running = lock(&RUNNING);
    for entry in running.iter() {
        let mut child = lock(&entry.child);
        let _ = child.kill();
        let _ = child.wait();
        let _ = fs::remove_dir_all(&entry.folder);
    }
    for partial in lock(&PARTIAL).iter() {
        let _ = fs::remove_file(partial);
    }
    let _ = crossterm::terminal::disable_raw_mode();
    // Kept locked until the process ends.
    std::mem::forget(running);
}

/// The lists are changed in single steps, so a poisoned lock is as good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

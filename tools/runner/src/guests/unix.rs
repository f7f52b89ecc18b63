//! Unix systems without a parent-death signal: a shell reads from a pipe that only we write to. When we end, however that
//! happens, the read ends, and the shell kills the child.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// The shell that waits for our end.
#[derive(Debug)]
pub(crate) struct Tie {
    shell: Child,
}

/// Starts a child that ends with this process.
pub(crate) fn start(mut command: Command) -> io::Result<(Child, Tie)> {
    // A process group of its own: Ctrl-C in a terminal reaches us alone, and we decide.
    let mut child = command.process_group(0).spawn()?;
    match watch(child.id()) {
        Ok(shell) => Ok((child, Tie { shell })),
        Err(error) => {
            child.kill()?;
            Err(error)
        }
    }
}

/// Starts the shell.
fn watch(child: u32) -> io::Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", r#"read _; kill -9 "$0""#, &child.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

impl Drop for Tie {
    fn drop(&mut self) {
        // The child has ended: its number may be another's soon, so the shell must not use it any more.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn sleeper() -> (Child, Tie) {
        let mut command = Command::new("sleep");
        command.arg("60");
        start(command).unwrap()
    }

    #[test]
    fn the_child_ends_when_nobody_holds_the_pipe() {
        let (mut child, mut tie) = sleeper();
        drop(tie.shell.stdin.take());
        assert_eq!(child.wait().unwrap().signal(), Some(9));
    }

    #[test]
    fn the_shell_leaves_an_ended_childs_number_alone() {
        let (mut child, tie) = sleeper();
        let shell = tie.shell.id();
        drop(tie);
        assert!(!std::path::Path::new(&format!("/proc/{shell}")).exists());
        assert!(
            child.try_wait().unwrap().is_none(),
            "ending the shell does not end the child"
        );
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

//! One case in a machine of its own, from its start to its verdict.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::backtrace::Backtrace;
use crate::case::{Action, Case};
use crate::monitor::Monitor;
use crate::run::nearby;
use crate::{Boot, Ending, Error, Firmware, Machine, Outcome, Progress, Qemu, Session, ending};

/// The file in which fw_cfg names the case that is to run.
const SELECTION: &str = "opt/cairn/case";

/// At most so many of the serial log's last lines are shown.
const SHOWN: usize = 40;

/// Where cases are tried.
#[derive(Clone, Debug)]
pub struct Bench {
    /// The QEMU.
    pub qemu: Qemu,
    /// The test program.
    pub elf: PathBuf,
    /// The way it is booted.
    pub boot: Boot,
    /// The ELF file for direct boot, otherwise a disk image of it.
    pub image: PathBuf,
    /// Where the serial logs of those are kept that do not pass.
    pub logs: PathBuf,
    /// How long a kernel may take until it says its first word.
    pub patience: Duration,
    /// Arguments for QEMU that all machines get.
    pub arguments: Vec<String>,
    /// Whether machines wait for a debugger; then there is no time limit.
    pub gdb: bool,
    /// Whether what comes on the serial line is shown at once.
    pub show: bool,
}

impl Bench {
    /// A bench for a test program. `image` is the ELF file for direct boot.
    #[must_use]
    pub fn new(qemu: Qemu, elf: PathBuf, boot: Boot, image: PathBuf, logs: PathBuf) -> Bench {
        Bench {
            qemu,
            elf,
            boot,
            image,
            logs,
            // Ten times what it takes, and more: on a busy host this must not be what fails.
            patience: Duration::from_secs(if boot == Boot::Direct { 20 } else { 90 }),
            arguments: Vec::new(),
            gdb: false,
            show: false,
        }
    }

    /// Tries a case. The message says why it did not pass.
    ///
    /// # Errors
    /// When its machine cannot be started, or ends otherwise than the case expects.
    pub fn run(&self, case: &Case) -> Result<(), String> {
        self.said(case).map(drop)
    }

    /// Tries a case, and returns what it has said on the serial line.
    ///
    /// # Errors
    /// As [`Bench::run`].
    pub fn said(&self, case: &Case) -> Result<Vec<u8>, String> {
        let ending = self.ending(case)?;
        let title = self.title(case);
        let Some(why) = fault(case, &ending) else {
            ending::forget(&self.logs, &title);
            return Ok(ending.serial);
        };
        let log = ending.keep(&self.logs, &title);
        let log = log.map_err(|error| error.to_string())?;
        let mut report = format!(
            "{why}\n  {}:{}, after {:.2} s\n",
            case.file,
            case.line,
            ending.duration.as_secs_f64()
        );
        if !self.show {
            report += &self.serial(&ending);
        }
        report += &format!("  serial log: {}", nearby(&log).display());
        if is_qemus(&ending.outcome) {
            let log = log.with_extension("qemu.log");
            report += &format!("\n  QEMU's log: {}", nearby(&log).display());
        }
        Err(report)
    }

    /// The name of its logs.
    fn title(&self, case: &Case) -> String {
        match self.boot {
            Boot::Direct => case.name.clone(),
            boot => format!("{} ({boot})", case.name),
        }
    }

    /// Its machine.
    fn machine(&self, case: &Case, monitor: Option<&Monitor>) -> io::Result<Machine> {
        let mut machine = Machine::new(self.boot, &self.image);
        machine.firmware = Firmware::Qboot;
        machine.gdb = self.gdb;
        let selection = format!("name={SELECTION},string={}", case.name);
        machine.arguments = vec!["-fw_cfg".into(), selection];
        machine
            .arguments
            .extend(asked(&case.machine, self.boot).cloned());
        if let Some(monitor) = monitor {
            machine.arguments.extend(monitor.arguments()?);
        }
        machine.arguments.extend(self.arguments.iter().cloned());
        Ok(machine)
    }

    /// Runs the machine to its end.
    fn ending(&self, case: &Case) -> Result<Ending, String> {
        let has_more = case
            .host
            .iter()
            .any(|action| !matches!(action, Action::Send(..)));
        let monitor = if has_more {
            Monitor::new().map(Some)
        } else {
            Ok(None)
        };
        let mut monitor = monitor.map_err(|error| format!("cannot listen to QEMU: {error}"))?;
        let machine = self.machine(case, monitor.as_ref());
        let machine = machine.map_err(|error| format!("cannot listen to QEMU: {error}"))?;
        let session = Session::start(&self.qemu, &machine).map_err(|error| error.to_string())?;
        self.attend(session, case, monitor.as_mut())
    }

    fn attend(
        &self,
        mut session: Session,
        case: &Case,
        mut monitor: Option<&mut Monitor>,
    ) -> Result<Ending, String> {
        let mut screen = self.show.then(|| Backtrace::of(&self.elf));
        let mut clock = Clock::new(session.started(), self.patience, Duration::ZERO);
        let mut is_silent = true;
        let ending = loop {
            let progress = session.next((!self.gdb).then_some(clock.deadline));
            if is_silent && matches!(progress, Progress::Output(_) | Progress::Ready) {
                is_silent = false;
                clock = Clock::new(Instant::now(), case.limit, session.starved());
            }
            match progress {
                Progress::Output(bytes) => {
                    if let Some(screen) = &mut screen {
                        show(&screen.explain(&bytes));
                    }
                }
                Progress::Ready => act(&case.host, &session, monitor.as_deref_mut())?,
                Progress::Ended => break session.finish(),
                Progress::Stopped => break session.stop(Outcome::Quit),
                Progress::TimedOut if clock.goes_on(session.starved()) => {}
                Progress::TimedOut => break session.time_out(clock.limit),
            }
        };
        ending.map_err(|error: Error| error.to_string())
    }

    /// What came on the serial line, for a report.
    fn serial(&self, ending: &Ending) -> String {
        let shown = Backtrace::of(&self.elf).explain(&ending.serial);
        let text = String::from_utf8_lossy(&shown);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        if lines.iter().all(|line| line.is_empty()) {
            return "  nothing came on the serial line\n".into();
        }
        let last = lines.len().saturating_sub(SHOWN);
        let mut report = String::from("  the serial line:\n");
        if last > 0 {
            report += &format!("    ({last} lines before these are in the log)\n");
        }
        for line in &lines[last..] {
            report += format!("    {line}").trim_end();
            report.push('\n');
        }
        report
    }
}

/// What a case asks QEMU for. Only direct boot has a choice of firmware.
fn asked(words: &[String], boot: Boot) -> impl Iterator<Item = &String> {
    let is_bios = |index: usize| words.get(index).is_some_and(|word| word == "-bios");
    let is_firmware = move |index: usize| is_bios(index) || index > 0 && is_bios(index - 1);
    let kept = move |(index, word)| (boot == Boot::Direct || !is_firmware(index)).then_some(word);
    words.iter().enumerate().filter_map(kept)
}

/// The time that a machine has left. What QEMU spends waiting for a processor does not count: on a busy host a slow machine
/// must not look like one that hangs.
struct Clock {
    start: Instant,
    limit: Duration,
    /// For how long QEMU had waited at the start.
    starved: Duration,
    deadline: Instant,
}

impl Clock {
    fn new(start: Instant, limit: Duration, starved: Duration) -> Clock {
        Clock {
            start,
            limit,
            starved,
            deadline: start + limit,
        }
    }

    /// At the deadline: whether there is another one, since QEMU has waited for so long by now. The last is after ten times
    /// the limit.
    fn goes_on(&mut self, starved: Duration) -> bool {
        let waited = starved.saturating_sub(self.starved).min(9 * self.limit);
        self.deadline = self.start + self.limit + waited;
        Instant::now() < self.deadline
    }
}

/// Why an ending is not what the case expects.
fn fault(case: &Case, ending: &Ending) -> Option<String> {
    let (expected, outcome) = (case.expected, &ending.outcome);
    let verdict = outcome.verdict();
    if !expected.fits(outcome) {
        let expected = expected.name();
        return Some(format!(
            "verdict: {verdict}, expected: {expected}\n  {outcome}"
        ));
    }
    let text = String::from_utf8_lossy(&ending.serial);
    // Serial lines end in CR LF; a case need not know.
    let says = |text: &str| text.contains(&case.says);
    if says(&text) || says(&text.replace('\r', "")) {
        return None;
    }
    let said = &case.says;
    Some(format!(
        "verdict: {verdict}, as expected\n  but this did not come on the serial line: {said}"
    ))
}

/// Whether QEMU's log tells more about it.
fn is_qemus(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::TripleFaulted
            | Outcome::Reset
            | Outcome::NeverBooted { .. }
            | Outcome::QemuFailed { .. }
    )
}

/// Does what the host has to do once the kernel is ready.
fn act(
    actions: &[Action],
    session: &Session,
    mut monitor: Option<&mut Monitor>,
) -> Result<(), String> {
    for action in actions {
        match (action, &mut monitor) {
            (Action::Send(text, count), _) => {
                (0..*count).for_each(|_| session.input().send(text.as_bytes()));
            }
            (Action::Press(keys), Some(monitor)) => {
                monitor.press(keys).map_err(|error| error.to_string())?;
            }
            (Action::Nmi, Some(monitor)) => monitor.nmi().map_err(|error| error.to_string())?,
            (_, None) => unreachable!("who does more than to send has a monitor"),
        }
    }
    Ok(())
}

/// Shows what came; nobody may read any more.
fn show(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_direct_boot_lets_a_case_choose_the_firmware() {
        let words = "-smp 2 -bios bios-256k.bin -vga std".split(' ');
        let words: Vec<String> = words.map(str::to_owned).collect();
        let asked = |boot| asked(&words, boot).cloned().collect::<Vec<_>>();
        assert_eq!(asked(Boot::Direct), words);
        for boot in [Boot::Bios, Boot::Uefi] {
            assert_eq!(asked(boot), ["-smp", "2", "-vga", "std"]);
        }
    }
}

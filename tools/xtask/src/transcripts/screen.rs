//! A machine that is booted for the picture on its screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use runner::monitor::Monitor;
use runner::run::Options;
use runner::{Boot, Machine, Progress, Session, image};
use transcript::Declared;

use super::picture::Picture;
use crate::project::Project;

/// How long it may take until the picture is there.
const LIMIT: Duration = Duration::from_secs(120);
/// After what `until` waits for, the serial line has to be silent for so long.
const SETTLED: Duration = Duration::from_millis(300);
/// The same where nothing is waited for.
const SILENT: Duration = Duration::from_secs(1);
/// The same where the serial line has been silent from the start: firmware takes its time.
const MUTE: Duration = Duration::from_secs(10);

/// A cursor blinks, and a kernel may still draw: so many pictures are taken,
const PICTURES: usize = 8;
/// and so long after each other.
const PAUSE: Duration = Duration::from_millis(130);

/// What a reader's command says to the runner.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

/// A machine whose picture is on the screen.
pub struct Screen {
    session: Session,
    monitor: Monitor,
    /// Where QEMU writes pictures.
    file: PathBuf,
}

impl Screen {
    /// Boots a kernel as declared, and waits until its picture is there.
    pub fn boot(project: &Project, elf: &Path, declared: &Declared) -> Result<Self> {
        let monitor = Monitor::new()?;
        let mut machine = machine(project, elf, declared)?;
        machine.arguments.extend(monitor.arguments()?);
        fs::create_dir_all(&project.target)?;
        let mut screen = Self {
            session: Session::start(&project.qemu()?, &machine)?,
            monitor,
            file: project
                .target
                .join(format!("screen-{}.ppm", std::process::id())),
        };
        screen
            .session
            .input()
            .send(declared.input.as_deref().unwrap_or_default().as_bytes());
        screen.settle(declared)?;
        Ok(screen)
    }

    /// The first picture that stays, or else the last one.
    pub fn still(&mut self) -> Result<Picture> {
        let mut picture = self.picture()?;
        for _ in 1..PICTURES {
            thread::sleep(PAUSE);
            let before = std::mem::replace(&mut picture, self.picture()?);
            if before == picture {
                break;
            }
        }
        Ok(picture)
    }

    /// Looks for this picture. If it does not show, in which way it differs from the last one, and that one.
    pub fn differs_from(&mut self, recorded: &Picture) -> Result<Option<(String, Picture)>> {
        let mut last = None;
        for _ in 0..PICTURES {
            let fresh = self.picture()?;
            let Some(difference) = recorded.difference(&fresh) else {
                return Ok(None);
            };
            last = Some((difference, fresh));
            thread::sleep(PAUSE);
        }
        Ok(last)
    }

    fn picture(&mut self) -> Result<Picture> {
        self.monitor.picture(&self.file)?;
        let picture = fs::read(&self.file).map_err(anyhow::Error::from);
        let picture = picture.and_then(|bytes| Picture::from_ppm(&bytes));
        picture.with_context(|| format!("QEMU's picture {}", self.file.display()))
    }

    /// Waits until the kernel has said what it is to say, and has fallen silent.
    fn settle(&mut self, declared: &Declared) -> Result<()> {
        let until = declared.until()?;
        let deadline = self.session.started() + LIMIT;
        let (mut said, mut keys) = (String::new(), declared.keys.as_deref());
        loop {
            let silence = match &until {
                _ if keys.is_some() => LIMIT,
                Some(until) if until.is_match(&said) => SETTLED,
                Some(_) => LIMIT,
                None if said.is_empty() => MUTE,
                None => SILENT,
            };
            match self
                .session
                .next(Some(deadline.min(Instant::now() + silence)))
            {
                Progress::Output(bytes) => {
                    said += &String::from_utf8_lossy(&bytes).replace('\r', "");
                }
                Progress::Ready => {
                    self.press(keys.take().unwrap_or_default())?;
                    // What was said before is no answer to them.
                    if declared.keys.is_some() {
                        said.clear();
                    }
                }
                Progress::TimedOut if Instant::now() < deadline => return Ok(()),
                Progress::TimedOut => bail!("{}; it said:\n{said}", missing(keys, declared)),
                Progress::Ended | Progress::Stopped => {
                    bail!("QEMU ended; the kernel said:\n{said}")
                }
            }
        }
    }

    fn press(&mut self, keys: &str) -> Result<()> {
        for key in keys.split_whitespace() {
            self.monitor.press(key)?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It is there only if a picture was taken.
        let _ = fs::remove_file(&self.file);
    }
}

fn missing(keys: Option<&str>, declared: &Declared) -> String {
    match (keys, &declared.until) {
        (Some(_), _) => "the kernel did not get ready for keys".to_owned(),
        (None, Some(until)) => format!("the kernel did not say, or did not stop after: {until}"),
        (None, None) => "the kernel never stopped to talk".to_owned(),
    }
}

/// The machine of the reader's command, with a clock that counts instructions, and which stays when the kernel ends.
fn machine(project: &Project, elf: &Path, declared: &Declared) -> Result<Machine> {
    let words: Vec<&str> = declared.command.split_whitespace().collect();
    let ["cargo", "run", arguments @ ..] = words.as_slice() else {
        bail!("the command of a screen must begin with `cargo run`")
    };
    let of_runner = arguments.iter().skip_while(|word| **word != "--").skip(1);
    let options = Arguments::try_parse_from(["runner"].iter().chain(of_runner))?.options;
    ensure!(
        options.boot.name() == declared.boot,
        "its command boots on the way {}, and boot = \"{}\"",
        options.boot,
        declared.boot
    );
    let image = match options.boot {
        Boot::Direct => elf.to_path_buf(),
        boot => image::create(elf, boot, None, &project.image_tool())?,
    };
    let mut machine = options.machine(image);
    machine.icount = Some("shift=0,sleep=off".to_owned());
    machine.stays = true;
    Ok(machine)
}

//! The machine without rustup's server.
//!
//! A copy of this repository meets a rustup that has the pinned compiler, but not its targets, and whose server is a
//! closed port. What is said and done there is what a reader would see. The copy and what the tools were compiled to are
//! kept for the next time; rustup's folder is not, so the stand-in for the compiler is made anew each time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use runner::doctor::fallback::NAME;

use crate::cargo::cargo;
use crate::project::Project;

/// Nothing listens there.
const CLOSED: &str = "http://127.0.0.1:9";

/// What the simulated rustup lacks.
const ABSENT: [&str; 4] = [
    "x86_64-unknown-none",
    "x86_64-unknown-uefi",
    "rust-src",
    "llvm-tools",
];

/// Without rustup's server, `run`, `test`, a chapter's tree and a tag work with Debian's compiler.
pub fn check(project: &Project) -> Result<String> {
    if !is_debian() {
        return Ok("left out: only Debian packages the compiler that stands in".to_owned());
    }
    let course = project.course()?;
    let Some(last) = course.chapters().last() else {
        bail!("there are no chapters yet")
    };
    let machine = Machine::new(project)?;

    // A tree with a toolchain file of its own: in the same process, which the pinned compiler's cargo has started.
    let chapter = ["xtask", "run", "--headless", "--chapter", &last.slug];
    let told = machine.cargo(&chapter, true)?.stderr;
    let lines: Vec<_> = told
        .lines()
        .filter(|line| line.contains("rustup's server is out of reach"))
        .collect();
    ensure!(
        lines.len() == 1,
        "it is to be said in one line that another compiler is used, not in {}:\n{told}",
        lines.len()
    );

    // From here on rustup may try to install what the toolchain file names: it has to know that it need not.
    let seen = machine.cargo(&["xtask", "doctor"], false)?.stdout;
    ensure!(
        seen.contains("in place of"),
        "doctor does not say so:\n{seen}"
    );
    machine.cargo(&chapter, false)?;
    machine.cargo(&["xtask", "run", "--headless"], false)?;
    machine.built_the_kernel()?;
    // A few tests prove the compiler as well as all do.
    machine.cargo(&["xtask", "test", "boot"], false)?;
    let tag = weave::history::tag(last);
    machine.cargo(&["xtask", "history"], false)?;
    machine.git(&["checkout", "--quiet", "--detach", &tag])?;
    machine.cargo(&["run", "--quiet", "--", "--headless"], false)?;
    machine.built_the_kernel()?;
    machine.cargo(&["test", "--quiet", "--", "boot"], false)?;
    Ok(format!("run, test and {tag} work; said: {}", lines[0]))
}

/// Whether this is Debian itself: what is made from it has other packages.
fn is_debian() -> bool {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    text.lines().any(|line| line == "ID=debian")
}

/// The simulated machine.
struct Machine<'a> {
    project: &'a Project,
    /// The copy of the repository.
    root: PathBuf,
    /// Rustup's folder.
    rustup: PathBuf,
    /// The pinned version.
    pinned: String,
}

/// What a program said.
struct Said {
    stdout: String,
    stderr: String,
}

impl<'a> Machine<'a> {
    /// Copies this repository as git sees it, and the part of the toolchain that is there.
    fn new(project: &'a Project) -> Result<Self> {
        let folder = project.target.join("fallback");
        let machine = Self {
            project,
            root: folder.join("repository"),
            rustup: folder.join("rustup"),
            pinned: pinned(&project.root)?,
        };
        machine.copy_repository(&project.root)?;
        machine.copy_toolchain(&project.root)?;
        // What was built with an earlier stand-in.
        remove(&machine.root.join("target/x86_64-unknown-none"))?;
        remove(&machine.root.join("target/weave"))?;
        Ok(machine)
    }

    /// A commit of all files that git does not ignore, made without a trace in the repository itself.
    fn copy_repository(&self, from: &Path) -> Result<()> {
        fs::create_dir_all(&self.root)?;
        remove(&self.root.join(".git"))?;
        self.git(&["init", "--quiet", "--initial-branch=main"])?;
        let git_dir = format!("--git-dir={}", self.root.join(".git").display());
        let work_tree = format!("--work-tree={}", from.display());
        git(from, &[&git_dir, &work_tree, "add", "--all"])?;
        self.git(&["commit", "--quiet", "--message=A copy"])?;
        self.git(&["reset", "--quiet", "--hard"])?;
        self.git(&["clean", "--quiet", "--force", "-d"])?;
        // Cargo compiles again what is newer than what it has compiled.
        for path in self.git(&["ls-files", "-z"])?.split_terminator('\0') {
            let time = fs::symlink_metadata(from.join(path))?.modified()?;
            fs::File::open(self.root.join(path))?.set_modified(time)?;
        }
        Ok(())
    }

    /// Links to the files of the pinned toolchain, without those that are to be missing.
    fn copy_toolchain(&self, root: &Path) -> Result<()> {
        remove(&self.rustup)?;
        let toolchain = toolchain(root, &self.pinned)?;
        let name = toolchain.file_name().context("a toolchain has a name")?;
        let copy = self.rustup.join("toolchains").join(name);
        for part in ["bin", "lib", "libexec"] {
            if toolchain.join(part).is_dir() {
                link_all(&toolchain.join(part), &copy.join(part))?;
            }
        }
        let rustlib = copy.join("lib/rustlib");
        forget(&rustlib.join("components"), "\n")?;
        forget(&rustlib.join("multirust-config.toml"), "[[components]]")
    }

    /// Cargo there. Rustup refuses to start it while the toolchain lacks something, unless it is told not to care.
    fn cargo(&self, arguments: &[&str], is_careless: bool) -> Result<Said> {
        let mut command = cargo(&self.root);
        command
            .args(arguments)
            .env("RUSTUP_HOME", &self.rustup)
            .env("RUSTUP_DIST_SERVER", CLOSED)
            .env("RUSTUP_UPDATE_ROOT", CLOSED)
            .env("RUSTUP_AUTO_INSTALL", if is_careless { "0" } else { "1" })
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO_TARGET_DIR");
        command.stdin(self.project.input(&self.project.course()?)?);
        let said = output(&mut command)
            .with_context(|| format!("without rustup's server: cargo {}", arguments.join(" ")))?;
        Ok(said)
    }

    fn git(&self, arguments: &[&str]) -> Result<String> {
        git(&self.root, arguments)
    }

    /// The kernel there is another compiler's than the pinned one's.
    fn built_the_kernel(&self) -> Result<()> {
        let elf = fs::read(self.root.join("target/x86_64-unknown-none/debug/cairn"))?;
        let has = |text: &str| {
            elf.windows(text.len())
                .any(|bytes| bytes == text.as_bytes())
        };
        ensure!(
            has("rustc version ") && !has(&format!("rustc version {} ", self.pinned)),
            "the kernel was not built with {NAME}"
        );
        Ok(())
    }
}

fn pinned(root: &Path) -> Result<String> {
    let file: toml::Table = fs::read_to_string(root.join("rust-toolchain.toml"))?.parse()?;
    let channel = file.get("toolchain").and_then(|table| table.get("channel"));
    let channel = channel.and_then(toml::Value::as_str);
    Ok(channel.context("no toolchain is pinned")?.to_owned())
}

/// Where the pinned toolchain is.
fn toolchain(root: &Path, pinned: &str) -> Result<PathBuf> {
    let mut command = Command::new("rustup");
    command
        .args(["which", "--toolchain", pinned, "rustc"])
        .current_dir(root);
    let rustc = output(&mut command)?.stdout;
    let toolchain = Path::new(rustc.trim()).ancestors().nth(2);
    Ok(toolchain.context("rustc lies in no toolchain")?.into())
}

/// Links to all files of a folder, but for those that are to be missing.
fn link_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        let text = name.to_string_lossy();
        let is_absent = text == "src" || text.starts_with("llvm-");
        if is_absent || ABSENT.iter().any(|absent| text.contains(absent)) {
            continue;
        }
        if path.is_dir() {
            link_all(&path, &to.join(&name))?;
        } else if from.ends_with("rustlib") || fs::hard_link(&path, to.join(&name)).is_err() {
            // Rustup's own records are copied, since it may write to them; so is what lies on another disk.
            fs::copy(&path, to.join(&name))?;
        }
    }
    Ok(())
}

/// Takes what is to be missing out of one of rustup's records, whose entries are separated so.
fn forget(record: &Path, separator: &str) -> Result<()> {
    let text = fs::read_to_string(record)?;
    let entries = text
        .split(separator)
        .filter(|entry| !ABSENT.iter().any(|absent| entry.contains(absent)));
    fs::write(record, entries.collect::<Vec<_>>().join(separator))?;
    Ok(())
}

fn git(dir: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("git");
    command.current_dir(dir);
    for setting in [
        "user.name=Cairn",
        "user.email=cairn@example.org",
        "commit.gpgsign=false",
        "core.autocrlf=false",
    ] {
        command.args(["-c", setting]);
    }
    Ok(output(command.args(arguments))?.stdout)
}

/// Runs a program to its end.
fn output(command: &mut Command) -> Result<Said> {
    let output = command.output()?;
    let said = Said {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    ensure!(
        output.status.success(),
        "it failed ({}):\n{}{}",
        output.status,
        said.stdout,
        said.stderr
    );
    Ok(said)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

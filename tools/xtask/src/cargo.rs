//! Cargo, called for one thing at a time.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use runner::doctor::fallback;
use serde::Deserialize;

/// Cargo in this folder, as a user would start it there: what an outer cargo
/// put into the environment for its own run is left out.
pub fn cargo(dir: &Path) -> Command {
    tool("cargo", dir)
}

fn tool(name: &str, dir: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(dir);
    for name in [
        "CARGO",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "RUSTC",
    ] {
        command.env_remove(name);
    }
    // A compiler that stands in for the pinned one is named here only.
    if !fallback::is_in_use() {
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    command
}

/// Cargo in a woven tree, with a target folder of the tree's own: cargo takes
/// packages of the same name in two trees for one, and would reuse the wrong one.
pub fn cargo_in_tree(dir: &Path) -> Command {
    let mut command = cargo(dir);
    command.env_remove("CARGO_TARGET_DIR");
    command
}

/// The compiler's version in this folder, such as `1.95.0 (59807616e 2026-04-14)`.
pub fn rustc_version(dir: &Path) -> Result<String> {
    let output = tool("rustc", dir).arg("--version").output();
    let output = output.context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().strip_prefix("rustc ");
    let said = || format!("rustc does not say its version, but: {}", text.trim());
    version.map(str::to_owned).with_context(said)
}

/// Runs cargo to its end, with its output on this terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("cannot start cargo")?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let words = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once("cargo".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What cargo built.
#[derive(Clone)]
pub struct Built {
    /// The program.
    pub elf: PathBuf,
    /// What the compiler had to say that was no error.
    pub warnings: Vec<String>,
}

/// One of cargo's messages: a diagnostic of the compiler, a program, or neither.
#[derive(Deserialize)]
struct Message {
    message: Option<Diagnostic>,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Diagnostic {
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// A program of the kernel's package.
#[derive(Clone, Copy)]
pub enum Program {
    /// The kernel.
    Kernel,
    /// The tests that run in a machine.
    Cases,
    /// The cases of `cargo bench`, optimised.
    Counts,
}

impl Program {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kernel => "cairn",
            Self::Cases => "kernel",
            Self::Counts => "counts",
        }
    }

    /// What says to cargo that it is to be built.
    fn arguments(self) -> [&'static str; 4] {
        match self {
            Self::Kernel => ["--profile", "dev", "--bin", self.name()],
            Self::Cases => ["--profile", "test", "--test", self.name()],
            Self::Counts => ["--profile", "bench", "--bench", self.name()],
        }
    }
}

/// Builds a program of the tree in `dir` as a reader would, diagnostics on the terminal.
pub fn build(dir: &Path, program: Program) -> Result<PathBuf> {
    let mut command = cargo(dir);
    command.arg("build").args(program.arguments());
    command.arg("--message-format=json-render-diagnostics");
    Ok(messages(&mut command, Some(program.name()))?.elf)
}

/// Builds the kernel of the tree in `dir` optimised and without symbols, as small as it can be.
pub fn build_stripped(dir: &Path) -> Result<PathBuf> {
    let mut command = cargo(dir);
    command.args(["rustc", "--quiet", "--release"]);
    command.args(["--bin", Program::Kernel.name()]);
    command.arg("--message-format=json-render-diagnostics");
    command.args(["--", "-Cstrip=symbols"]);
    Ok(messages(&mut command, Some(Program::Kernel.name()))?.elf)
}

/// Builds somebody's project, and says where its kernel is.
pub fn build_project(dir: &Path) -> Result<PathBuf> {
    let mut command = cargo_in_tree(dir);
    command.args([
        "build",
        "--quiet",
        "--message-format=json-render-diagnostics",
    ]);
    Ok(messages(&mut command, None)?.elf)
}

/// Builds a program of the woven tree in `dir`, with the tree's hash as the
/// ELF file's build id.
///
/// Cargo decides by time stamps what is still good; the hash proves that it was
/// right, and that this is the tree that was asked for.
pub fn build_woven(dir: &Path, program: Program, hash: &str) -> Result<Built> {
    let mut command = cargo_in_tree(dir);
    command.args(["rustc", "--quiet", "--locked", "--message-format=json"]);
    // Backtraces need lines, and nobody looks at variables here.
    command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    command.args(program.arguments());
    command.args(["--".to_owned(), format!("-Clink-arg=--build-id=0x{hash}")]);
    let built = messages(&mut command, Some(program.name()))?;
    if runner::elf::tree_hash(&built.elf).as_deref() != Some(hash) {
        bail!(
            "{} was built from another tree: delete {} and try again",
            built.elf.display(),
            dir.display()
        );
    }
    Ok(built)
}

/// A package that runs on this machine.
const HOST: [&str; 3] = [
    "--target",
    "host-tuple",
    "--message-format=json-render-diagnostics",
];

/// Builds the runner and says where it is.
pub fn runner(root: &Path) -> Result<PathBuf> {
    let mut command = cargo(root);
    command
        .args(["build", "--quiet", "--package", "runner"])
        .args(HOST);
    Ok(messages(&mut command, Some("runner"))?.elf)
}

/// Builds the tests that need no machine.
pub fn host_tests(command: &mut Command) -> Result<PathBuf> {
    command
        .args(["test", "--quiet", "--no-run", "--package", "host"])
        .args(HOST);
    Ok(messages(command, Some("host"))?.elf)
}

/// Builds the fuzzer, optimised.
pub fn fuzzer(command: &mut Command) -> Result<PathBuf> {
    command
        .args([
            "build",
            "--quiet",
            "--locked",
            "--release",
            "--features",
            "link",
        ])
        .args(HOST);
    Ok(messages(command, Some("engine"))?.elf)
}

/// Runs cargo and reads its messages, for the program of this name.
fn messages(command: &mut Command, name: Option<&str>) -> Result<Built> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let (mut elf, mut warnings) = (None, Vec::new());
    for line in BufReader::new(output).lines() {
        // What is no message comes from a program that cargo runs.
        let Ok(message) = serde_json::from_str::<Message>(&line?) else {
            continue;
        };
        warnings.extend(message.message.and_then(|message| message.rendered));
        if name.is_none() || name == message.target.as_ref().map(|target| target.name.as_str()) {
            elf = message.executable.or(elf);
        }
    }
    let status = child.wait()?;
    match elf {
        Some(elf) if status.success() => Ok(Built { elf, warnings }),
        _ => bail!(
            "{} failed ({status})\n{}",
            shown(command),
            warnings.join("\n")
        ),
    }
}

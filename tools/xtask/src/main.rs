//! `cargo xtask`: Cairn's one entry point. Each command is a module; the work
//! is done by `runner` (machines), `weave` (trees) and `tools/book` (pages).

mod bench;
mod cargo;
mod check;
mod cli;
mod commands;
mod contracts;
mod counts;
mod fuzz;
mod hostile;
mod judge;
mod project;
mod records;
mod side_by_side;
mod tests;
mod transcripts;
mod woven;

use std::process::ExitCode;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use runner::ExitStatus;

use cli::{Cli, Command};
use project::Project;

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    match run(cli.command) {
        Ok(status) => status.into(),
        Err(error) => {
            eprintln!("xtask: {}", sentence(&error));
            status_of(&error).into()
        }
    }
}

fn run(command: Command) -> Result<ExitStatus> {
    let project = Project::here()?;
    match command {
        Command::Doctor { fix } => commands::doctor(&project, fix),
        Command::Run(run) => commands::run(&project, &run),
        Command::Test(test) => commands::test(&project, test),
        Command::Start { dir } => commands::start(&project, &dir),
        Command::Weave {
            point,
            dir,
            keep_lines,
        } => commands::weave(&project, &point, &dir, keep_lines),
        Command::History { into } => commands::history(&project, into),
        Command::Diff { point } => commands::diff(&project, &point),
        Command::Image { boot, output } => commands::image(&project, boot, output),
        Command::Book { open, update, only } => {
            commands::book(&project, open, update.then_some(only.as_deref()))
        }
        Command::Judge { point, dir, boot } => commands::judge(&project, &point, &dir, boot),
        Command::Bench {
            what: Some(cli::Bench::Loop),
            ..
        } => commands::bench_loop(&project),
        Command::Bench { accept, what: None } => commands::bench(&project, accept),
        Command::Fuzz(fuzz) => fuzz::run(&project, &fuzz),
        Command::Check { filter, chapter } => {
            check::run(&project, filter.as_deref(), chapter.as_deref())
        }
    }
}

/// The error and its causes, except where a text says already what its cause says.
fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

/// Prints what is wrong with the command line; for an unknown command also the
/// list of those that there are.
fn refuse(error: &clap::Error) -> ! {
    let _ = error.print();
    if error.kind() == ErrorKind::InvalidSubcommand {
        let command = Cli::command();
        let names: Vec<_> = command
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        eprintln!("\nThe commands are: {}.", names.join(", "));
    }
    std::process::exit(error.exit_code())
}

/// The exit status that an error stands for: the runner's errors know theirs,
/// an unknown chapter or step is wrong usage, all else has failed.
fn status_of(error: &anyhow::Error) -> ExitStatus {
    let status = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref() {
        Some(weave::Error::NoChapter { .. } | weave::Error::NoStep { .. }) => {
            Some(ExitStatus::Usage)
        }
        _ if cause.is::<check::Unknown>() => Some(ExitStatus::Usage),
        _ if cause.is::<fuzz::Unknown>() => Some(ExitStatus::Usage),
        _ if cause.is::<hostile::Unknown>() => Some(ExitStatus::Usage),
        _ => cause.downcast_ref().map(runner::Error::exit_status),
    };
    error.chain().find_map(status).unwrap_or(ExitStatus::Failed)
}

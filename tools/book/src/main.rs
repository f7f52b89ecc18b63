//! `book build` and `book check`.

use book::stages::Stages;
use book::{Error, site};
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use weave::Course;

/// Builds Cairn's book and checks it.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: What,
}

#[derive(Subcommand)]
enum What {
    /// Builds the site.
    Build {
        #[command(flatten)]
        places: Places,
        /// Opens it in the browser.
        #[arg(long)]
        open: bool,
    },
    /// Builds the site, sends the robot over it and follows its links.
    Check {
        #[command(flatten)]
        places: Places,
    },
}

#[derive(Args)]
struct Places {
    /// The clone of Cairn.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
    /// Where the site goes; target/book under the root when left out.
    #[arg(long, value_name = "DIR")]
    dest: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &What) -> Result<(), Error> {
    match command {
        What::Build { places, open } => {
            let (_, site) = build(places)?;
            let index = site.folder.join("index.html");
            println!("built {}", index.display());
            if *open {
                show(&index)?;
            }
        }
        What::Check { places } => {
            let (stages, site) = build(places)?;
            let summary = site::check(&stages, &site)?;
            summary
                .notes
                .iter()
                .for_each(|note| println!("note: {note}"));
            println!(
                "{} pages; the robot typed {} lines of {} listings in {} chapters and reached {} stopping points",
                site.pages.len(),
                summary.walk.lines,
                summary.walk.listings,
                summary.chapters,
                summary.walk.stops,
            );
        }
    }
    Ok(())
}

fn build(places: &Places) -> Result<(Stages, site::Site), Error> {
    let course = Course::load(&places.root).map_err(Error::Course)?;
    let stages = Stages::weave(&course)?;
    let dest = places
        .dest
        .clone()
        .unwrap_or_else(|| places.root.join("target/book"));
    let site = site::build(&places.root, &stages, &dest)?;
    Ok((stages, site))
}

/// Asks the desktop to open a page.
fn show(page: &Path) -> Result<(), Error> {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new(if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        })
    };
    let started = command.arg(page).spawn();
    started.map(drop).map_err(|error| Error::File {
        path: page.to_owned(),
        error,
    })
}

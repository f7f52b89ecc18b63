//! Where things are in this repository.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use runner::Qemu;
use runner::doctor::{self, Need};
use weave::Course;

/// This repository.
pub struct Project {
    /// Its root.
    pub root: PathBuf,
    /// Cargo's target folder, in which all that is made lies.
    pub target: PathBuf,
}

impl Project {
    /// The repository that this program was built in.
    pub fn here() -> Result<Self> {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR"));
        let Some(root) = tools.ancestors().nth(2) else {
            bail!("{} lies in no repository", tools.display());
        };
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self {
            root: root.to_path_buf(),
            target: std::path::absolute(target)?,
        })
    }

    /// Chapters, marks and woven trees.
    pub fn course(&self) -> Result<Course> {
        Ok(Course::load(&self.root)?)
    }

    /// What the finished kernel is to be told on its serial line, so that it ends: a file for somebody's standard input.
    pub fn input(&self, course: &Course) -> Result<File> {
        let last = course.points().last().map(|point| course.step(*point));
        let input = last.and_then(|step| step.input.as_deref());
        let file = self.target.join("weave").join("input");
        fs::create_dir_all(file.with_file_name(""))?;
        fs::write(&file, input.unwrap_or_default())?;
        Ok(File::open(file)?)
    }

    /// Gets what is needed and missing. Silent if nothing is.
    pub fn ensure(&self, need: Need) -> Result<()> {
        Ok(doctor::ensure(need, &self.root, &self.target)?)
    }

    /// QEMU.
    pub fn qemu(&self) -> Result<Qemu> {
        Ok(Qemu::find(&self.target)?)
    }

    /// The manifest of the tool that makes disk images.
    pub fn image_tool(&self) -> PathBuf {
        self.root.join("tools/image/Cargo.toml")
    }

    /// Where the serial logs of what went wrong are kept.
    pub fn logs(&self) -> PathBuf {
        self.target.join("serial")
    }
}

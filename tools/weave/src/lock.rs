//! The lock file, trimmed to what a woven tree's packages reach, as cargo itself would write it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use crate::error::{At, Error, Fault};
use crate::files;
use crate::manifest::{self, Manifest};
use crate::tree::{LOCK, Tree};

/// The root's lock file.
#[derive(Debug)]
pub(crate) struct Lock {
    /// What stands before the first package.
    head: String,
    packages: Vec<Package>,
}

#[derive(Clone, Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    package: Vec<Package>,
}

impl Lock {
    /// Reads the lock file of `root`, if there is one.
    pub fn load(root: &Path) -> Result<Option<Self>, Error> {
        let path = root.join(LOCK);
        if !path.is_file() {
            return Ok(None);
        }
        let text = files::read_text(&path)?;
        let raw: Raw = toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| files::line_of(&text, span.start));
            Error::at(
                At::new(LOCK, line),
                Fault::Syntax {
                    message: error.message().to_string(),
                },
            )
        })?;
        let head = text
            .split("[[package]]")
            .next()
            .unwrap_or_default()
            .to_string();
        Ok(Some(Self {
            head,
            packages: raw.package,
        }))
    }

    /// The lock file of a woven tree.
    pub fn trim(&self, tree: &Tree) -> Result<String, Error> {
        let mut kept: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut queue = Vec::new();
        for member in manifest::members(tree)? {
            let index = self.member(&member)?;
            let dependencies = self.direct(&member, index)?;
            queue.extend(dependencies.iter().copied());
            kept.insert(index, dependencies);
        }
        while let Some(index) = queue.pop() {
            if kept.contains_key(&index) {
                continue;
            }
            let dependencies = self.all(index)?;
            queue.extend(dependencies.iter().copied());
            kept.insert(index, dependencies);
        }
        Ok(self.print(&kept))
    }

    fn member(&self, member: &Manifest) -> Result<usize, Error> {
        let found = self
            .packages
            .iter()
            .position(|package| package.name == member.name && package.source.is_none());
        found.ok_or_else(|| Error::Lock {
            what: format!(
                "does not have the package `{}` of {}",
                member.name, member.path
            ),
        })
    }

    /// The dependencies of a member that its woven manifest names.
    fn direct(&self, member: &Manifest, index: usize) -> Result<Vec<usize>, Error> {
        let all = self.all(index)?;
        let names: BTreeSet<&str> = all
            .iter()
            .map(|index| self.packages[*index].name.as_str())
            .collect();
        if let Some((package, line)) = member
            .dependencies
            .iter()
            .find(|(package, _)| !names.contains(package.as_str()))
        {
            let fault = Fault::NotLocked {
                package: package.clone(),
            };
            return Err(Error::at(At::new(&member.path, *line), fault));
        }
        let named = |index: &usize| {
            member
                .dependencies
                .contains_key(&self.packages[*index].name)
        };
        Ok(all.into_iter().filter(named).collect())
    }

    fn all(&self, index: usize) -> Result<Vec<usize>, Error> {
        self.packages[index]
            .dependencies
            .iter()
            .map(|text| self.find(text))
            .collect()
    }

    /// The package that `name`, `name version` or `name version (source)` stands for.
    fn find(&self, text: &str) -> Result<usize, Error> {
        let mut parts = text.splitn(3, ' ');
        let name = parts.next().unwrap_or_default();
        let version = parts.next();
        let source = parts
            .next()
            .map(|source| source.trim_start_matches('(').trim_end_matches(')'));
        let fits = |package: &Package| {
            package.name == name
                && version.is_none_or(|version| package.version == version)
                && source.is_none_or(|source| package.source.as_deref() == Some(source))
        };
        let found = self.packages.iter().position(fits);
        found.ok_or_else(|| Error::Lock {
            what: format!("names the package `{text}` but does not have it"),
        })
    }

    fn print(&self, kept: &BTreeMap<usize, Vec<usize>>) -> String {
        let blocks: Vec<String> = kept
            .iter()
            .map(|(index, dependencies)| self.block(*index, dependencies, kept))
            .collect();
        format!("{}{}", self.head, blocks.join("\n"))
    }

    fn block(
        &self,
        index: usize,
        dependencies: &[usize],
        kept: &BTreeMap<usize, Vec<usize>>,
    ) -> String {
        let package = &self.packages[index];
        let mut block = format!(
            "[[package]]\nname = \"{}\"\nversion = \"{}\"\n",
            package.name, package.version
        );
        for (key, value) in [("source", &package.source), ("checksum", &package.checksum)] {
            if let Some(value) = value {
                // Writing to a string cannot fail.
                let _ = writeln!(block, "{key} = \"{value}\"");
            }
        }
        if !dependencies.is_empty() {
            block.push_str("dependencies = [\n");
            for dependency in dependencies {
                let _ = writeln!(block, " \"{}\",", self.shortest(*dependency, kept));
            }
            block.push_str("]\n");
        }
        block
    }

    /// The shortest text that names one of the kept packages.
    fn shortest(&self, index: usize, kept: &BTreeMap<usize, Vec<usize>>) -> String {
        let package = &self.packages[index];
        let same: Vec<&Package> = kept
            .keys()
            .map(|other| &self.packages[*other])
            .filter(|other| other.name == package.name)
            .collect();
        let versions = same
            .iter()
            .filter(|other| other.version == package.version)
            .count();
        match (&package.source, same.len(), versions) {
            (_, 1, _) => package.name.clone(),
            (_, _, 1) | (None, _, _) => format!("{} {}", package.name, package.version),
            (Some(source), _, _) => format!("{} {} ({source})", package.name, package.version),
        }
    }
}

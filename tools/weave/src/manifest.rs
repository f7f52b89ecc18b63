//! Manifests: the packages of a woven tree's workspace and what they depend on by name.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::error::{At, Error, Fault};
use crate::files;
use crate::tree::Tree;

/// A package of the workspace.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Path of its `Cargo.toml` in the tree.
    pub path: String,
    pub name: String,
    /// Each package that it depends on, and the line that says so.
    pub dependencies: BTreeMap<String, usize>,
}

const ROOT: &str = "Cargo.toml";

/// The root package and the members of its workspace.
pub(crate) fn members(tree: &Tree) -> Result<Vec<Manifest>, Error> {
    let (_, root) = read(tree, ROOT)?;
    let workspace = root.get("workspace").and_then(Value::as_table);
    let inherited = workspace
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(Value::as_table);
    let listed = workspace
        .and_then(|workspace| workspace.get("members"))
        .and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    let mut paths: Vec<String> = listed.flat_map(|member| expand(tree, member)).collect();
    if root.contains_key("package") {
        paths.insert(0, ROOT.to_string());
    }
    let mut found: Vec<Manifest> = Vec::new();
    while let Some(path) = paths.pop() {
        if found.iter().any(|manifest| manifest.path == path) {
            continue;
        }
        let (text, table) = read(tree, &path)?;
        let specs = specs(&table);
        paths.extend(
            specs
                .iter()
                .filter_map(|(_, spec)| beside(tree, &path, spec)),
        );
        let name = name(&table)
            .ok_or_else(|| fault(&path, 1, "there is no `name` in `[package]`".to_string()))?;
        let packages = specs
            .iter()
            .map(|(key, spec)| package(key, spec, inherited));
        let dependencies = packages
            .map(|package| (package.to_string(), line_naming(text, package)))
            .collect();
        found.push(Manifest {
            name,
            dependencies,
            path,
        });
    }
    Ok(found)
}

fn fault(path: &str, line: usize, message: String) -> Error {
    Error::at(At::new(path, line), Fault::Syntax { message })
}

fn read<'a>(tree: &'a Tree, path: &str) -> Result<(&'a str, Table), Error> {
    let missing = || {
        fault(
            ROOT,
            1,
            format!("the workspace needs {path}, but the woven tree does not have it"),
        )
    };
    let text = tree.text(path).ok_or_else(missing)?;
    let table = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| files::line_of(text, span.start));
        fault(path, line, error.message().to_string())
    })?;
    Ok((text, table))
}

/// The manifests that an entry of `members` stands for; it may end in `*`.
fn expand(tree: &Tree, member: &str) -> Vec<String> {
    let Some(start) = member.strip_suffix('*') else {
        return vec![format!("{}/{ROOT}", member.trim_end_matches('/'))];
    };
    let fits = |path: &&String| {
        let folder = path
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix("/Cargo.toml"));
        folder.is_some_and(|folder| !folder.contains('/'))
    };
    tree.files().keys().filter(fits).cloned().collect()
}

fn name(table: &Table) -> Option<String> {
    table
        .get("package")?
        .get("name")?
        .as_str()
        .map(str::to_string)
}

/// All dependencies of a manifest, of every kind and target.
fn specs(table: &Table) -> Vec<(&String, &Value)> {
    let targets = table
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([table]);
    let kinds = [
        "dependencies",
        "dev-dependencies",
        "dev_dependencies",
        "build-dependencies",
        "build_dependencies",
    ];
    tables
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .collect()
}

/// The package behind a dependency's key.
fn package<'a>(key: &'a str, spec: &'a Value, inherited: Option<&'a Table>) -> &'a str {
    let inherits = spec.get("workspace").and_then(Value::as_bool) == Some(true);
    let spec = if inherits {
        inherited.and_then(|table| table.get(key))
    } else {
        Some(spec)
    };
    spec.and_then(|spec| spec.get("package"))
        .and_then(Value::as_str)
        .unwrap_or(key)
}

/// The manifest in the tree that a path dependency leads to.
fn beside(tree: &Tree, manifest: &str, spec: &Value) -> Option<String> {
    let folder = manifest.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = crate::modules::join(folder, &format!("{}/{ROOT}", spec.get("path")?.as_str()?));
    tree.files().contains_key(&path).then_some(path)
}

fn line_naming(text: &str, package: &str) -> usize {
    text.lines()
        .position(|line| line.contains(package))
        .map_or(1, |index| index + 1)
}

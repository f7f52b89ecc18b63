//! `mod` lines, and the files that they reach.

use syn::spanned::Spanned;

use crate::source::{Kind, Line};

/// A `mod name;` line.
#[derive(Clone, Debug)]
pub(crate) struct ModuleLine {
    pub line: usize,
    /// Inline modules around it, then its own name.
    pub names: Vec<String>,
    /// What `#[path = "…"]` says.
    pub path: Option<String>,
}

/// All `mod name;` lines of a file, the old ones among its lines, too.
pub(crate) fn lines_of(file: &syn::File, lines: &[Line]) -> Vec<ModuleLine> {
    let mut found = Vec::new();
    collect(&file.items, &[], &mut found);
    for (index, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.kind == Kind::Old)
    {
        if let Ok(module) = syn::parse_str::<syn::ItemMod>(&line.text)
            && module.content.is_none()
        {
            found.push(ModuleLine {
                line: index + 1,
                names: vec![plain(&module)],
                path: path_of(&module),
            });
        }
    }
    found
}

fn collect(items: &[syn::Item], around: &[String], found: &mut Vec<ModuleLine>) {
    for item in items {
        let syn::Item::Mod(module) = item else {
            continue;
        };
        let mut names = around.to_vec();
        names.push(plain(module));
        match &module.content {
            Some((_, items)) => collect(items, &names, found),
            None => {
                let line = module.mod_token.span().start().line;
                found.push(ModuleLine {
                    line,
                    names,
                    path: path_of(module),
                });
            }
        }
    }
}

fn plain(module: &syn::ItemMod) -> String {
    module
        .ident
        .to_string()
        .trim_start_matches("r#")
        .to_string()
}

fn path_of(module: &syn::ItemMod) -> Option<String> {
    module
        .attrs
        .iter()
        .find_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
}

/// Whether cargo finds this file by itself, so that no `mod` line has to reach it.
pub(crate) fn is_root(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["build.rs"] | ["src", "main.rs" | "lib.rs"] => true,
        ["src", "bin", _] | ["src", "bin", _, "main.rs"] => true,
        ["tests", file] => file.ends_with(".rs"),
        ["tests", _, "main.rs"] => true,
        ["benches", file] => file.ends_with(".rs"),
        ["benches", _, "main.rs"] => true,
        // A package of tests.
        ["tests", _, "src", "lib.rs"] => true,
        _ => false,
    }
}

/// Where the file of a `mod` line in `parent` may lie.
pub(crate) fn candidates(parent: &str, module: &ModuleLine) -> Vec<String> {
    let (folder, file) = parent.rsplit_once('/').unwrap_or(("", parent));
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    if let (Some(path), [_]) = (&module.path, &module.names[..]) {
        return vec![join(folder, path)];
    }
    let own = is_root(parent) || stem == "mod";
    let mut base = if own {
        folder.to_string()
    } else {
        join(folder, stem)
    };
    let (name, around) = module
        .names
        .split_last()
        .map_or(("", &[][..]), |(name, around)| (name, around));
    for module in around {
        base = join(&base, module);
    }
    match &module.path {
        Some(path) => vec![join(&base, path)],
        None => vec![
            join(&base, &format!("{name}.rs")),
            join(&base, &format!("{name}/mod.rs")),
        ],
    }
}

/// `folder/path`, with `.` and `..` resolved.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(parent: &str, names: &[&str], path: Option<&str>) -> Vec<String> {
        let names = names.iter().map(|name| name.to_string()).collect();
        candidates(
            parent,
            &ModuleLine {
                line: 1,
                names,
                path: path.map(str::to_string),
            },
        )
    }

    #[test]
    fn files_are_looked_for_where_rustc_looks() {
        assert_eq!(
            reach("src/main.rs", &["a"], None),
            ["src/a.rs", "src/a/mod.rs"]
        );
        assert_eq!(
            reach("src/a.rs", &["b"], None),
            ["src/a/b.rs", "src/a/b/mod.rs"]
        );
        assert_eq!(
            reach("src/a/mod.rs", &["b"], None),
            ["src/a/b.rs", "src/a/b/mod.rs"]
        );
        assert_eq!(
            reach("tests/machine/main.rs", &["boot"], None),
            ["tests/machine/boot.rs", "tests/machine/boot/mod.rs"]
        );
        assert_eq!(
            reach("src/lib.rs", &["a", "b"], None),
            ["src/a/b.rs", "src/a/b/mod.rs"]
        );
        assert_eq!(reach("src/a.rs", &["b"], Some("../x.rs")), ["x.rs"]);
    }
}

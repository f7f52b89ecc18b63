//! Named items: which lines of a Rust file a name stands for.
//!
//! A name is a kind and an identifier (`fn kernel_main`, `struct Page`, `mod direct`, `macro println`), an `impl` with
//! its header (`impl Page`, `impl Display for Page`), a member of something (`Page::new`, `Colour::Red`,
//! `direct::enter`), an invoked macro (`entry_point!`), the `global_asm!` that holds a label (`asm start`), the first run
//! of `use` lines (`use`), or the file's own docs and attributes (`docs`).

use std::ops::RangeInclusive;

use quote::ToTokens;
use syn::spanned::Spanned;

use crate::error::{At, Error, Fault};

/// An item's names and lines.
struct Entry {
    names: Vec<String>,
    lines: RangeInclusive<usize>,
    depth: usize,
}

/// The lines, from 1, of the item called `name`, with its docs and attributes.
///
/// # Errors
/// When the text does not parse, when there is no such item (the error lists those that there are), or when
/// there are several.
pub fn find(text: &str, name: &str) -> Result<RangeInclusive<usize>, Error> {
    let file = syn::parse_file(text).map_err(|error| {
        let at = At::new("the listed file", error.span().start().line);
        Error::at(
            at,
            Fault::Syntax {
                message: error.to_string(),
            },
        )
    })?;
    let entries = entries(&file);
    let name = normal(name);
    let fits: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.names.contains(&name))
        .collect();
    let top = fits.iter().map(|entry| entry.depth).min();
    let fits: Vec<&Entry> = fits
        .into_iter()
        .filter(|entry| Some(entry.depth) == top)
        .collect();
    match fits[..] {
        [entry] => Ok(entry.lines.clone()),
        [] => Err(Error::NoItem {
            name,
            valid: valid(&entries),
        }),
        _ => Err(Error::ManyItems {
            name,
            lines: fits.iter().map(|entry| *entry.lines.start()).collect(),
        }),
    }
}

/// The first name of every item of a file, in order.
///
/// # Errors
/// When the text does not parse.
pub fn names(text: &str) -> Result<Vec<String>, Error> {
    let parsed = syn::parse_file(text);
    let file = parsed.map_err(|error| {
        let at = At::new("the listed file", error.span().start().line);
        Error::at(
            at,
            Fault::Syntax {
                message: error.to_string(),
            },
        )
    })?;
    Ok(valid(&entries(&file)))
}

fn valid(entries: &[Entry]) -> Vec<String> {
    let mut names: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.names.first().cloned())
        .collect();
    names.dedup();
    names
}

fn entries(file: &syn::File) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let (Some(first), Some(last)) = (file.attrs.first(), file.attrs.last()) {
        let lines = first.span().start().line..=last.span().end().line;
        entries.push(Entry {
            names: vec!["docs".to_string()],
            lines,
            depth: 0,
        });
    }
    collect(&file.items, 0, "", &mut entries);
    entries
}

fn collect(items: &[syn::Item], depth: usize, holder: &str, entries: &mut Vec<Entry>) {
    let mut uses = items
        .iter()
        .map(|item| matches!(item, syn::Item::Use(_)).then(|| lines(item)));
    let first = uses.by_ref().find_map(|lines| lines);
    if let (Some(first), 0) = (first, depth) {
        let last = uses
            .map_while(|lines| lines)
            .last()
            .unwrap_or(first.clone());
        entries.push(Entry {
            names: vec!["use".to_string()],
            lines: *first.start()..=*last.end(),
            depth,
        });
    }
    for item in items {
        let mut names = item_names(item);
        if !holder.is_empty()
            && let Some(name) = names.first().and_then(|name| name.split(' ').nth(1))
        {
            names.push(format!("{holder}::{name}"));
        }
        if !names.is_empty() {
            entries.push(Entry {
                names,
                lines: lines(item),
                depth,
            });
        }
        members(item, depth + 1, entries);
    }
}

fn lines(node: &impl Spanned) -> RangeInclusive<usize> {
    let span = node.span();
    span.start().line..=span.end().line
}

fn item_names(item: &syn::Item) -> Vec<String> {
    let named = |kind: &str, name: &syn::Ident| vec![format!("{kind} {name}")];
    match item {
        syn::Item::Const(item) => named("const", &item.ident),
        syn::Item::Enum(item) => named("enum", &item.ident),
        syn::Item::ExternCrate(item) => named("extern crate", &item.ident),
        syn::Item::Fn(item) => named("fn", &item.sig.ident),
        syn::Item::Mod(item) => named("mod", &item.ident),
        syn::Item::Static(item) => named("static", &item.ident),
        syn::Item::Struct(item) => named("struct", &item.ident),
        syn::Item::Trait(item) => named("trait", &item.ident),
        syn::Item::Type(item) => named("type", &item.ident),
        syn::Item::Union(item) => named("union", &item.ident),
        syn::Item::Use(item) => vec![normal(&format!("use {}", item.tree.to_token_stream()))],
        syn::Item::Macro(item) => macro_names(item),
        syn::Item::Impl(item) => impl_names(item),
        _ => Vec::new(),
    }
}

fn macro_names(item: &syn::ItemMacro) -> Vec<String> {
    if let Some(name) = &item.ident {
        return vec![format!("macro {name}")];
    }
    let path = item
        .mac
        .path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let mut names = vec![format!("{path}!")];
    if path.ends_with("global_asm") {
        names.extend(
            labels(item.mac.tokens.clone())
                .into_iter()
                .map(|label| format!("asm {label}")),
        );
    }
    names
}

/// The labels in the string literals of an `asm` macro.
fn labels(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let mut labels = Vec::new();
    for token in tokens {
        let Ok(literal) = syn::parse2::<syn::LitStr>(token.into_token_stream()) else {
            continue;
        };
        let text = literal.value();
        let statements = text.split(['\n', ';']).map(str::trim);
        let found = statements.filter_map(|line| line.split_once(':').map(|(label, _)| label));
        let label = |text: &&str| !text.is_empty() && !text.contains(char::is_whitespace);
        labels.extend(found.filter(label).map(str::to_string));
    }
    labels
}

fn impl_names(item: &syn::ItemImpl) -> Vec<String> {
    let (own, bare) = (
        normal(&item.self_ty.to_token_stream().to_string()),
        type_name(&item.self_ty),
    );
    let Some(path) = implemented(item) else {
        return vec![format!("impl {own}"), format!("impl {bare}")];
    };
    let last = path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let whole = normal(&path.to_token_stream().to_string());
    let traits = [
        whole,
        path.segments
            .last()
            .map(|last| normal(&last.to_token_stream().to_string()))
            .unwrap_or_default(),
        last,
    ];
    traits
        .iter()
        .flat_map(|name| {
            [
                format!("impl {name} for {own}"),
                format!("impl {name} for {bare}"),
            ]
        })
        .collect()
}

fn implemented(item: &syn::ItemImpl) -> Option<&syn::Path> {
    item.trait_.as_ref().map(|(path, _)| path)
}

/// The name of a type without paths, references and generics.
fn type_name(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default(),
        syn::Type::Reference(reference) => type_name(&reference.elem),
        other => normal(&other.to_token_stream().to_string()),
    }
}

fn members(item: &syn::Item, depth: usize, entries: &mut Vec<Entry>) {
    let mut push = |holder: &str, name: String, lines| {
        entries.push(Entry {
            names: vec![format!("{holder}::{name}")],
            lines,
            depth,
        });
    };
    match item {
        syn::Item::Impl(item) => {
            let holder = type_name(&item.self_ty);
            for member in &item.items {
                let name = match member {
                    syn::ImplItem::Fn(member) => member.sig.ident.to_string(),
                    syn::ImplItem::Const(member) => member.ident.to_string(),
                    syn::ImplItem::Type(member) => member.ident.to_string(),
                    _ => continue,
                };
                push(&holder, name, lines(member));
            }
        }
        syn::Item::Trait(item) => {
            for member in &item.items {
                let name = match member {
                    syn::TraitItem::Fn(member) => member.sig.ident.to_string(),
                    syn::TraitItem::Const(member) => member.ident.to_string(),
                    syn::TraitItem::Type(member) => member.ident.to_string(),
                    _ => continue,
                };
                push(&item.ident.to_string(), name, lines(member));
            }
        }
        syn::Item::Enum(item) => {
            item.variants.iter().for_each(|variant| {
                push(
                    &item.ident.to_string(),
                    variant.ident.to_string(),
                    lines(variant),
                )
            });
        }
        syn::Item::Struct(item) => {
            for field in &item.fields {
                if let Some(name) = &field.ident {
                    push(&item.ident.to_string(), name.to_string(), lines(field));
                }
            }
        }
        syn::Item::ForeignMod(item) => {
            for member in &item.items {
                let name = match member {
                    syn::ForeignItem::Fn(member) => format!("fn {}", member.sig.ident),
                    syn::ForeignItem::Static(member) => format!("static {}", member.ident),
                    _ => continue,
                };
                entries.push(Entry {
                    names: vec![name],
                    lines: lines(member),
                    depth,
                });
            }
        }
        syn::Item::Mod(item) => {
            if let Some((_, items)) = &item.content {
                collect(items, depth, &item.ident.to_string(), entries);
            }
        }
        _ => {}
    }
}

/// The text with no more blanks than tokens need.
fn normal(text: &str) -> String {
    let mut out = String::new();
    for character in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        let word = |character: char| character.is_alphanumeric() || character == '_';
        if out.ends_with(' ') {
            let before = out.trim_end().chars().next_back();
            if !(word(character) && before.is_some_and(word)
                || before == Some('>') && word(character))
            {
                out.truncate(out.trim_end().len());
            }
        }
        out.push(character);
    }
    out
}

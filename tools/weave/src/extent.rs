//! Extents: how far what begins at a place in Rust source reaches.

use std::collections::HashMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Where everything that a mark can name begins and ends.
#[derive(Debug, Default)]
pub(crate) struct Extents {
    /// From the first byte of a node to the end of the largest one that begins there.
    ends: HashMap<usize, usize>,
    /// The braces of `use {…}`, in which rustfmt moves comments.
    use_lists: Vec<Range<usize>>,
}

impl Extents {
    /// Visits a whole file.
    pub fn of(file: &syn::File) -> Self {
        let mut extents = Self::default();
        extents.visit_file(file);
        extents
    }

    /// The end of the largest node that begins at byte `start`.
    pub fn end(&self, start: usize) -> Option<usize> {
        self.ends.get(&start).copied()
    }

    /// Whether a byte lies in the braces of a `use`.
    pub fn in_use_list(&self, byte: usize) -> bool {
        self.use_lists.iter().any(|list| list.contains(&byte))
    }

    fn note(&mut self, node: &impl Spanned) {
        let bytes = node.span().byte_range();
        let end = self.ends.entry(bytes.start).or_insert(bytes.end);
        *end = bytes.end.max(*end);
    }
}

macro_rules! note_each {
    ($($visit:ident: $node:ident),* $(,)?) => {
        $(
            fn $visit(&mut self, node: &'ast syn::$node) {
                self.note(node);
                visit::$visit(self, node);
            }
        )*
    };
}

impl<'ast> Visit<'ast> for Extents {
    note_each! {
        visit_arm: Arm,
        visit_attribute: Attribute,
        visit_field: Field,
        visit_field_pat: FieldPat,
        visit_field_value: FieldValue,
        visit_fn_arg: FnArg,
        visit_foreign_item: ForeignItem,
        visit_generic_param: GenericParam,
        visit_impl_item: ImplItem,
        visit_item: Item,
        visit_stmt: Stmt,
        visit_trait_item: TraitItem,
        visit_variant: Variant,
        visit_where_predicate: WherePredicate,
    }

    fn visit_expr_array(&mut self, node: &'ast syn::ExprArray) {
        node.elems.iter().for_each(|element| self.note(element));
        visit::visit_expr_array(self, node);
    }

    fn visit_expr_tuple(&mut self, node: &'ast syn::ExprTuple) {
        node.elems.iter().for_each(|element| self.note(element));
        visit::visit_expr_tuple(self, node);
    }

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        node.args.iter().for_each(|argument| self.note(argument));
        visit::visit_expr_call(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        node.args.iter().for_each(|argument| self.note(argument));
        visit::visit_expr_method_call(self, node);
    }

    fn visit_use_group(&mut self, node: &'ast syn::UseGroup) {
        let braces = node.brace_token.span;
        self.use_lists
            .push(braces.open().byte_range().start..braces.close().byte_range().end);
        visit::visit_use_group(self, node);
    }
}

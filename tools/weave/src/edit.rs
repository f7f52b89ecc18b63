//! Edits: deliberate changes of a woven tree, as solutions, broken kernels and mutants are.

use serde::Deserialize;

use crate::tree::{File, Tree};

/// One change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The file, by its path in the tree.
    pub path: String,
    /// What is replaced. It occurs once in the file; it is empty where the file is new.
    #[serde(default)]
    pub find: String,
    /// What it is replaced by.
    pub replace: String,
}

/// Why an edit does not fit its tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The tree lacks the file.
    #[error("{path}: the tree has no such file; an edit of a new file has no `find`")]
    NoFile {
        /// The file.
        path: String,
    },
    /// The tree has the file that is to be new.
    #[error("{path}: the file is there already; say in `find` what is to be replaced")]
    NotNew {
        /// The file.
        path: String,
    },
    /// The text is not there, or is there more than once.
    #[error("{path}: found {count} times and must be there once: {find}")]
    Count {
        /// The file.
        path: String,
        /// What was looked for.
        find: String,
        /// How often it is there.
        count: usize,
    },
}

impl Edit {
    fn apply(&self, tree: &mut Tree) -> Result<(), EditError> {
        let path = self.path.clone();
        let text = match (tree.text(&path), self.find.as_str()) {
            (None, "") => self.replace.clone(),
            (None, _) => return Err(EditError::NoFile { path }),
            (Some(_), "") => return Err(EditError::NotNew { path }),
            (Some(text), find) => match text.matches(find).count() {
                1 => text.replacen(find, &self.replace, 1),
                count => {
                    return Err(EditError::Count {
                        path,
                        find: find.to_owned(),
                        count,
                    });
                }
            },
        };
        let given = tree.files().get(&path).is_some_and(|file| file.given);
        tree.insert(&path, File::new(text.into_bytes(), given));
        Ok(())
    }
}

impl Tree {
    /// The tree after these edits, in order.
    ///
    /// # Errors
    /// Names the first edit that does not fit.
    pub fn edited(&self, edits: &[Edit]) -> Result<Tree, EditError> {
        let mut tree = self.clone();
        edits.iter().try_for_each(|edit| edit.apply(&mut tree))?;
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        tree.insert("a.rs", File::new(b"one two two".to_vec(), false));
        tree
    }

    fn edited(path: &str, find: &str, replace: &str) -> Result<String, EditError> {
        let edit = Edit {
            path: path.into(),
            find: find.into(),
            replace: replace.into(),
        };
        tree()
            .edited(&[edit])
            .map(|tree| tree.text(path).unwrap_or_default().to_owned())
    }

    #[test]
    fn what_is_found_once_is_replaced() {
        assert_eq!(edited("a.rs", "one", "1").as_deref(), Ok("1 two two"));
    }

    #[test]
    fn a_new_file_has_nothing_to_find() {
        assert_eq!(edited("b.rs", "", "new").as_deref(), Ok("new"));
        assert!(matches!(
            edited("b.rs", "x", "new"),
            Err(EditError::NoFile { .. })
        ));
        assert!(matches!(
            edited("a.rs", "", "new"),
            Err(EditError::NotNew { .. })
        ));
    }

    #[test]
    fn what_is_missing_or_ambiguous_is_refused() {
        assert!(matches!(
            edited("a.rs", "three", ""),
            Err(EditError::Count { count: 0, .. })
        ));
        assert!(matches!(
            edited("a.rs", "two", ""),
            Err(EditError::Count { count: 2, .. })
        ));
    }
}

//! The weave, tried on small courses in folders of their own.

mod diffs;
mod files_on_disk;
mod fixture;
mod git_history;
mod items;
mod locks;
mod properties;
mod real;
mod refusals;
mod weaving;

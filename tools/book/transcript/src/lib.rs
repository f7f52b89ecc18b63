//! A transcript is what one boot of one woven tree wrote to the serial line, recorded once and shown on a page.
//!
//! - [`Declared`]: what `chapter.toml` says about it (`[[transcript]]`).
//! - [`Recording`]: its file, `chapters/NN-slug/transcripts/NAME.txt`, a TOML header and the text.
//! - [`matches`]: whether a fresh boot still says the same, apart from what the masks cover.
//! - [`Counts`]: a recording of another kind, of what `cargo bench` counts, in `benches/counts.toml`.
//! - [`Matrix`] and [`Results`]: the hostile machines, and what the kernel did on them, in `tests/hostile/`.
//!
//! `xtask` records and compares; `book` shows. Neither needs the other's dependencies for it.

mod compare;
mod counts;
mod declared;
mod machines;
mod recording;

pub use compare::{Difference, matches};
pub use counts::{Counts, CountsError, Versions};
pub use declared::{Declared, DeclaredError, Kind};
pub use machines::{Listed, MachinesError, Matrix, Results, Seen};
pub use recording::{Header, Problem, Recording, RecordingError};

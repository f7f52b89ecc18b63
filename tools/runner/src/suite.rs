//! Runs tests in parallel with libtest's command line and output.
//!
//! `libtest-mimic` does both: `cargo test`, nextest and people know how to read the result.

use libtest_mimic::Trial;
pub use libtest_mimic::{Arguments, Conclusion};

use crate::ExitStatus;

/// One test: a name and what it does.
pub struct Case {
    name: String,
    ignored: bool,
    run: Box<dyn FnOnce() -> Result<(), String> + Send>,
}

impl Case {
    /// A test that passes with `Ok`; otherwise the message says why it failed.
    pub fn new(
        name: impl Into<String>,
        run: impl FnOnce() -> Result<(), String> + Send + 'static,
    ) -> Case {
        Case {
            name: name.into(),
            ignored: false,
            run: Box::new(run),
        }
    }

    /// The same test, run only on demand (`--ignored`, `--include-ignored`).
    #[must_use]
    pub fn ignored(self, ignored: bool) -> Case {
        Case { ignored, ..self }
    }

    /// The same test with more before its name.
    #[must_use]
    pub fn prefixed(self, prefix: &str) -> Case {
        let name = format!("{prefix}{}", self.name);
        Case { name, ..self }
    }

    /// The same test with more after its name.
    #[must_use]
    pub fn suffixed(self, suffix: &str) -> Case {
        let name = self.name + suffix;
        Case { name, ..self }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn into_trial(self) -> Trial {
        Trial::test(self.name, || (self.run)().map_err(Into::into)).with_ignored_flag(self.ignored)
    }
}

/// Arguments for a run of those tests whose name contains `filter`; of all without one.
#[must_use]
pub fn arguments(filter: Option<String>) -> Arguments {
    Arguments {
        filter,
        ..Arguments::default()
    }
}

/// Runs the tests, as many at once as there are cores, and prints what libtest prints.
pub fn run(arguments: &Arguments, cases: Vec<Case>) -> Conclusion {
    libtest_mimic::run(arguments, cases.into_iter().map(Case::into_trial).collect())
}

/// The exit status that belongs to a run of tests.
#[must_use]
pub fn exit_status(conclusion: &Conclusion) -> ExitStatus {
    if conclusion.has_failed() {
        ExitStatus::Failed
    } else {
        ExitStatus::Success
    }
}

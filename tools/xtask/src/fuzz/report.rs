//! What libFuzzer says, in fewer words.

use std::fmt;
use std::process::ExitStatus;

/// What is known of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// How many inputs were tried.
    inputs: u64,
    /// How many places in the code were reached, and how many there are.
    reached: u64,
    places: u64,
    /// Why an input failed.
    why: Vec<String>,
    /// Where that input is.
    file: Option<String>,
    is_success: bool,
}

impl Report {
    /// Takes in a line.
    pub fn hear(&mut self, line: &str) {
        let number = |text: &str| text.split_whitespace().next()?.parse().ok();
        let after = |word| line.split_once(word).map(|(_, rest)| rest);
        if let Some(places) =
            after(" modules ").and_then(|rest| number(rest.trim_start_matches([' ', '('])))
        {
            self.places = places;
        } else if let Some(reached) = after(" cov: ").and_then(number) {
            self.reached = reached;
        } else if let Some(inputs) = after("stat::number_of_executed_units: ").and_then(number) {
            self.inputs = inputs;
        } else if let Some(file) = after("Test unit written to ") {
            self.file = Some(file.to_owned());
        } else {
            self.explain(line);
        }
    }

    /// A panic's first lines, or what libFuzzer has to say itself.
    fn explain(&mut self, line: &str) {
        let is_panic = line.starts_with("thread ") && line.contains(" panicked at ");
        let is_message = self.why.len() == 1 && self.why[0].contains(" panicked at ");
        let is_other = line.starts_with("==") && line.contains("ERROR: ") && self.why.is_empty();
        if is_panic || is_message || is_other {
            self.why.push(line.to_owned());
        }
    }

    /// Takes in how it ended.
    pub fn end(&mut self, status: ExitStatus) {
        self.is_success = status.success();
    }

    /// Whether all went well.
    pub fn is_success(&self) -> bool {
        self.is_success
    }

    /// What went wrong, and what is to be done.
    pub fn failure(&self) -> Option<String> {
        if self.is_success {
            return None;
        }
        let why = self.why.join("\n  ");
        let Some(file) = &self.file else {
            return Some(format!("the fuzzer failed: {why}"));
        };
        Some(format!(
            "{why}\n  the input is in {file}\n  \
             `cargo test --package host --target host-tuple corpus` fails until its cause is mended; commit both"
        ))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            inputs,
            reached,
            places,
            ..
        } = self;
        write!(
            out,
            "{inputs} inputs, {reached} of {places} places in the code reached"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Report {
        let mut report = Report::default();
        text.lines().for_each(|line| report.hear(line));
        report
    }

    #[test]
    fn a_run_is_summed_up() {
        let mut report = heard(
            "INFO: Loaded 1 modules   (1046 inline 8-bit counters): 1046 [0x55de023becb0, 0x55de023bf0c6), \n\
             #9\tINITED cov: 311 ft: 644 corp: 8/6196b exec/s: 0 rss: 27Mb\n\
             #12\tNEW    cov: 330 ft: 691 corp: 10/7435b lim: 1072 exec/s: 0 rss: 27Mb L: 564/1072 MS: 1 CopyPart-\n\
             stat::number_of_executed_units: 39292\n",
        );
        assert_eq!(
            report.to_string(),
            "39292 inputs, 330 of 1046 places in the code reached"
        );
        report.end(ExitStatus::default());
        assert_eq!(report.failure(), None);
    }

    #[test]
    fn a_panic_is_told_with_its_input() {
        let failure = heard(
            "\n\
             thread '<unnamed>' (7) panicked at src/acpi/aml.rs:57:31:\n\
             index out of bounds: the len is 3 but the index is 3\n\
             note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\
             ==9== ERROR: libFuzzer: deadly signal\n\
             artifact_prefix='corpus/code/'; Test unit written to corpus/code/crash-0a\n",
        )
        .failure()
        .unwrap();
        let begin = "thread '<unnamed>' (7) panicked at src/acpi/aml.rs:57:31:\n  index out of bounds: the len is 3 \
                     but the index is 3\n  the input is in corpus/code/crash-0a\n";
        assert!(failure.starts_with(begin), "{failure}");
        assert!(!failure.contains("deadly"), "{failure}");
    }

    #[test]
    fn what_is_no_panic_is_told_as_well() {
        let failure = heard(
            "==9== ERROR: libFuzzer: timeout after 6 seconds\n\
             artifact_prefix='corpus/code/'; Test unit written to corpus/code/timeout-0a\n",
        );
        let failure = failure.failure().unwrap();
        assert!(
            failure.contains("timeout after 6 seconds\n  the input is in corpus/code/timeout-0a")
        );
        assert!(
            heard("no such file")
                .failure()
                .unwrap()
                .starts_with("the fuzzer failed")
        );
    }
}

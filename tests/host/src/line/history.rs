//! Earlier lines come back.

use cairn::line::{History, LINES};
use proptest::prelude::*;

use super::{config, text};

#[derive(Clone, Debug)]
enum Step {
    Push(String),
    Older(String),
    Newer,
    Leave,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => "[a-c]{0,2}".prop_map(Step::Push),
        4 => "[x-z]{0,2}".prop_map(Step::Older),
        3 => Just(Step::Newer),
        1 => Just(Step::Leave),
    ]
}

/// All lines, the oldest first; while we walk, the line that is being typed is the last.
#[derive(Default)]
struct Model {
    lines: Vec<String>,
    walk: Option<(Vec<String>, usize)>,
}

impl Model {
    fn push(&mut self, line: String) {
        self.walk = None;
        if !line.is_empty() && self.lines.last() != Some(&line) {
            self.lines.push(line);
        }
    }

    fn older(&mut self, typed: String) -> Option<String> {
        let kept = &self.lines[self.lines.len().saturating_sub(LINES)..];
        if kept.is_empty() {
            return None;
        }
        let start = || ([kept, &[typed]].concat(), kept.len());
        let (lines, at) = self.walk.get_or_insert_with(start);
        *at = at.checked_sub(1)?;
        Some(lines[*at].clone())
    }

    fn newer(&mut self) -> Option<String> {
        let (lines, at) = self.walk.as_mut()?;
        *at += 1;
        let line = lines[*at].clone();
        if *at == lines.len() - 1 {
            self.walk = None;
        }
        Some(line)
    }
}

#[test]
fn the_line_that_is_being_typed_is_the_newest() {
    let mut history = History::new();
    history.push(&text("help"));
    history.push(&text("irq"));
    assert_eq!(history.newer(), None);
    assert_eq!(history.older(&text("fau")), Some(&text("irq")));
    assert_eq!(history.older(&text("irq")), Some(&text("help")));
    assert_eq!(history.older(&text("help")), None);
    assert_eq!(history.newer(), Some(&text("irq")));
    assert_eq!(history.newer(), Some(&text("fau")));
    assert_eq!(history.newer(), None);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn lines_come_back_as_the_model_says(steps in prop::collection::vec(steps(), 0..200)) {
        let (mut history, mut model) = (History::new(), Model::default());
        for step in steps {
            let (line, expected) = match step {
                Step::Push(line) => {
                    history.push(&text(&line));
                    model.push(line);
                    continue;
                }
                Step::Leave => {
                    history.leave();
                    model.walk = None;
                    continue;
                }
                Step::Older(typed) => (history.older(&text(&typed)), model.older(typed)),
                Step::Newer => (history.newer(), model.newer()),
            };
            prop_assert_eq!(line.map(|line| line.as_str()), expected.as_deref());
        }
    }
}

#[test]
fn the_last_lines_are_kept() {
    let mut history = History::new();
    for number in 0..3 * LINES {
        history.push(&text(&number.to_string()));
    }
    for number in (2 * LINES..3 * LINES).rev() {
        assert_eq!(history.older(&text("")), Some(&text(&number.to_string())));
    }
    assert_eq!(history.older(&text("")), None);
}

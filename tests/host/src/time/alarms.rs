//! Alarms, against a list that is sorted each time.

use cairn::time::alarms::{Alarm, Alarms, Full};
use proptest::prelude::*;

fn alarm(deadline: u64, argument: u64) -> Alarm {
    Alarm {
        deadline,
        ring: |_| {},
        argument,
    }
}

fn key(alarm: Alarm) -> (u64, u64) {
    (alarm.deadline, alarm.argument)
}

#[test]
fn none_is_due_where_none_is_set() {
    let mut alarms = Alarms::<4>::new();
    assert_eq!(alarms.next(), None);
    assert!(alarms.take(u64::MAX).is_none());
}

#[test]
fn none_is_early() {
    let mut alarms = Alarms::<4>::new();
    assert_eq!(alarms.set(alarm(100, 0)), Ok(()));
    assert!(alarms.take(99).is_none());
    assert_eq!(alarms.take(100).map(key), Some((100, 0)));
}

#[test]
fn no_deadline_is_too_far() {
    let mut alarms = Alarms::<4>::new();
    assert_eq!(alarms.set(alarm(u64::MAX, 1)), Ok(()));
    assert_eq!(alarms.set(alarm(0, 0)), Ok(()));
    assert_eq!(alarms.take(u64::MAX - 1).map(key), Some((0, 0)));
    assert!(alarms.take(u64::MAX - 1).is_none());
    assert_eq!(alarms.take(u64::MAX).map(key), Some((u64::MAX, 1)));
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Set(u64),
    Take(u64),
}

/// Few deadlines, so that some are the same.
fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => (0..10_u64).prop_map(Operation::Set),
        2 => (0..10_u64).prop_map(Operation::Take),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The next one is the one with the earliest deadline, and of those the one that was set
    /// first.
    #[test]
    fn alarms_are_a_sorted_list(operations in prop::collection::vec(operation(), 0..100)) {
        let (mut alarms, mut model) = (Alarms::<8>::new(), Vec::new());
        for (number, operation) in (0..).zip(operations) {
            match operation {
                Operation::Set(deadline) if model.len() == 8 => {
                    prop_assert_eq!(alarms.set(alarm(deadline, number)), Err(Full));
                }
                Operation::Set(deadline) => {
                    prop_assert_eq!(alarms.set(alarm(deadline, number)), Ok(()));
                    model.push((deadline, number));
                    model.sort();
                }
                Operation::Take(now) => {
                    let is_due = model.first().is_some_and(|(deadline, _)| *deadline <= now);
                    let expected = is_due.then(|| model.remove(0));
                    prop_assert_eq!(alarms.take(now).map(key), expected);
                }
            }
            prop_assert_eq!(alarms.next(), model.first().map(|(deadline, _)| *deadline));
        }
    }
}

//! The queue, against a model, and between two threads.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use cairn::lock::Lock;
use cairn::queue::{Full, Queue};
use proptest::prelude::*;

#[test]
fn bytes_pass_between_threads_in_order() {
    let queue: Arc<Queue<16>> = Arc::default();
    let bytes = || (0..100_000_u32).map(|number| (number % 251) as u8);
    let pusher = Arc::clone(&queue);
    let pusher = thread::spawn(move || {
        for byte in bytes() {
            while pusher.push(byte).is_err() {
                thread::yield_now();
            }
        }
    });
    for expected in bytes() {
        let byte = loop {
            match queue.pop() {
                Some(byte) => break byte,
                None => thread::yield_now(),
            }
        };
        assert_eq!(byte, expected);
    }
    pusher.join().expect("the other thread pushes all");
    assert!(queue.is_empty());
}

#[test]
fn a_lock_lets_one_thread_in_at_a_time() {
    let lock = Arc::new(Lock::new("counter", 0));
    let threads = (0..4).map(|_| {
        let lock = Arc::clone(&lock);
        thread::spawn(move || (0..1000).for_each(|_| *lock.lock() += 1))
    });
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    assert_eq!(*lock.lock(), 4000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is pushed and popped, the queue does what a list would do.
    #[test]
    fn a_queue_is_first_in_first_out(steps in prop::collection::vec(any::<Option<u8>>(), 0..200)) {
        let (queue, mut model) = (Queue::<8>::new(), VecDeque::new());
        for step in steps {
            match step {
                Some(byte) if model.len() == 8 => prop_assert_eq!(queue.push(byte), Err(Full)),
                Some(byte) => {
                    prop_assert_eq!(queue.push(byte), Ok(()));
                    model.push_back(byte);
                }
                None => prop_assert_eq!(queue.pop(), model.pop_front()),
            }
            prop_assert_eq!(queue.room(), 8 - model.len());
            prop_assert_eq!(queue.is_empty(), model.is_empty());
        }
    }
}

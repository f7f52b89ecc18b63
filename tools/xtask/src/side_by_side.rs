//! Work on many woven trees at once, each on a bench of its own.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;

/// At most so many trees are worked on at once: each bench has a target folder.
const MOST: usize = 4;

/// Does all jobs, as many at once as there are processors. `work` gets a job and the name of
/// a bench that nobody else uses meanwhile. The first error is returned, and no job is begun
/// after it.
pub fn side_by_side<T: Sync>(
    jobs: &[T],
    bench: &str,
    work: impl Fn(&T, &str) -> Result<()> + Sync,
) -> Result<()> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let worker = |number: usize| {
        let bench = format!("{bench}-{number}");
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(job, &bench).inspect_err(|_| next.store(jobs.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..processors.min(MOST).min(jobs.len()))
            .map(|number| scope.spawn(move || worker(number)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            // A worker that panics is a bug of ours, and panics here as well.
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use anyhow::bail;

    use super::*;

    #[test]
    fn every_job_is_done_once() {
        let done = Mutex::new(Vec::new());
        let jobs: Vec<u32> = (0..100).collect();
        let work = |job: &u32, _: &str| {
            done.lock().unwrap().push(*job);
            Ok(())
        };
        side_by_side(&jobs, "bench", work).unwrap();
        let mut done = done.into_inner().unwrap();
        done.sort_unstable();
        assert_eq!(done, jobs);
    }

    #[test]
    fn the_first_error_ends_it() {
        let begun = AtomicUsize::new(0);
        let jobs: Vec<u32> = (0..1000).collect();
        let error = side_by_side(&jobs, "bench", |job, _| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *job == 7 {
                bail!("seven");
            }
            thread::sleep(Duration::from_millis(1));
            Ok(())
        });
        assert_eq!(error.unwrap_err().to_string(), "seven");
        assert!(begun.into_inner() < jobs.len());
    }
}

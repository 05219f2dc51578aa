//! A parallel map that keeps the order of its items.
//!
//! The calling thread draws the items and takes the results; the others only work. A bounded number
//! of items is under way at once, so memory stays flat however many there are.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::compose::STACK;
use crate::failure::Failure;

/// Items handed to a thread at once.
const BATCH: usize = 32;

/// Batches under way for each thread.
const AHEAD: usize = 3;

/// A batch of items, and where its results go.
type Task<T, U> = (Vec<T>, Sender<Vec<U>>);

/// Applies `work` to the items on all cores and passes the results to `take` in order. Few items
/// are worked on in the calling thread.
///
/// # Errors
/// The first error of `take`; nothing more is taken after it.
pub(super) fn map_in_order<T: Send, U: Send>(
    items: impl Iterator<Item = T>,
    work: impl Fn(T) -> U + Sync,
    mut take: impl FnMut(U) -> Result<()>,
) -> Result<()> {
    let mut items = items.fuse();
    let first: Vec<T> = items.by_ref().take(BATCH).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || first.len() < BATCH {
        return first.into_iter().chain(items).map(work).try_for_each(take);
    }
    let mut items = first.into_iter().chain(items);
    let (hand_out, tasks) = mpsc::channel();
    let tasks = Mutex::new(tasks);
    std::thread::scope(|scope| {
        // Dropped at the end of this closure, which ends the threads.
        let hand_out = hand_out;
        let gone = |_| Failure::Ours { detail: "a working thread is gone".into() };
        for _ in 0..threads {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread
                .spawn_scoped(scope, || work_off(&tasks, &work))
                .map_err(|error| Failure::Ours { detail: error.to_string() })?;
        }
        let mut under_way = VecDeque::new();
        loop {
            while under_way.len() < threads * AHEAD {
                let batch: Vec<T> = items.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                let (answer, results) = mpsc::channel();
                under_way.push_back(results);
                hand_out.send((batch, answer)).map_err(|_| gone(mpsc::RecvError))?;
            }
            let Some(results) = under_way.pop_front() else { return Ok(()) };
            results.recv().map_err(gone)?.into_iter().try_for_each(&mut take)?;
        }
    })
}

fn work_off<T, U>(tasks: &Mutex<Receiver<Task<T, U>>>, work: &impl Fn(T) -> U) {
    loop {
        // A thread that panics here leaves nothing half done: it only waits under the lock.
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((items, answer)) = task else { return };
        // Fails if the results are no longer taken.
        let _ = answer.send(items.into_iter().map(work).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for count in [0, 1, 31, 32, 33, 5000] {
            let mut taken = Vec::new();
            let work = |n: u64| {
                // Batches end out of order.
                if n.is_multiple_of(97) {
                    std::thread::yield_now();
                }
                n * 2
            };
            map_in_order(0..count, work, |n| {
                taken.push(n);
                Ok(())
            })
            .unwrap();
            assert_eq!(taken, (0..count).map(|n| n * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_ends_the_work_and_the_drawing_of_items() {
        let mut drawn = 0;
        let mut taken = 0;
        let ended = map_in_order(
            (0..1_000_000).inspect(|_| drawn += 1),
            |n| n,
            |n| {
                taken += 1;
                if n == 100 { Err(anyhow::anyhow!("enough")) } else { Ok(()) }
            },
        );
        assert_eq!((ended.unwrap_err().to_string(), taken), ("enough".to_owned(), 101));
        assert!(drawn < 100_000, "{drawn} items were drawn");
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_of_the_work_is_not_the_end_of_the_items() {
        let _ = map_in_order(0..1000, |n| assert_ne!(n, 500), |()| Ok(()));
    }
}

//! Work on all processors at once.

use std::sync::{Mutex, PoisonError};
use std::thread;
use unitctl_executor::linux::processor;

/// How many jobs make another thread worth its start.
const JOBS_A_THREAD: usize = 24;

/// Does all jobs and returns what came of them, in any order.
///
/// This thread takes them from the front and the others from the back: neighbours in the row are mostly neighbours in
/// a folder, which only one thread can list. `worker` makes what does the jobs of one thread.
pub(super) fn map<J: Send, D: Send, W: FnMut(J) -> D>(jobs: Vec<J>, worker: impl Fn() -> W + Sync) -> Vec<D> {
    let most = jobs.len() / JOBS_A_THREAD;
    let threads = if most < 2 { 1 } else { processor::usable().min(most) };
    let jobs = Mutex::new(jobs.into_iter());
    let next = |from_front| {
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if from_front { jobs.next() } else { jobs.next_back() }
    };
    let here = processor::here();
    let other = |number: usize| {
        leave(here, number);
        std::iter::from_fn(|| next(false)).map(worker()).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|number| scope.spawn(move || other(number))).collect();
        if threads > 1 {
            // Those that wait for this processor get it for as long as it takes to leave it.
            thread::yield_now();
        }
        let mut done: Vec<_> = std::iter::from_fn(|| next(true)).map(worker()).collect();
        for other in others {
            let part = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            // They are sorted faster if they are nearly so.
            done.extend(part.into_iter().rev());
        }
        done
    })
}

/// Moves this thread, one of several, to a processor of its own if it is on that of the thread that made it.
///
/// Most kernels begin a thread where nothing else runs. Others leave it behind the one that made it, for longer than
/// all of the work takes (observed where a virtual machine is told to use few of its processors).
fn leave(maker: Option<usize>, number: usize) {
    if let Some(here) = processor::here().filter(|here| Some(*here) == maker) {
        processor::leave(here, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_however_many_there_are() {
        for count in [0, 1, JOBS_A_THREAD, 2 * JOBS_A_THREAD, 50 * JOBS_A_THREAD] {
            let mut done = map((0..count).collect(), || |job| job);
            done.sort_unstable();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }
}

//! Work on all processors at once.

use nix::sched::{sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many jobs make another thread worth its start.
const JOBS_A_THREAD: usize = 24;

/// Does all jobs, and returns what came of them in any order.
///
/// This thread takes them from the front and the others from the back: neighbours in the row are mostly neighbours in
/// a folder, which only one thread can list.
pub(super) fn map<J: Send, D: Send>(jobs: Vec<J>, work: impl Fn(J) -> D + Sync) -> Vec<D> {
    let most = jobs.len() / JOBS_A_THREAD;
    let threads = if most < 2 { 1 } else { thread::available_parallelism().map_or(1, usize::from).min(most) };
    let jobs = Mutex::new(jobs.into_iter());
    let next = |from_front| {
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if from_front { jobs.next() } else { jobs.next_back() }
    };
    let begun = AtomicUsize::new(1);
    thread::scope(|scope| {
        let other = || {
            begun.fetch_add(1, Ordering::Relaxed);
            std::iter::from_fn(|| next(false)).map(&work).collect::<Vec<_>>()
        };
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(other)).collect();
        let mut done = Vec::new();
        while let Some(job) = next(true) {
            done.push(work(job));
            if begun.load(Ordering::Relaxed) < threads && done.len() == 1 {
                make_room();
            }
        }
        for other in others {
            let part = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            // They are sorted faster if they are nearly so.
            done.extend(part.into_iter().rev());
        }
        done
    })
}

/// Moves this thread to another processor, since others wait for the one that it has.
///
/// A kernel may leave a new thread behind the one that made it until that has used up its time, which is longer than
/// all of the work takes. Where it cannot be done, they wait.
fn make_room() {
    let myself = Pid::from_raw(0);
    let (Ok(allowed), Ok(here)) = (sched_getaffinity(myself), sched_getcpu()) else { return };
    let mut elsewhere = allowed;
    if elsewhere.unset(here).is_ok() && sched_setaffinity(myself, &elsewhere).is_ok() {
        let _stays_where_it_is = sched_setaffinity(myself, &allowed);
    }
}

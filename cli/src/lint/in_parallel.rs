//! Work on all processors at once.

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many jobs make another thread worth its start.
const JOBS_A_THREAD: usize = 24;

/// Does all jobs and returns what came of them, in any order.
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
    let here = sched_getcpu().ok();
    let other = |number: usize| {
        leave(here, number);
        std::iter::from_fn(|| next(false)).map(&work).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|number| scope.spawn(move || other(number))).collect();
        if threads > 1 {
            // Those that wait for this processor get it for as long as it takes to leave it.
            thread::yield_now();
        }
        let mut done: Vec<_> = std::iter::from_fn(|| next(true)).map(&work).collect();
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
/// all of the work takes (observed where a virtual machine is told to use few of its processors). Where it cannot be
/// moved, it stays there.
fn leave(maker: Option<usize>, number: usize) {
    let myself = Pid::from_raw(0);
    let Some(here) = sched_getcpu().ok().filter(|here| Some(*here) == maker) else { return };
    let Ok(allowed) = sched_getaffinity(myself) else { return };
    let others = (0..CpuSet::count()).filter(|cpu| *cpu != here && allowed.is_set(*cpu) == Ok(true));
    let mut own = CpuSet::new();
    if others.cycle().nth(number - 1).is_some_and(|cpu| own.set(cpu).is_ok())
        && sched_setaffinity(myself, &own).is_ok()
    {
        let _stays_there_if_that_fails = sched_setaffinity(myself, &allowed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_however_many_there_are() {
        for count in [0, 1, JOBS_A_THREAD, 2 * JOBS_A_THREAD, 50 * JOBS_A_THREAD] {
            let mut done = map((0..count).collect(), |job| job);
            done.sort_unstable();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_thread_leaves_the_processor_of_its_maker_and_may_come_back() {
        let allowed = sched_getaffinity(Pid::from_raw(0)).unwrap();
        // Where it is may change between two calls: that it left once in a hundred tries shows that it can.
        let left = (0..100).any(|number| {
            let here = sched_getcpu().unwrap();
            leave(Some(here), number + 1);
            sched_getcpu().unwrap() != here
        });
        let processors = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu).unwrap()).count();
        assert_eq!(left, processors > 1);
        assert_eq!(sched_getaffinity(Pid::from_raw(0)).unwrap(), allowed);
    }
}

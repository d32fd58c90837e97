//! The processor that a thread runs on, how it gets away from there, and how many others want one.
//!
//! Kernels place threads themselves, mostly well. Who has reason to know better, and when, is the business of others.

use super::process::read_small;
use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::Pid;

/// The number of the processor that this thread runs on.
pub fn here() -> Option<usize> {
    sched_getcpu().ok()
}

/// How many processors this thread may use, or one. What a control group is allowed of their time does not count: to find
/// that out takes longer than a thread that gets none of it.
pub fn usable() -> usize {
    let Ok(allowed) = sched_getaffinity(Pid::from_raw(0)) else { return 1 };
    those_in(&allowed).count()
}

/// The processors of a set.
fn those_in(set: &CpuSet) -> impl Iterator<Item = usize> + Clone {
    (0..CpuSet::count()).filter(|cpu| set.is_set(*cpu) == Ok(true))
}

/// Moves this thread from a processor to the `number`th other one that it may use, counted from 1 and round and round.
/// It may use the same ones afterwards. Where it cannot be moved, it stays.
pub fn leave(processor: usize, number: usize) {
    let myself = Pid::from_raw(0);
    let Ok(allowed) = sched_getaffinity(myself) else { return };
    let others = those_in(&allowed).filter(|cpu| *cpu != processor);
    let mut own = CpuSet::new();
    if others.cycle().nth(number.saturating_sub(1)).is_some_and(|cpu| own.set(cpu).is_ok())
        && sched_setaffinity(myself, &own).is_ok()
    {
        let _stays_there_if_that_fails = sched_setaffinity(myself, &allowed);
    }
}

/// Whether no processor that this thread may use idles, as far as can be told: no fewer other threads of the machine run or
/// wait than it has processors (proc_loadavg(5)).
pub fn all_taken() -> bool {
    running().is_none_or(|threads| threads > usable())
}

/// How many threads of the machine run or wait for a processor, this one included.
fn running() -> Option<usize> {
    let mut buffer = [0; 128];
    let text = std::str::from_utf8(read_small("/proc/loadavg", &mut buffer).ok()?).ok()?;
    text.split(' ').nth(3)?.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_runs() {
        assert!(running().unwrap() >= 1);
    }

    #[test]
    fn a_thread_leaves_its_processor_and_may_come_back() {
        let allowed = sched_getaffinity(Pid::from_raw(0)).unwrap();
        // Where it is may change between two calls: that it left once in a hundred tries shows that it can.
        let left = (0..100).any(|number| {
            let before = here().unwrap();
            leave(before, number + 1);
            here().unwrap() != before
        });
        assert_eq!(left, usable() > 1);
        assert_eq!(sched_getaffinity(Pid::from_raw(0)).unwrap(), allowed);
    }
}

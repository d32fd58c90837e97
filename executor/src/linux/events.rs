//! Waiting: for the end of processes, for a cgroup to become empty, for a deadline, for somebody who
//! interrupts. One poll(2) for all of them; nothing is asked twice while nothing happens.

use super::cgroup::{Cgroup, has_line};
use super::process::{Handle, exit_status};
use super::sys;
use crate::world::{ExitStatus, Pid};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags};
use nix::sys::time::TimeSpec;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// How often processes are looked at whose descriptor does not tell when they can be waited for: those without one (kernels
/// before 5.3), and children that have ended while somebody traces them.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How many processes of a v1 cgroup are waited for at a time; its kernel does not tell when it is empty.
const AT_A_TIME: usize = 64;

/// Whether anybody is in a cgroup, and a descriptor that tells when that changes.
#[derive(Debug)]
pub(super) struct Population {
    /// v2's `cgroup.events`.
    events: Option<File>,
    /// v1: some of the processes that are in it.
    some: Vec<Handle>,
}

impl Population {
    pub(super) fn of(cgroup: &Cgroup) -> Self {
        Self { events: File::open(cgroup.file("cgroup.events")).ok(), some: Vec::new() }
    }

    /// Whether any process is in it or below; from then on the descriptors tell of a change.
    pub(super) fn look(&mut self, cgroup: &Cgroup) -> bool {
        if self.events.is_none() {
            // It may have been made again by a command that was started in it.
            *self = Self::of(cgroup);
        }
        if let Some(events) = &self.events {
            let mut text = [0; 128];
            match events.read_at(&mut text, 0) {
                Ok(length) => return has_line(&text[..length], b"populated 1"),
                // It was removed.
                Err(_) => self.events = None,
            }
        }
        self.some.retain(|handle| !handle.has_ended());
        if self.some.is_empty() {
            let (pids, _) = cgroup.members();
            self.some = pids.iter().take(AT_A_TIME).filter_map(|&pid| Handle::open(pid).ok()).collect();
            self.some.retain(|handle| !handle.has_ended());
        }
        !self.some.is_empty()
    }
}

/// A process whose end is to be told.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) handle: Handle,
    /// Whether we started it, so that we have to wait for it.
    pub(super) child: bool,
    /// Whether it belongs to the cgroup: that is not empty before the end of this one has been told. The
    /// kernel lets a process leave it a moment before, and a child enters it a moment after it was made.
    pub(super) member: bool,
}

/// How a process ended, if that can be known.
struct End(Option<ExitStatus>);

impl Watched {
    /// Its end, if it has come.
    fn end(&self) -> Option<End> {
        match if self.child { sys::wait(self.handle.pid()) } else { Err(Errno::ECHILD) } {
            Ok(None) => None,
            Ok(Some(status)) => Some(End(exit_status(status))),
            // Not ours, or somebody else waited for it.
            Err(_) => self.handle.has_ended().then(|| End(self.handle.exit())),
        }
    }
}

/// The signals by which somebody ends unitctl, SIGINT and SIGTERM: once this was made, the first of them is noted, and the
/// second has its usual effect at once, whatever is being done then. One that whoever started unitctl has it ignore
/// stays ignored.
#[derive(Debug)]
pub struct Interrupts {
    wakes: BorrowedFd<'static>,
}

impl Interrupts {
    /// Takes them away from the ordinary handling, for as long as the process lives.
    pub fn catch() -> nix::Result<Self> {
        sys::catch_interrupts().map(|wakes| Self { wakes })
    }

    /// The number of the signal that has come, if one has.
    pub fn look(&mut self) -> Option<i32> {
        sys::interrupted_by()
    }

    /// What woke us was no signal of ours: a child may have got it before it became another program.
    fn forget(&self) {
        let _nothing_to_read = nix::unistd::read(self.wakes, &mut [0; 8]);
    }
}

/// Sleeps until a watched process may have ended, the population may have changed, an interrupt may have
/// come, or the time is over. It may also return for nothing.
pub(super) fn sleep(
    watched: &[Watched],
    population: &Population,
    interrupts: Option<&Interrupts>,
    timeout: Option<Duration>,
) {
    let mut fds = Vec::with_capacity(watched.len() + population.some.len() + 2);
    // Whoever traces a child waits for it first (ptrace(2)); meanwhile its descriptor is ready and wait(2) has nothing.
    let held_back = |watched: &Watched| watched.child && watched.handle.has_ended();
    let mut blind = false;
    let handles = watched.iter().map(|w| (&w.handle, held_back(w)));
    for (handle, held_back) in handles.chain(population.some.iter().map(|handle| (handle, false))) {
        match handle.descriptor().filter(|_| !held_back) {
            Some(fd) => fds.push(PollFd::new(fd, PollFlags::POLLIN)),
            None => blind = true,
        }
    }
    fds.extend(population.events.as_ref().map(|file| PollFd::new(file.as_fd(), PollFlags::POLLPRI)));
    fds.extend(interrupts.map(|i| PollFd::new(i.wakes, PollFlags::POLLIN)));
    let timeout = if blind { Some(timeout.map_or(LOOK_AGAIN, |t| t.min(LOOK_AGAIN))) } else { timeout };
    // An error is an interruption by a signal that has a handler; the caller looks at everything anyway.
    let _: Result<_, Errno> = nix::poll::ppoll(&mut fds, timeout.map(TimeSpec::from), None);
    if let Some(interrupts) = interrupts.filter(|_| sys::interrupted_by().is_none()) {
        interrupts.forget();
    }
}

/// The first watched process that has ended, with its status if that can be known.
pub(super) fn first_ended(watched: &mut Vec<Watched>) -> Option<(Pid, Option<ExitStatus>)> {
    let (index, End(status)) = watched.iter().enumerate().find_map(|(index, w)| Some((index, w.end()?)))?;
    Some((watched.remove(index).handle.pid(), status))
}

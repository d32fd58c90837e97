//! The Linux world: the one place that makes system calls.
//!
//! - [`hierarchy`] and [`cgroup`]: where the processes of a unit are.
//! - [`held`]: what is mounted and swapped to.
//! - [`process`]: one of them, by a handle that never means another one.
//! - [`main_process`]: which of them is the main process.
//! - [`processor`]: where this thread runs.
//! - [`spawn`]: a command of the unit, in its surroundings.
//! - [`LinuxWorld`] puts them together for [`carry_out`](crate::carry_out).

mod accounts;
pub mod cgroup;
mod environment;
mod events;
mod files;
pub mod freezer;
mod guard;
pub mod held;
pub mod hierarchy;
pub mod main_process;
pub mod process;
pub mod processor;
mod refusal;
pub mod spawn;
mod sys;

pub use environment::Surroundings;
pub use events::Interrupts;
pub use refusal::Refusal;

use crate::plan::{Held, PlannedCommand};
use crate::world::{CommandContext, Occurrence, Pid, World};
use cgroup::{Cgroup, Place};
use events::{Population, Watched};
use guard::ForkGuard;
use hierarchy::Hierarchies;
use nix::errno::Errno;
use process::{Handle, Stat};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use unitctl_parser::value::signal::Signal;

/// A round of SIGKILL that takes longer than this is left to the kernel.
const PATIENCE: Duration = Duration::from_millis(10);

/// So many are signalled before anybody looks where they are about to run.
const A_FEW: u32 = 16;

/// The processes of a cgroup, and the machine's clock.
///
/// Where systemd kills one by one, so does this. Yet a round of SIGKILL to a whole group forbids it to fork
/// meanwhile (`pids.max`), and if it is not over soon, has the kernel end the group (`cgroup.kill`): such a
/// round is for everybody in it. And this thread does not wait for its turn among the processes it is about
/// (sched(7), where we have the right to; commands that are started do), but for a round of other signals
/// that begins while a processor idles: then those who obey come to their ends beside it.
#[derive(Debug)]
pub struct LinuxWorld {
    hierarchies: Hierarchies,
    cgroup: Cgroup,
    surroundings: Surroundings,
    interrupts: Option<Interrupts>,
    began: Instant,
    /// Whether this thread does not wait for its turn now; `None`: it has no right to.
    urgent: Option<bool>,
    watched: Vec<Watched>,
    population: Population,
    /// Somebody has been in the cgroup since it was last said to be empty.
    was_populated: bool,
    /// The group that was read last, how often in this round, and the process signalled last.
    group: Option<(PathBuf, Cgroup)>,
    readings: u32,
    last: Option<Handle>,
    round: Round,
    guard: Option<(PathBuf, Option<ForkGuard>)>,
    kernel_threads: Vec<Pid>,
}

/// A round of signals, as far as it has come.
#[derive(Debug, Default)]
struct Round {
    began: Option<Instant>,
    /// How many processes were signalled.
    count: u32,
    /// All processors were taken when it began.
    crowded: bool,
    /// The kernel has been asked to end the group.
    left_to_kernel: bool,
}

impl LinuxWorld {
    /// The world of one unit. `interrupts`: the signals by which it is interrupted, if they are to be heard.
    pub fn new(
        hierarchies: Hierarchies,
        cgroup: Cgroup,
        surroundings: Surroundings,
        interrupts: Option<Interrupts>,
    ) -> Self {
        // Without the right to, everything takes its time.
        let urgent = sys::set_urgent(true).is_ok().then_some(true);
        let mut population = Population::of(&cgroup);
        let was_populated = population.look(&cgroup);
        Self {
            hierarchies,
            cgroup,
            surroundings,
            interrupts,
            began: now(),
            urgent,
            watched: Vec::new(),
            population,
            was_populated,
            group: None,
            readings: 0,
            last: None,
            round: Round::default(),
            guard: None,
            kernel_threads: Vec::new(),
        }
    }

    /// Watches a process that was taken hold of before, such as the main process that was found. Without
    /// this, [`World::watch`] takes hold of whoever has the number then.
    pub fn adopt(&mut self, handle: Handle) {
        let member = self.cgroup.place_of(&handle) == Place::Inside;
        self.watched.push(Watched { handle, child: false, member });
    }

    /// The cgroup.
    pub const fn cgroup(&self) -> &Cgroup {
        &self.cgroup
    }

    /// The number of the signal that interrupted, if one did.
    pub fn interrupted_by(&mut self) -> Option<i32> {
        self.interrupts.as_mut().and_then(Interrupts::look)
    }

    /// The group of this path; the one that was read last is at hand.
    fn group(&mut self, path: &Path) -> &Cgroup {
        let group = match self.group.take() {
            Some((known, group)) if known == path => group,
            _ => {
                self.readings = 0;
                self.cgroup.subgroup(path)
            }
        };
        &self.group.insert((path.to_owned(), group)).1
    }

    /// Sends a signal to a process that is to be in `group`.
    fn signal_member(
        &mut self,
        pid: Pid,
        signal: Signal,
        value: Option<i32>,
        path: &Path,
    ) -> Result<(), Errno> {
        if let Some(last) = self.last.as_ref().filter(|last| last.pid() == pid) {
            return last.signal(signal, value);
        }
        let handle = Handle::open(pid)?;
        match self.group(path).place_of(&handle) {
            Place::Inside => {}
            Place::Kernel => {
                self.kernel_threads.push(pid);
                return Err(Errno::ESRCH);
            }
            Place::Gone | Place::Outside => return Err(Errno::ESRCH),
        }
        self.hurry(path, signal);
        self.make_way();
        let result = handle.signal(signal, value);
        self.last = Some(handle);
        result
    }

    /// Sees to it that a round comes to its end.
    fn hurry(&mut self, path: &Path, signal: Signal) {
        if signal == Signal::KILL && self.guard.as_ref().is_none_or(|(guarded, _)| !path.starts_with(guarded))
        {
            let guard = ForkGuard::set(&self.cgroup.subgroup(path), &self.hierarchies);
            self.guard = Some((path.to_owned(), guard));
        }
        let lasts = self.round.began.get_or_insert_with(now).elapsed() > PATIENCE;
        if self.round.count == 0 {
            self.round.crowded = processor::all_taken();
        }
        // A second reading is for those who were born during the first.
        let forks = self.readings > 1;
        self.set_urgent(signal == Signal::KILL || forks || self.round.crowded);
        if signal == Signal::KILL && !self.round.left_to_kernel && (lasts || forks) {
            self.round.left_to_kernel = true;
            // One by one goes on all the same: the kernel may not be able to, and passes over a process whose
            // first thread has ended before the others (observed with 6.18).
            let _ = self.group(path).kill();
        }
    }

    /// Leaves this processor to those who were signalled, if they come to their ends on it.
    ///
    /// Most kernels wake a process where nothing else runs. Others leave it behind the one that woke it, while
    /// other processors idle (observed where a virtual machine is told to use few of its processors).
    fn make_way(&mut self) {
        let count = self.round.count;
        self.round.count += 1;
        if self.round.crowded || count < A_FEW || !count.is_power_of_two() {
            return;
        }
        if let (Some(last), Some(here)) = (&self.last, processor::here())
            && Stat::read(last.pid()).is_ok_and(|stat| stat.processor == here)
        {
            processor::leave(here, 1);
        }
    }

    /// Has this thread wait for its turn, or not.
    fn set_urgent(&mut self, urgent: bool) {
        if self.urgent.is_some_and(|now| now != urgent) && sys::set_urgent(urgent).is_ok() {
            self.urgent = Some(urgent);
        }
    }

    /// The end of a round of signals.
    fn round_is_over(&mut self) {
        self.set_urgent(true);
        self.guard = None;
        self.group = None;
        self.last = None;
        self.readings = 0;
        self.round = Round::default();
    }
}

impl Drop for LinuxWorld {
    fn drop(&mut self) {
        self.set_urgent(false);
    }
}

#[expect(clippy::disallowed_methods, reason = "the Linux world is where the clock is read")]
fn now() -> Instant {
    Instant::now()
}

impl World for LinuxWorld {
    fn now(&mut self) -> u64 {
        u64::try_from((now() - self.began).as_micros()).unwrap_or(u64::MAX)
    }

    fn watch(&mut self, pid: Pid) -> Result<(), Errno> {
        if !self.watched.iter().any(|watched| watched.handle.pid() == pid) {
            self.adopt(Handle::open(pid)?);
        }
        Ok(())
    }

    fn members(&mut self, group: &Path, into: &mut Vec<Pid>) -> Result<(), Errno> {
        // Whoever is listed now may have got the number of somebody who was signalled before.
        self.last = None;
        let us = process::this();
        let before = into.len();
        let dir = self.group(group).dir().to_owned();
        self.readings += 1;
        let kernel_threads = &self.kernel_threads;
        cgroup::read_procs(&dir, &mut Vec::new(), |pid| {
            if pid != us && !kernel_threads.contains(&pid) {
                into.push(pid);
            }
        })
        .map_err(|error| errno(&error))?;
        self.was_populated |= into.len() > before;
        Ok(())
    }

    fn children(&mut self, group: &Path) -> Result<Vec<OsString>, Errno> {
        // It is asked when nobody new was found in the group itself.
        self.readings = 0;
        cgroup::children(self.group(group).dir()).map_err(|error| errno(&error))
    }

    fn populated(&mut self) -> bool {
        self.population.look(&self.cgroup)
    }

    fn signal(
        &mut self,
        pid: Pid,
        signal: Signal,
        value: Option<i32>,
        group: Option<&Path>,
    ) -> Result<(), Errno> {
        match (group, self.watched.iter().find(|watched| watched.handle.pid() == pid)) {
            (Some(group), _) => self.signal_member(pid, signal, value, group),
            (None, Some(watched)) => watched.handle.signal(signal, value),
            (None, None) => Handle::open(pid)?.signal(signal, value),
        }
    }

    fn kill_group(&mut self, group: &Path) -> Result<(), Errno> {
        // systemd removes the cgroup of a unit when it becomes empty.
        if group.as_os_str().is_empty() && !self.population.look(&self.cgroup) {
            return Err(Errno::ENOENT);
        }
        let group = self.cgroup.subgroup(group);
        match group.kill().map_err(|error| errno(&error)) {
            // It was removed while the file was open.
            Err(Errno::ENODEV) => Err(Errno::ENOENT),
            // The kernel has no such file, unless the whole group is gone.
            Err(Errno::ENOENT) if group.dir().is_dir() => Err(Errno::EOPNOTSUPP),
            result => result,
        }
    }

    fn spawn(&mut self, command: &PlannedCommand, context: &CommandContext) -> Result<Pid, Errno> {
        self.round_is_over();
        let main = context.main.and_then(|main| self.watched.iter().find(|w| w.handle.pid() == main));
        let main = main.map(|watched| &watched.handle);
        let handle =
            self.surroundings.spawn(&command.command, context, main, &self.cgroup).map_err(|e| errno(&e))?;
        let pid = handle.pid();
        self.watched.push(Watched { handle, child: true, member: true });
        self.was_populated = true;
        Ok(pid)
    }

    fn holds(&mut self, held: &Held) -> bool {
        held::is_there(held)
    }

    fn wait(&mut self, deadline: Option<u64>) -> Occurrence {
        self.round_is_over();
        loop {
            if let Some((pid, status)) = events::first_ended(&mut self.watched) {
                return Occurrence::Exited { pid, status };
            }
            let nobody_watched = !self.watched.iter().any(|watched| watched.member);
            // Always looked at, as only then a change is told.
            let populated = self.population.look(&self.cgroup);
            if self.was_populated && nobody_watched && !populated {
                self.was_populated = false;
                return Occurrence::Empty;
            }
            if self.interrupted() {
                return Occurrence::Interrupted;
            }
            let left = deadline.map(|deadline| deadline.saturating_sub(World::now(self)));
            if left == Some(0) {
                return Occurrence::TimeUp;
            }
            let left = left.map(Duration::from_micros);
            events::sleep(&self.watched, &self.population, self.interrupts.as_ref(), left);
        }
    }

    fn interrupted(&mut self) -> bool {
        self.interrupted_by().is_some()
    }
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

//! What a plan is carried out on: the processes of one unit's control group, and time.
//!
//! A [`World`] does what it is told and says what happens. It knows neither roles nor phases; which
//! process is signalled when, and what its exit means, is decided by [`carry_out`](crate::carry_out).

use crate::plan::{Held, Notification, PlannedCommand};
pub use nix::errno::Errno;
use std::ffi::OsString;
use std::path::Path;
use unitctl_parser::value::signal::Signal;

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub i32);

impl std::fmt::Display for Pid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// By itself, with this code.
    Code(u8),
    /// Of a signal.
    Signal(Signal),
    /// Of a signal, leaving a core dump.
    CoreDump(Signal),
}

/// What a world waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A process has exited. Said exactly once of each process that was watched or spawned; it may be
    /// said of others.
    Exited {
        /// Which.
        pid: Pid,
        /// How, if that can be known.
        status: Option<ExitStatus>,
    },
    /// The control group has just become empty, all groups below it included.
    Empty,
    /// The main process has said this.
    Notified(Notification),
    /// One process has signalled another, which nobody here did. Only a world that sees all can say so.
    Overheard {
        /// Who sent it.
        by: Pid,
        /// To whom.
        to: Pid,
        /// The signal.
        signal: Signal,
    },
    /// The deadline has come.
    TimeUp,
    /// Somebody wants it to end now.
    Interrupted,
}

/// What a command may learn from its environment (systemd.exec(5), "Environment Variables Set or
/// Propagated by the Service Manager").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandContext {
    /// `$MAINPID`: the main process, while one is known and alive.
    pub main: Option<Pid>,
    /// `$SERVICE_RESULT`: the result so far.
    pub result: crate::event::SystemdResult,
    /// `$EXIT_CODE` and `$EXIT_STATUS`: how the main process ended.
    pub main_status: Option<ExitStatus>,
}

/// The processes of a unit, and time. Groups are named by their path below the unit's control group,
/// which itself is the empty path.
pub trait World {
    /// Microseconds since some fixed moment; it never goes back.
    fn now(&mut self) -> u64;

    /// From now on, say when this process exits, although it was not spawned here.
    ///
    /// # Errors
    ///
    /// `ESRCH` if there is no such process.
    fn watch(&mut self, pid: Pid) -> Result<(), Errno>;

    /// Adds the processes that are directly in `group` to `into`, as one reading of it has them. Kernel
    /// threads, zombies and the calling process are left out. A group that is gone has none.
    ///
    /// # Errors
    ///
    /// If the group cannot be read.
    fn members(&mut self, group: &Path, into: &mut Vec<Pid>) -> Result<(), Errno>;

    /// The names of the groups directly below `group`; none if it is gone.
    ///
    /// # Errors
    ///
    /// If the group cannot be read.
    fn children(&mut self, group: &Path) -> Result<Vec<OsString>, Errno>;

    /// Whether any process is in the control group or below it.
    fn populated(&mut self) -> bool;

    /// Sends a signal, with a number if there is a `value`. If `group` is given, only if the process is
    /// still a member of it, else `ESRCH`.
    ///
    /// # Errors
    ///
    /// As kill(2).
    fn signal(
        &mut self,
        pid: Pid,
        signal: Signal,
        value: Option<i32>,
        group: Option<&Path>,
    ) -> Result<(), Errno>;

    /// Ends all processes in `group` and below it at once (`cgroup.kill`).
    ///
    /// # Errors
    ///
    /// `EOPNOTSUPP` where the kernel has no such thing, `ENOENT` if there is no such group.
    fn kill_group(&mut self, group: &Path) -> Result<(), Errno>;

    /// Starts a command. A program that cannot be executed is no error here: it is started, and exits
    /// with 203 (systemd.exec(5), "Process Exit Codes").
    ///
    /// # Errors
    ///
    /// If there are no resources for a process.
    fn spawn(&mut self, command: &PlannedCommand, context: &CommandContext) -> Result<Pid, Errno>;

    /// Whether this is still there.
    fn holds(&mut self, held: &Held) -> bool;

    /// Waits until something happens or the deadline, on the clock of [`now`](Self::now), has come. If
    /// several things have happened, exits come first, and the deadline last.
    fn wait(&mut self, deadline: Option<u64>) -> Occurrence;

    /// Whether somebody wants it to end now. It is asked where [`wait`](Self::wait) may not be reached
    /// for long; a yes may be repeated.
    fn interrupted(&mut self) -> bool;
}

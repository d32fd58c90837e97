//! What happens while a plan is carried out, and how it ends.

use crate::carry_out::Known;
use crate::plan::{CleanExits, Notification, Role};
use crate::world::{ExitStatus, Pid};
use nix::errno::Errno;
use std::fmt;
use std::path::PathBuf;
use unitctl_parser::value::signal::Signal;

/// The result of a service, by systemd's names (systemd.exec(5), `$SERVICE_RESULT`): those that a stop
/// can lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SystemdResult {
    /// All went well.
    #[default]
    Success,
    /// A limit passed.
    Timeout,
    /// A process exited with a code that is not clean.
    ExitCode,
    /// A process was ended by a signal, uncleanly.
    Signal,
    /// The same, with a core dump.
    CoreDump,
    /// A command could not be started.
    Resources,
    /// A command said that it was done when it was not.
    Protocol,
}

impl SystemdResult {
    /// systemd's name of it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Timeout => "timeout",
            Self::ExitCode => "exit-code",
            Self::Signal => "signal",
            Self::CoreDump => "core-dump",
            Self::Resources => "resources",
            Self::Protocol => "protocol",
        }
    }

    /// The result of a process that ended with `status`. An unknown status is taken for a clean one.
    pub fn of_exit(status: Option<ExitStatus>, clean: &CleanExits) -> Self {
        match status {
            None => Self::Success,
            Some(_) if clean.any => Self::Success,
            Some(ExitStatus::Code(code)) if code == 0 || clean.codes.contains(&code) => Self::Success,
            Some(ExitStatus::Signal(signal)) if clean.signals.contains(&signal) => Self::Success,
            Some(ExitStatus::Code(_)) => Self::ExitCode,
            Some(ExitStatus::Signal(_)) => Self::Signal,
            Some(ExitStatus::CoreDump(_)) => Self::CoreDump,
        }
    }
}

impl fmt::Display for SystemdResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, in microseconds since the beginning.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What an [`Event`] tells. Phases and commands are indices into those of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The steps of a phase begin. Nothing more than these may come of it.
    Begun {
        /// The phase.
        phase: usize,
    },
    /// Its state has been entered: there is something to wait for, until then at most. It is said again
    /// when a command is resumed in it, with the new limit.
    Entered {
        /// The phase.
        phase: usize,
        /// When its limit will have passed.
        until: Option<u64>,
    },
    /// A signal was sent, or could not be.
    Signal {
        /// To whom.
        pid: Pid,
        /// What it is to the service.
        role: Role,
        /// The signal.
        signal: Signal,
        /// Whether the kernel took it.
        sent: Result<(), Errno>,
    },
    /// A control group was ended by the kernel, or could not be.
    KillGroup {
        /// Its path below the unit's.
        group: PathBuf,
        /// Whether it was done.
        done: Result<(), Errno>,
    },
    /// A control group could not be read, so that its processes were not signalled.
    Unreadable {
        /// Its path below the unit's.
        group: PathBuf,
        /// Why.
        error: Errno,
    },
    /// A command was started, or could not be.
    Run {
        /// Which.
        command: usize,
        /// Its process.
        pid: Result<Pid, Errno>,
    },
    /// A process has exited.
    Exited {
        /// Which.
        pid: Pid,
        /// What it was to the service.
        role: Role,
        /// The command that it was.
        command: Option<usize>,
        /// How, if known.
        status: Option<ExitStatus>,
    },
    /// A process has signalled another, which the plan did not do.
    Overheard {
        /// Who sent it.
        by: Pid,
        /// To whom.
        to: Pid,
        /// The signal.
        signal: Signal,
    },
    /// The main process has said something.
    Notified(Notification),
    /// The control group has become empty.
    Empty,
    /// The limit of a phase has passed.
    TimeUp {
        /// The phase.
        phase: usize,
    },
    /// It ends here because somebody wanted it to.
    Interrupted,
    /// It is over.
    Ended {
        /// With this result.
        result: SystemdResult,
    },
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The result of the service, or of the reload.
    pub result: SystemdResult,
    /// Those of the known processes whose exit was not told.
    pub known: Known,
    /// How long it took, in microseconds.
    pub duration: u64,
    /// What the plan was to take away is still there.
    pub still_held: bool,
    /// It was given up before its end because somebody wanted that.
    pub interrupted: bool,
    /// It was refused, as `systemctl kill` does with "no such process": this role is not there, or
    /// (`Cgroup`) nobody was reached.
    pub missing: Option<Role>,
    /// The first error of sending a signal, other than that the process was gone.
    pub error: Option<Errno>,
}

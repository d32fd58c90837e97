//! The procedure as data: a state machine of phases, each with what is done, what is waited for, how
//! long, and where it leads.
//!
//! A [`Plan`] is the only description of what stopping, restarting, reloading or killing means. What is
//! printed, simulated or done is read off it, and whoever reads it needs to know no setting: all that
//! `KillMode=` or `TimeoutStopSec=` mean is already in the phases. It knows processes by their roles
//! only: no PIDs, clocks or files are in it, and no words for people.
//!
//! ## How a plan is followed
//!
//! 1. A phase begins with its [`steps`](Phase::steps), in order.
//! 2. If afterwards none of the roles it [`waits_for`](Phase::waits_for) is there, the phase's state is
//!    not entered at all: it goes on at [`if_nobody`](Phase::if_nobody) at once.
//! 3. Otherwise it lasts until no main and no control process that it waits for is alive any more, and
//!    one of the two has just exited; or until the control group has become empty. Then it goes on at
//!    [`then`](Phase::then) or [`on_empty`](Phase::on_empty). The rest of the control group alone does
//!    not hold it once a main or control process has exited.
//! 4. If its [`limit`](Phase::limit) passes first, the result is `timeout` and it goes on at
//!    [`on_timeout`](Phase::on_timeout).

mod kill;
mod other;
mod reload;
mod stop;

pub use kill::{KillError, KillRequest, Whom, kill};
pub use other::{remount, stop_other};
pub use reload::reload;
pub(crate) use stop::clean_main_exits;
pub use stop::{restart, stop};

use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;
use unitctl_parser::service::{Origin, Service, Setting};
use unitctl_parser::value::command::Command;
use unitctl_parser::value::enumeration::ServiceType;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::time_span::TimeSpan;

/// What is asked of the service manager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Action {
    /// `systemctl stop`
    #[default]
    Stop,
    /// `systemctl restart`: the stop of it; the start follows whatever the stop's result.
    Restart,
    /// `systemctl reload`
    Reload,
    /// `systemctl kill`
    Kill,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Stop, Self::Restart, Self::Reload, Self::Kill];

    /// The word for it, as `systemctl` has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Reload => "reload",
            Self::Kill => "kill",
        }
    }
}

/// The state of a service, by systemd's names: those a plan passes through and those it ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are systemd's")]
pub enum State {
    Stop,
    StopWatchdog,
    StopSigterm,
    StopSigkill,
    StopPost,
    FinalWatchdog,
    FinalSigterm,
    FinalSigkill,
    Reload,
    ReloadSignal,
    ReloadNotify,
    ReloadPost,
    StopPre,
    StopPreSigterm,
    StopPreSigkill,
    Unmounting,
    UnmountingSigterm,
    UnmountingSigkill,
    Deactivating,
    DeactivatingSigterm,
    DeactivatingSigkill,
    Remounting,
    RemountingSigterm,
    RemountingSigkill,
    /// `systemctl kill`, which is no state of the service and does not change it.
    Kill,
    /// The end of a reload.
    Running,
    /// The end of a mount that could not be unmounted, or was remounted.
    Mounted,
    /// The end of a swap that could not be given up.
    Active,
    /// The end of a stop: inactive or failed.
    Dead,
}

impl State {
    /// systemd's name of it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::StopWatchdog => "stop-watchdog",
            Self::StopSigterm => "stop-sigterm",
            Self::StopSigkill => "stop-sigkill",
            Self::StopPost => "stop-post",
            Self::FinalWatchdog => "final-watchdog",
            Self::FinalSigterm => "final-sigterm",
            Self::FinalSigkill => "final-sigkill",
            Self::Reload => "reload",
            Self::ReloadSignal => "reload-signal",
            Self::ReloadNotify => "reload-notify",
            Self::ReloadPost => "reload-post",
            Self::StopPre => "stop-pre",
            Self::StopPreSigterm => "stop-pre-sigterm",
            Self::StopPreSigkill => "stop-pre-sigkill",
            Self::Unmounting => "unmounting",
            Self::UnmountingSigterm => "unmounting-sigterm",
            Self::UnmountingSigkill => "unmounting-sigkill",
            Self::Deactivating => "deactivating",
            Self::DeactivatingSigterm => "deactivating-sigterm",
            Self::DeactivatingSigkill => "deactivating-sigkill",
            Self::Remounting => "remounting",
            Self::RemountingSigterm => "remounting-sigterm",
            Self::RemountingSigkill => "remounting-sigkill",
            Self::Kill => "kill",
            Self::Running => "running",
            Self::Mounted => "mounted",
            Self::Active => "active",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a process is to its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The main process, if one is known.
    Main,
    /// The command of the service that is running just now, if one is.
    Control,
    /// Every other process of the control group.
    Rest,
    /// Every process of the control group, main and control included.
    Cgroup,
}

impl Role {
    /// The word for it, as `--kill-whom=` has it where it has one.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Control => "control",
            Self::Rest => "rest",
            Self::Cgroup => "cgroup",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where a phase leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// To the phase with this index in [`Plan::phases`].
    Phase(usize),
    /// To the end: [`Plan::end`].
    End,
}

/// A command with its place in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCommand {
    /// The directive it stands in, such as `ExecStop`.
    pub directive: &'static str,
    /// The line it stands in.
    pub origin: Option<Origin>,
    /// What is run.
    pub command: Arc<Command>,
    /// The index in [`Plan::commands`] of the command that follows it if it ends well.
    pub next: Option<usize>,
    /// For how long its process waits before it becomes the command (`Type=idle`). That ends when the last job of the
    /// service manager is done, which it never is while the unit stops or reloads.
    pub idles: TimeSpan,
}

/// One thing that is done at the beginning of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Run the command with this index in [`Plan::commands`]; it becomes the control process.
    Run(usize),
    /// Send signals.
    Signal(Send),
    /// End the control group, or this group below it, by the kernel's `cgroup.kill`; where there is
    /// none, by SIGKILL to each of its processes.
    KillCgroup {
        /// The path below the unit's control group.
        subgroup: Option<String>,
    },
}

/// Signals for the processes of one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Who gets them.
    pub to: Role,
    /// Each process gets all of these, in this order, before the next process gets its first.
    pub signals: SmallVec<[Signal; 4]>,
    /// The number sent along (`sigqueue`), if any.
    pub value: Option<i32>,
    /// Only the processes of this group below the unit's control group.
    pub subgroup: Option<String>,
    /// Done only if the step before it reached somebody.
    pub only_after_success: bool,
}

/// What a unit has besides processes, and its stop is there to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// What is mounted at this path.
    Mount(String),
    /// What is swapped to: a device or a file.
    Swap(String),
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The state of the service while it lasts. Several phases may have the same: each command has one.
    pub state: State,
    /// What is done when it begins.
    pub steps: Vec<Step>,
    /// A control process of an earlier phase is no longer one when this begins: it has become one of
    /// the rest, and nobody waits for it as such.
    pub forgets_control: bool,
    /// Whose presence makes the phase last: main and control while alive, the rest if a signal
    /// reached one of them. Nobody: the phase is only passed through.
    pub waits_for: SmallVec<[Role; 4]>,
    /// The exit of the main process counts only when the control group is empty (`ExitType=cgroup`).
    pub main_counts_with_cgroup: bool,
    /// How long it may last.
    pub limit: TimeSpan,
    /// The limit does not begin anew: what is left of the one of the phase before goes on.
    pub limit_goes_on: bool,
    /// Where a command that ended well leads, at once, whoever else is alive: mostly to the next
    /// command's phase. Without it, an end is an end.
    pub next: Option<Target>,
    /// What the main process may say here (sd_notify(3)), and where that leads.
    pub on_notification: Option<(Notification, Target)>,
    /// If the control process ends well here and has a [`next`](PlannedCommand::next) command, that one
    /// is run in this phase after all, not signalled, and has this long. (It happens to a command that
    /// was signalled because its time was up and then exited with 0.)
    pub resumes: Option<TimeSpan>,
    /// If the command ends well and what is [`held`](Plan::held) is still there, it is run again, at most this
    /// often, each time with the limit anew; then the result is `protocol`. Where this is not zero, a failure counts
    /// as success if what was held is gone nevertheless.
    pub again: u32,
    /// Where it goes when what it waits for is gone; a command that failed counts as gone.
    pub then: Target,
    /// Where it goes when the control group has become empty and neither main nor control is alive;
    /// `None`: that does not matter here.
    pub on_empty: Option<Target>,
    /// Where it goes, without having been entered, when there is nobody to wait for.
    pub if_nobody: Target,
    /// Where it goes with result `resources` if its command (or the one resumed) could not be started.
    pub on_spawn_failure: Target,
    /// Where it goes with result `timeout` when the limit has passed.
    pub on_timeout: Target,
    /// Which settings made it so.
    pub because: Vec<Reason>,
}

impl Phase {
    /// A phase that does nothing and waits for nobody, and leads to `then` in every case.
    pub(crate) const fn empty(state: State, then: Target) -> Self {
        Self {
            state,
            steps: Vec::new(),
            forgets_control: false,
            waits_for: SmallVec::new_const(),
            main_counts_with_cgroup: false,
            limit: TimeSpan::INFINITY,
            limit_goes_on: false,
            next: None,
            on_notification: None,
            resumes: None,
            again: 0,
            then,
            on_empty: None,
            if_nobody: then,
            on_spawn_failure: then,
            on_timeout: then,
            because: Vec::new(),
        }
    }

    /// Where all going well leads.
    pub fn on_success(&self) -> Target {
        self.next.or(self.on_notification.map(|(_, target)| target)).unwrap_or(self.then)
    }

    /// Whether it is passed through without anything being done or waited for.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.waits_for.is_empty()
    }

    /// Whether it runs a command.
    pub fn command(&self) -> Option<usize> {
        self.steps.iter().find_map(|step| if let Step::Run(command) = step { Some(*command) } else { None })
    }
}

/// What a service says of its reload (sd_notify(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notification {
    /// `RELOADING=1`
    Reloading,
    /// `READY=1`
    Ready,
}

/// What of a phase a setting decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// The command that is run.
    Command,
    /// Who is signalled.
    Recipients,
    /// With which signal.
    Signal,
    /// Whether a SIGHUP follows.
    Hangup,
    /// How long it lasts at most.
    Limit,
    /// What comes when that has passed.
    OnTimeout,
    /// Whether anybody is killed for good when that has passed, or when there is nobody to wait for.
    Escalation,
    /// Whether the main process's exit is the service's.
    Exit,
    /// What the service manager does when the service has ended.
    Afterwards,
}

impl Reason {
    pub(crate) fn new(aspect: Aspect, directive: &'static str, origin: Option<&Origin>) -> Self {
        Self { aspect, directive, origin: origin.cloned() }
    }
}

/// The setting that decided one aspect of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which aspect.
    pub aspect: Aspect,
    /// The directive's name.
    pub directive: &'static str,
    /// Its line; `None` is systemd's default.
    pub origin: Option<Origin>,
}

/// Which ends of a process besides exit status 0 are clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanExits {
    /// Exit codes.
    pub codes: Vec<u8>,
    /// Signals it may have died of.
    pub signals: Vec<Signal>,
    /// All of them (`-` before the command).
    pub any: bool,
}

/// Whether somebody is there when the plan begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// For certain not.
    No,
    /// That depends on the processes.
    Maybe,
    /// Yes.
    Yes,
}

/// The state the service is in when the plan begins, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartState {
    /// It is being started or reloaded: `ExecStop=` is skipped.
    Busy,
    /// It runs.
    Running,
    /// It has exited and counts as active (`RemainAfterExit=`).
    Exited,
}

/// What a service does that is being started or reloaded: whose first command is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of systemd's states")]
pub enum Doing {
    Condition,
    StartPre,
    Start,
    StartPost,
    Reload,
    ReloadPost,
}

impl Doing {
    /// The directive, and its commands.
    pub fn commands(self, service: &Service) -> (&'static str, &[Setting<Arc<Command>>]) {
        match self {
            Self::Condition => ("ExecCondition", &service.exec_condition),
            Self::StartPre => ("ExecStartPre", &service.exec_start_pre),
            Self::Start => ("ExecStart", &service.exec_start),
            Self::StartPost => ("ExecStartPost", &service.exec_start_post),
            Self::Reload => ("ExecReload", &service.exec_reload),
            Self::ReloadPost => ("ExecReloadPost", &service.exec_reload_post),
        }
    }
}

/// A command that runs when a plan begins; it is the first of [`Plan::commands`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Underway {
    /// Whether its process is the control or the main process.
    pub role: Role,
    /// If it is the main process, ends well and has a [`next`](PlannedCommand::next) command, that one is run in the
    /// same phase after all, not signalled, as the main process, and has this long.
    pub resumes: TimeSpan,
}

/// The situation in which a plan begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Start {
    /// The service's state.
    pub state: StartState,
    /// What it does if it is busy, where that is known.
    pub doing: Option<Doing>,
    /// Whether a main process is known.
    pub main: Presence,
    /// Whether a command of the service is running, such as `ExecReload=`.
    pub control: Presence,
    /// Whether other processes are in the control group.
    pub rest: Presence,
}

impl Start {
    /// How such a service usually is when it is stopped: running with a known main process and perhaps
    /// others; a oneshot has either exited (`RemainAfterExit=`) or is still being started; of a forking
    /// one the main process is perhaps unknown (systemd.service(5), `GuessMainPID=`).
    pub fn usual(service: &Service) -> Self {
        let (state, main) = match service.service_type.value {
            ServiceType::Oneshot if service.exec_start.is_empty() || service.remain_after_exit.value => {
                (StartState::Exited, Presence::No)
            }
            ServiceType::Oneshot => {
                let doing = Some(Doing::Start);
                return Self { state: StartState::Busy, doing, main: Presence::Yes, ..Self::running() };
            }
            ServiceType::Forking if service.pid_file.value.is_some() => (StartState::Running, Presence::Yes),
            ServiceType::Forking if service.guess_main_pid.value => (StartState::Running, Presence::Maybe),
            ServiceType::Forking => (StartState::Running, Presence::No),
            _ => (StartState::Running, Presence::Yes),
        };
        Self { state, main, ..Self::running() }
    }

    /// That of a service that runs, has no known main process, and perhaps others.
    pub const fn running() -> Self {
        Self {
            state: StartState::Running,
            doing: None,
            main: Presence::No,
            control: Presence::No,
            rest: Presence::Maybe,
        }
    }
}

/// What must be there for the action not to be refused (`systemctl kill`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// A process of this role must be known.
    pub role: Option<Role>,
    /// Somebody must have been reached (`-fail`).
    pub somebody: bool,
}

/// A procedure: see the [module](self) on how it is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it does.
    pub action: Action,
    /// The situation it begins in.
    pub start: Start,
    /// The phases; it begins with the first. They stand in the order in which they come.
    pub phases: Vec<Phase>,
    /// The commands that its phases run.
    pub commands: Vec<PlannedCommand>,
    /// The first of them, if it is running when the plan begins.
    pub underway: Option<Underway>,
    /// The state at the end.
    pub end: State,
    /// What it is there to take away, if anything.
    pub held: Option<Held>,
    /// Which ends of the main process are clean.
    pub main_exit: CleanExits,
    /// Which ends of a command are.
    pub command_exit: CleanExits,
    /// When it is refused.
    pub demand: Demand,
}

impl Plan {
    /// The state that a target is in.
    pub fn state_of(&self, target: Target) -> State {
        match target {
            Target::Phase(index) => self.phases.get(index).map_or(self.end, |phase| phase.state),
            Target::End => self.end,
        }
    }
}

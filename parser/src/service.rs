//! The typed settings that rule stopping, killing and reloading, each with its origin.
//!
//! A [`Service`] is what is left of a [`Unit`](crate::unit::Unit) when every history has been
//! followed to its end: plain values, defaults filled in as systemd does, and for each value the line
//! that set it. It knows neither time nor processes.

pub mod exec_context;

use crate::diagnostic::FileId;
use crate::value::command::Command;
use crate::value::enumeration::{
    ExitType, KillMode, NotifyAccess, Restart, RestartMode, ServiceType, TimeoutFailureMode,
};
use crate::value::signal::Signal;
use crate::value::time_span::TimeSpan;
use std::ops::Range;
use std::sync::Arc;

mod other;
mod read;
mod read_exec;
mod verify;
mod verify_other;

pub use other::Other;
pub use verify::Refusal;

/// The line that decided a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// Its line, counted from 1: the one the assignment begins in.
    pub line: u32,
    /// The bytes of the assignment, from the key to the end of the value.
    pub span: Range<usize>,
}

/// A value and the line that set it; no origin means systemd's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it was set, if it was.
    pub origin: Option<Origin>,
}

impl<T> Setting<T> {
    /// A default.
    pub const fn default_value(value: T) -> Self {
        Self { value, origin: None }
    }
}

/// The defaults that the service manager itself is configured with (systemd-system.conf(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerDefaults {
    /// `DefaultTimeoutStartSec=`
    pub timeout_start: TimeSpan,
    /// `DefaultTimeoutStopSec=`
    pub timeout_stop: TimeSpan,
    /// `DefaultTimeoutAbortSec=`
    pub timeout_abort: Option<TimeSpan>,
    /// `DefaultRestartSec=`
    pub restart: TimeSpan,
}

impl Default for ManagerDefaults {
    /// What systemd is built with.
    fn default() -> Self {
        Self {
            timeout_start: TimeSpan::from_secs(90),
            timeout_stop: TimeSpan::from_secs(90),
            timeout_abort: None,
            restart: TimeSpan::from_micros(100_000),
        }
    }
}

/// The settings of systemd.kill(5), which services share with sockets, mounts, swaps and scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KillSettings {
    /// `KillMode=`
    pub kill_mode: Setting<KillMode>,
    /// `KillSignal=`
    pub kill_signal: Setting<Signal>,
    /// `RestartKillSignal=`; `None` means the same as `KillSignal=`.
    pub restart_kill_signal: Setting<Option<Signal>>,
    /// `FinalKillSignal=`
    pub final_kill_signal: Setting<Signal>,
    /// `WatchdogSignal=`
    pub watchdog_signal: Setting<Signal>,
    /// `SendSIGHUP=`
    pub send_sighup: Setting<bool>,
    /// `SendSIGKILL=`
    pub send_sigkill: Setting<bool>,
}

impl KillSettings {
    /// The signal of a restart: `RestartKillSignal=`, or `KillSignal=` where it is not set.
    pub fn restart_kill_signal(&self) -> Signal {
        self.restart_kill_signal.value.unwrap_or(self.kill_signal.value)
    }
}

/// `SuccessExitStatus=` and its relatives: exit codes and signals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExitStatusSet {
    /// Exit codes.
    pub codes: Vec<u8>,
    /// Signals.
    pub signals: Vec<Signal>,
}

/// What rules the life and the end of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// `Type=`
    pub service_type: Setting<ServiceType>,
    /// `ExitType=`
    pub exit_type: Setting<ExitType>,
    /// systemd.kill(5)
    pub kill: KillSettings,
    /// `TimeoutStartSec=`, which also limits a reload.
    pub timeout_start: Setting<TimeSpan>,
    /// `TimeoutStopSec=`
    pub timeout_stop: Setting<TimeSpan>,
    /// `TimeoutAbortSec=`; `None` means the same as `TimeoutStopSec=`. A zero is a zero.
    pub timeout_abort: Setting<Option<TimeSpan>>,
    /// `TimeoutStopFailureMode=`
    pub timeout_stop_failure_mode: Setting<TimeoutFailureMode>,
    /// `RemainAfterExit=`
    pub remain_after_exit: Setting<bool>,
    /// `ExecCondition=`, each command with its line.
    pub exec_condition: Vec<Setting<Arc<Command>>>,
    /// `ExecStartPre=`
    pub exec_start_pre: Vec<Setting<Arc<Command>>>,
    /// `ExecStart=`
    pub exec_start: Vec<Setting<Arc<Command>>>,
    /// `ExecStartPost=`
    pub exec_start_post: Vec<Setting<Arc<Command>>>,
    /// `ExecReload=`
    pub exec_reload: Vec<Setting<Arc<Command>>>,
    /// `ExecReloadPost=` (259)
    pub exec_reload_post: Vec<Setting<Arc<Command>>>,
    /// `ExecStop=`
    pub exec_stop: Vec<Setting<Arc<Command>>>,
    /// `ExecStopPost=`
    pub exec_stop_post: Vec<Setting<Arc<Command>>>,
    /// `ReloadSignal=`, for `Type=notify-reload`.
    pub reload_signal: Setting<Signal>,
    /// `PIDFile=`, absolute.
    pub pid_file: Setting<Option<String>>,
    /// `GuessMainPID=`
    pub guess_main_pid: Setting<bool>,
    /// `NotifyAccess=`
    pub notify_access: Setting<NotifyAccess>,
    /// `Restart=`
    pub restart: Setting<Restart>,
    /// `RestartSec=`
    pub restart_sec: Setting<TimeSpan>,
    /// `RestartMode=`: whether dependents and `OnFailure=` see the unit as ended before it is restarted.
    pub restart_mode: Setting<RestartMode>,
    /// `StartLimitIntervalSec=`
    pub start_limit_interval: Setting<TimeSpan>,
    /// `StartLimitBurst=`; zero is no limit.
    pub start_limit_burst: Setting<u32>,
    /// `LimitCORE=`: whether it lets processes dump core. Without it they do not, unless the kernel pipes dumps to
    /// a program.
    pub dumps_core: Setting<bool>,
    /// `IgnoreSIGPIPE=`
    pub ignore_sigpipe: Setting<bool>,
    /// `OnSuccess=`: units that are started when this one has ended well.
    pub on_success: Vec<Setting<String>>,
    /// `OnFailure=`: units that are started when it has failed.
    pub on_failure: Vec<Setting<String>>,
    /// `SuccessExitStatus=`
    pub success_exit_status: Setting<ExitStatusSet>,
    /// `RestartPreventExitStatus=`
    pub restart_prevent_exit_status: Setting<ExitStatusSet>,
    /// `RestartForceExitStatus=`
    pub restart_force_exit_status: Setting<ExitStatusSet>,
    /// `Delegate=`: whether it is delegated.
    pub delegate: Setting<bool>,
    /// `DelegateSubgroup=`
    pub delegate_subgroup: Setting<Option<String>>,
    /// `Slice=`
    pub slice: Setting<String>,
}

impl Service {
    /// The limit of an abort: `TimeoutAbortSec=`, or `TimeoutStopSec=` where it is not set.
    pub fn timeout_abort(&self) -> TimeSpan {
        self.timeout_abort.value.unwrap_or(self.timeout_stop.value)
    }
}

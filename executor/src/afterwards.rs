//! What the service manager does once a signal has ended the main process: which commands run, whether
//! `Restart=` starts the service again, and what is left of it otherwise.
//!
//! It is said of a main process that leaves every signal at the effect the service manager gives it: the
//! kernel's own, and for SIGPIPE none unless `IgnoreSIGPIPE=no`. What a stop leads to is not in question:
//! nothing that was stopped is restarted, whatever `Restart=` says.

use crate::default_effect::DefaultEffect;
use crate::plan::{Aspect, KillRequest, Presence, Reason, Start, StartState, Whom, clean_main_exits};
use unitctl_parser::service::{ExitStatusSet, Service, Setting};
use unitctl_parser::value::enumeration::{ExitType, KillMode, Restart, RestartMode, ServiceType};
use unitctl_parser::value::signal::Signal;

/// What becomes of the main process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The signal does not go to it.
    NotReached,
    /// The service has none, or none that its manager knows; the others may end.
    Unknown,
    /// The signal does nothing to it.
    Unaffected,
    /// It is stopped until it gets a SIGCONT.
    Stopped,
    /// It ends.
    Ends,
}

/// What the unit comes to, if nothing starts it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// Nothing changes.
    Unchanged,
    /// It counts as active without a process (`RemainAfterExit=`).
    Exited,
    /// It is inactive.
    Inactive,
    /// It has failed.
    Failed,
}

/// What follows a kill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Afterwards {
    /// What becomes of the main process.
    pub main: Fate,
    /// What the unit comes to, if nothing starts it again and no command of it fails.
    pub becomes: Becomes,
    /// Whether `ExecStop=` is run for what is left: only after a clean end.
    pub runs_exec_stop: bool,
    /// Whether what is left of the service is stopped and `ExecStopPost=` is run.
    pub runs_exec_stop_post: bool,
    /// Whether the service is started again.
    pub restarts: bool,
    /// Whether it is started again after all if a command fails or what is left has to be killed.
    pub restarts_if_cleanup_fails: bool,
    /// The unit ends only with the last of its processes, which the signal leaves alone (`ExitType=`). The
    /// rest is said of a unit in which there are others.
    pub needs_all_gone: bool,
    /// The settings that decided, the most important first.
    pub because: Vec<Reason>,
}

impl Afterwards {
    /// What follows a kill of a service in the situation `start`.
    pub fn of(service: &Service, request: &KillRequest, start: Start) -> Self {
        let mut this = Self {
            main: fate(service, request, start),
            becomes: Becomes::Unchanged,
            runs_exec_stop: false,
            runs_exec_stop_post: false,
            restarts: false,
            restarts_if_cleanup_fails: false,
            needs_all_gone: false,
            because: Vec::new(),
        };
        let ends_by_its_cgroup = this.main == Fate::Unknown
            && start.state == StartState::Running
            && matches!(request.whom, Whom::All | Whom::Cgroup)
            && effect(service, request.signal).is_deadly();
        match this.main {
            Fate::Ends => this.end_of_main(service, request, start),
            // Without a main process there is no exit to judge, and the end counts as clean.
            Fate::Unknown if ends_by_its_cgroup => this.end(service, None, true, start),
            Fate::Unaffected if request.signal == Signal::PIPE => {
                this.because.push(reason("IgnoreSIGPIPE", &service.ignore_sigpipe));
            }
            _ => {}
        }
        this
    }

    fn end_of_main(&mut self, service: &Service, request: &KillRequest, start: Start) {
        let signal = request.signal;
        let clean = clean_main_exits(service);
        // An end with a core dump is never clean, whatever SuccessExitStatus= says of the signal.
        let dumps = DefaultEffect::of(signal) == DefaultEffect::CoreDump && service.dumps_core.value;
        let is_clean = clean.any || (clean.signals.contains(&signal) && !dumps);
        if service.exit_type.value == ExitType::Cgroup && request.whom == Whom::Main {
            self.needs_all_gone = true;
            self.because.push(reason("ExitType", &service.exit_type));
            return;
        }
        self.end(service, Some(signal), is_clean, start);
        let configured = &service.success_exit_status;
        if configured.value.signals.contains(&signal) && !dumps {
            self.because.push(reason("SuccessExitStatus", configured));
        } else if configured.value.signals.contains(&signal) && dumps && !clean.any {
            self.because.push(reason("LimitCORE", &service.dumps_core));
        } else if service.service_type.value == ServiceType::Oneshot && !is_clean {
            self.because.push(reason("Type", &service.service_type));
        }
    }

    /// The service ends; `signal` is what its main process, if it has one, died of.
    fn end(&mut self, service: &Service, signal: Option<Signal>, clean: bool, start: Start) {
        if clean && service.remain_after_exit.value {
            self.becomes = Becomes::Exited;
            self.because.push(reason("RemainAfterExit", &service.remain_after_exit));
            return;
        }
        self.becomes = if clean { Becomes::Inactive } else { Becomes::Failed };
        self.runs_exec_stop = clean && start.state == StartState::Running && !service.exec_stop.is_empty();
        self.runs_exec_stop_post = true;
        let names =
            |set: &Setting<ExitStatusSet>| signal.is_some_and(|signal| set.value.signals.contains(&signal));
        (self.restarts, self.because) = if names(&service.restart_prevent_exit_status) {
            (false, vec![reason("RestartPreventExitStatus", &service.restart_prevent_exit_status)])
        } else if names(&service.restart_force_exit_status) {
            (true, vec![reason("RestartForceExitStatus", &service.restart_force_exit_status)])
        } else {
            let restarts = match service.restart.value {
                Restart::No | Restart::OnWatchdog => false,
                Restart::Always => true,
                Restart::OnSuccess => clean,
                Restart::OnFailure | Restart::OnAbnormal | Restart::OnAbort => !clean,
            };
            // Without commands and without anybody to wait for, nothing can fail.
            let commands = self.runs_exec_stop || !service.exec_stop_post.is_empty();
            self.restarts_if_cleanup_fails = clean
                && (commands || signals_the_rest(service))
                && matches!(service.restart.value, Restart::OnFailure | Restart::OnAbnormal);
            (restarts, vec![reason("Restart", &service.restart)])
        };
        if self.restarts && service.restart_mode.value != RestartMode::Normal {
            self.because.push(reason("RestartMode", &service.restart_mode));
        }
    }
}

/// Whether a service whose main process has ended signals the others, and waits for them.
pub const fn signals_the_rest(service: &Service) -> bool {
    matches!(service.kill.kill_mode.value, KillMode::ControlGroup | KillMode::Mixed)
}

/// What becomes of the main process.
fn fate(service: &Service, request: &KillRequest, start: Start) -> Fate {
    let group = request.subgroup.as_deref().map_or("", |path| path.trim_matches('/'));
    let is_in_group = group.is_empty()
        || service.delegate_subgroup.value.as_deref().is_some_and(|own| {
            own.strip_prefix(group).is_some_and(|below| below.is_empty() || below.starts_with('/'))
        });
    let reached = match request.whom {
        Whom::Main | Whom::All => true,
        Whom::Control => false,
        // A value goes to single processes only.
        Whom::Cgroup => request.value.is_none() && is_in_group,
    };
    if start.main == Presence::No {
        return Fate::Unknown;
    }
    if !reached {
        return Fate::NotReached;
    }
    match effect(service, request.signal) {
        DefaultEffect::Stop if request.signal == Signal::STOP => Fate::Stopped,
        DefaultEffect::Ignore | DefaultEffect::Stop => Fate::Unaffected,
        DefaultEffect::Terminate | DefaultEffect::CoreDump => Fate::Ends,
    }
}

/// What a signal does to a process of the service that has not asked for anything else.
fn effect(service: &Service, signal: Signal) -> DefaultEffect {
    if signal == Signal::PIPE && service.ignore_sigpipe.value {
        DefaultEffect::Ignore
    } else {
        DefaultEffect::of(signal)
    }
}

fn reason<T>(directive: &'static str, setting: &Setting<T>) -> Reason {
    Reason::new(Aspect::Afterwards, directive, setting.origin.as_ref())
}

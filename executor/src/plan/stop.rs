//! The plan of `systemctl stop`, and of the stop that is the first half of `systemctl restart`.
//!
//! The phases in their order; those in brackets are there if the settings call for them:
//!
//! ```text
//! [stop …] stop-sigterm [stop-watchdog] [stop-sigkill] stop-post … final-sigterm [final-watchdog] [final-sigkill]
//! ```
//!
//! Each command of `ExecStop=` and `ExecStopPost=` is a phase of its own. Without `ExecStopPost=` there
//! is still one phase `stop-post`, through which everything passes.

use super::{
    Action, Aspect, CleanExits, Demand, Doing, Phase, Plan, PlannedCommand, Presence, Reason, Role, Send,
    Start, StartState, State, Step, Target, Underway,
};
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;
use unitctl_parser::service::{Origin, Service, Setting};
use unitctl_parser::value::command::Command;
use unitctl_parser::value::enumeration::{ExitType, KillMode, ServiceType, TimeoutFailureMode};
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::time_span::TimeSpan;

/// What `systemctl stop` does to a service that is in the situation `start`.
pub fn stop(service: &Service, start: Start) -> Plan {
    Builder::new(service, start, Action::Stop).build()
}

/// What `systemctl restart` does before it starts the service again, which it does however that ended:
/// as [`stop`], but the phase stop-sigterm uses `RestartKillSignal=` and sends no SIGHUP.
pub fn restart(service: &Service, start: Start) -> Plan {
    Builder::new(service, start, Action::Restart).build()
}

/// How long a process of a service of `Type=idle` waits, be it the main process or a command: five seconds for the jobs
/// of the service manager to be done, and one more for it to say so (observed).
const IDLES: TimeSpan = TimeSpan::from_secs(6);

/// Adds the commands of one list to `commands`, each knowing its successor.
pub(super) fn add_commands(
    commands: &mut Vec<PlannedCommand>,
    service: &Service,
    directive: &'static str,
    list: &[Setting<Arc<Command>>],
) {
    let end = commands.len() + list.len();
    for line in list {
        let next = commands.len() + 1;
        commands.push(PlannedCommand {
            directive,
            origin: line.origin.clone(),
            command: line.value.clone(),
            next: (next < end).then_some(next),
            idles: if service.service_type.value == ServiceType::Idle {
                IDLES
            } else {
                TimeSpan::from_secs(0)
            },
        });
    }
}

/// The ends of the main process that are clean: a daemon may die of the usual signals (systemd.service(5),
/// `SuccessExitStatus=`).
pub(crate) fn clean_main_exits(service: &Service) -> CleanExits {
    let mut clean = clean_command_exits(service);
    if service.service_type.value != ServiceType::Oneshot {
        clean.signals.extend([Signal::HUP, Signal::INT, Signal::TERM, Signal::PIPE]);
    }
    clean.any = service.exec_start.first().is_some_and(|command| command.value.ignore_failure);
    clean
}

/// The ends of a command that are clean; of a single command, `-` counts too.
pub(super) fn clean_command_exits(service: &Service) -> CleanExits {
    let configured = &service.success_exit_status.value;
    CleanExits { codes: configured.codes.clone(), signals: configured.signals.clone(), any: false }
}

/// What a phase that signals is there for; systemd's kill operations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Terminate,
    Restart,
    Watchdog,
    Kill,
}

/// The two halves of the procedure, before and after `ExecStopPost=`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Stop,
    Final,
}

/// Where the phases of one half stand.
#[derive(Clone, Copy)]
struct Places {
    sigterm: usize,
    watchdog: Option<usize>,
    sigkill: Option<usize>,
    /// What follows the half.
    after: Target,
}

struct Builder<'s> {
    service: &'s Service,
    start: Start,
    action: Action,
    /// The commands of `ExecStop=` that will be run.
    exec_stop: &'s [Setting<Arc<Command>>],
    /// How many commands come before those of `ExecStopPost=` in [`commands`](Self::commands).
    before_post: usize,
    underway: Option<Underway>,
    stop_places: Places,
    stop_post: usize,
    final_places: Places,
    commands: Vec<PlannedCommand>,
    phases: Vec<Phase>,
}

impl<'s> Builder<'s> {
    fn new(service: &'s Service, start: Start, action: Action) -> Self {
        let exec_stop = if start.state == StartState::Busy { &[][..] } else { &service.exec_stop };
        let abort = service.timeout_stop_failure_mode.value == TimeoutFailureMode::Abort;
        let sigkill = service.kill.send_sigkill.value;
        let mut count = exec_stop.len();
        let mut place = |there: bool| {
            count += usize::from(there);
            there.then(|| count - 1)
        };
        let places = |place: &mut dyn FnMut(bool) -> Option<usize>| Places {
            sigterm: place(true).unwrap_or_default(),
            watchdog: place(abort),
            sigkill: place(sigkill),
            after: Target::End,
        };
        let mut stop_places = places(&mut place);
        let stop_post = place(true).unwrap_or_default();
        for _ in 1..service.exec_stop_post.len() {
            place(true);
        }
        let final_places = places(&mut place);
        stop_places.after = Target::Phase(stop_post);
        let doing = start.doing.filter(|_| start.state == StartState::Busy);
        let (doing_now, underway_list) =
            doing.map_or(("ExecStop", exec_stop), |doing| doing.commands(service));
        let mut commands = Vec::with_capacity(underway_list.len() + service.exec_stop_post.len());
        // Of a service that is busy these are the commands of which the first is running.
        add_commands(&mut commands, service, doing_now, underway_list);
        let before_post = commands.len();
        let oneshot = service.service_type.value == ServiceType::Oneshot;
        let is_main = doing == Some(Doing::Start) && oneshot;
        let role = if is_main { Role::Main } else { Role::Control };
        let underway = (doing.is_some() && !underway_list.is_empty())
            .then_some(Underway { role, resumes: service.timeout_start.value });
        add_commands(&mut commands, service, "ExecStopPost", &service.exec_stop_post);
        Self {
            service,
            start,
            action,
            exec_stop,
            before_post,
            underway,
            stop_places,
            stop_post,
            final_places,
            commands,
            phases: Vec::with_capacity(count),
        }
    }

    fn build(mut self) -> Plan {
        for number in 0..self.exec_stop.len() {
            self.stop_phase(number);
        }
        self.signal_phases(Half::Stop);
        if self.service.exec_stop_post.is_empty() {
            self.no_stop_post();
        }
        for number in 0..self.service.exec_stop_post.len() {
            self.stop_post_phase(number);
        }
        self.signal_phases(Half::Final);
        if let Some(first) = self.phases.first_mut() {
            // A service that runs or has exited has no control process that its manager still knows of.
            first.forgets_control |= self.start.state != StartState::Busy;
        }
        Plan {
            action: self.action,
            start: self.start,
            phases: self.phases,
            commands: self.commands,
            end: State::Dead,
            underway: self.underway,
            held: None,
            main_exit: clean_main_exits(self.service),
            command_exit: clean_command_exits(self.service),
            demand: Demand::default(),
        }
    }

    /// The command `number` of `ExecStop=`. The main process may exit or not, it is waited for later.
    fn stop_phase(&mut self, number: usize) {
        let then = Target::Phase(self.stop_places.sigterm);
        let on_timeout = self.after_command_limit(self.stop_places);
        self.phases.push(Phase {
            waits_for: smallvec![Role::Control],
            next: self.commands[number].next.map(Target::Phase),
            on_timeout,
            ..self.command_phase(State::Stop, number, then)
        });
    }

    /// The command `number` of `ExecStopPost=`. Its end is not enough while the main process lives.
    fn stop_post_phase(&mut self, number: usize) {
        let then = Target::Phase(self.final_places.sigterm);
        let command = self.before_post + number;
        let on_timeout = self.after_command_limit(self.final_places);
        let mut waits_for = self.main_and([Role::Control]);
        waits_for.sort_unstable();
        let next = self.commands[command].next.map(|_| Target::Phase(self.stop_post + number + 1));
        self.phases.push(Phase {
            forgets_control: number == 0,
            waits_for,
            next,
            on_empty: Some(Target::End),
            on_spawn_failure: if number == 0 { then } else { Target::End },
            on_timeout,
            ..self.command_phase(State::StopPost, command, then)
        });
    }

    /// What the two kinds of commands have in common.
    fn command_phase(&self, state: State, command: usize, then: Target) -> Phase {
        let mut because = Vec::with_capacity(4);
        let PlannedCommand { directive, origin, .. } = &self.commands[command];
        because.push(Reason::new(Aspect::Command, directive, origin.as_ref()));
        because.push(self.stop_limit_reason());
        because.push(self.failure_mode_reason());
        if self.service.timeout_stop_failure_mode.value == TimeoutFailureMode::Kill {
            because.push(self.escalation_reason());
        }
        Phase {
            steps: vec![Step::Run(command)],
            forgets_control: state == State::Stop && command == 0,
            main_counts_with_cgroup: self.main_counts_with_cgroup(),
            limit: self.service.timeout_stop.value,
            because,
            ..Phase::empty(state, then)
        }
    }

    /// `TimeoutStopFailureMode=` when a command's limit has passed.
    fn after_command_limit(&self, places: Places) -> Target {
        match self.service.timeout_stop_failure_mode.value {
            TimeoutFailureMode::Terminate => Target::Phase(places.sigterm),
            TimeoutFailureMode::Abort => places.watchdog.map_or(places.after, Target::Phase),
            TimeoutFailureMode::Kill => places.sigkill.map_or(places.after, Target::Phase),
        }
    }

    /// The phase that stands for `ExecStopPost=` where there is none.
    fn no_stop_post(&mut self) {
        let then = Target::Phase(self.final_places.sigterm);
        self.phases.push(Phase { forgets_control: true, ..Phase::empty(State::StopPost, then) });
    }

    /// The phases of one half that signal.
    fn signal_phases(&mut self, half: Half) {
        let (places, names) = match half {
            Half::Stop => (self.stop_places, [State::StopSigterm, State::StopWatchdog, State::StopSigkill]),
            Half::Final => {
                (self.final_places, [State::FinalSigterm, State::FinalWatchdog, State::FinalSigkill])
            }
        };
        let sigkill = places.sigkill.map_or(places.after, Target::Phase);
        let restart = self.action == Action::Restart && half == Half::Stop;
        let operation = if restart { Operation::Restart } else { Operation::Terminate };
        let on_timeout = places.watchdog.map_or(sigkill, Target::Phase);
        self.signal_phase(half, names[0], operation, sigkill, on_timeout);
        if places.watchdog.is_some() {
            self.signal_phase(half, names[1], Operation::Watchdog, sigkill, sigkill);
        }
        if places.sigkill.is_some() {
            self.signal_phase(half, names[2], Operation::Kill, places.after, places.after);
        }
    }

    fn signal_phase(
        &mut self,
        half: Half,
        state: State,
        operation: Operation,
        if_nobody: Target,
        on_timeout: Target,
    ) {
        let kill = &self.service.kill;
        let (directive, signal, origin) = self.signal_of(operation);
        let hangup = operation == Operation::Terminate && kill.send_sighup.value && signal != Signal::HUP;
        let mut because = Vec::with_capacity(8);
        because.push(Reason::new(Aspect::Recipients, "KillMode", kill.kill_mode.origin.as_ref()));
        because.push(Reason::new(Aspect::Signal, directive, origin));
        if operation == Operation::Terminate {
            because.push(Reason::new(Aspect::Hangup, "SendSIGHUP", kill.send_sighup.origin.as_ref()));
        }
        let limit = if operation == Operation::Watchdog {
            self.abort_limit(&mut because)
        } else {
            because.push(self.stop_limit_reason());
            self.service.timeout_stop.value
        };
        if matches!(operation, Operation::Terminate | Operation::Restart) {
            because.push(self.failure_mode_reason());
        }
        if operation != Operation::Kill {
            because.push(self.escalation_reason());
        }
        if self.main_counts_with_cgroup() {
            because.push(Reason::new(Aspect::Exit, "ExitType", self.service.exit_type.origin.as_ref()));
        }
        let (after, can_resume) = match half {
            Half::Stop => (self.stop_places.after, self.before_post > 1),
            Half::Final => (self.final_places.after, self.service.exec_stop_post.len() > 1),
        };
        let waits_for = self.recipients(half, operation);
        self.phases.push(Phase {
            steps: steps(&waits_for, signal, hangup),
            waits_for,
            main_counts_with_cgroup: self.main_counts_with_cgroup(),
            limit,
            resumes: can_resume.then_some(self.service.timeout_stop.value),
            on_empty: Some(after),
            if_nobody,
            // A command that is resumed and cannot be started: the stop begins anew.
            on_spawn_failure: Target::Phase(0),
            on_timeout,
            because,
            ..Phase::empty(state, after)
        });
    }

    /// Whom an operation signals (systemd.kill(5), `KillMode=`).
    fn recipients(&self, half: Half, operation: Operation) -> SmallVec<[Role; 4]> {
        let control = match half {
            Half::Stop => {
                !self.exec_stop.is_empty()
                    || (self.start.state == StartState::Busy && self.start.control != Presence::No)
            }
            Half::Final => !self.service.exec_stop_post.is_empty(),
        };
        let rest = match self.service.kill.kill_mode.value {
            KillMode::None => return SmallVec::new(),
            KillMode::ControlGroup => true,
            KillMode::Mixed => operation == Operation::Kill,
            KillMode::Process => false,
        };
        let control = control.then_some(Role::Control);
        self.main_and(control.into_iter().chain(rest.then_some(Role::Rest)))
    }

    fn main_and(&self, others: impl IntoIterator<Item = Role>) -> SmallVec<[Role; 4]> {
        let main = (self.start.main != Presence::No).then_some(Role::Main);
        main.into_iter().chain(others).collect()
    }

    fn signal_of(&self, operation: Operation) -> (&'static str, Signal, Option<&'s Origin>) {
        let kill = &self.service.kill;
        let restart = (&kill.restart_kill_signal.value, &kill.restart_kill_signal.origin);
        match (operation, restart) {
            (Operation::Restart, (Some(signal), origin)) => ("RestartKillSignal", *signal, origin.as_ref()),
            (Operation::Terminate | Operation::Restart, _) => {
                ("KillSignal", kill.kill_signal.value, kill.kill_signal.origin.as_ref())
            }
            (Operation::Watchdog, _) => {
                ("WatchdogSignal", kill.watchdog_signal.value, kill.watchdog_signal.origin.as_ref())
            }
            (Operation::Kill, _) => {
                ("FinalKillSignal", kill.final_kill_signal.value, kill.final_kill_signal.origin.as_ref())
            }
        }
    }

    /// `TimeoutAbortSec=`, or `TimeoutStopSec=` where it is not set.
    fn abort_limit(&self, because: &mut Vec<Reason>) -> TimeSpan {
        let abort = &self.service.timeout_abort;
        if let Some(limit) = abort.value {
            because.push(Reason::new(Aspect::Limit, "TimeoutAbortSec", abort.origin.as_ref()));
            return limit;
        }
        because.push(self.stop_limit_reason());
        self.service.timeout_stop.value
    }

    fn stop_limit_reason(&self) -> Reason {
        Reason::new(Aspect::Limit, "TimeoutStopSec", self.service.timeout_stop.origin.as_ref())
    }

    fn failure_mode_reason(&self) -> Reason {
        let mode = &self.service.timeout_stop_failure_mode;
        Reason::new(Aspect::OnTimeout, "TimeoutStopFailureMode", mode.origin.as_ref())
    }

    fn escalation_reason(&self) -> Reason {
        Reason::new(Aspect::Escalation, "SendSIGKILL", self.service.kill.send_sigkill.origin.as_ref())
    }

    fn main_counts_with_cgroup(&self) -> bool {
        self.service.exit_type.value == ExitType::Cgroup
    }
}

/// The steps of one round of signals. Everyone gets the signal, then SIGCONT so that a stopped process
/// sees it; SIGHUP comes last: for main and control after their own SIGCONT, for the rest in a second
/// round.
pub(super) fn steps(recipients: &[Role], signal: Signal, hangup: bool) -> Vec<Step> {
    let mut round: SmallVec<[Signal; 4]> = smallvec![signal];
    if signal != Signal::CONT && signal != Signal::KILL {
        round.push(Signal::CONT);
    }
    let mut steps = Vec::with_capacity(recipients.len() + usize::from(hangup));
    for &to in recipients {
        let mut signals = round.clone();
        if hangup && to != Role::Rest {
            signals.push(Signal::HUP);
        }
        steps.push(send(to, signals, false));
    }
    if hangup && recipients.contains(&Role::Rest) {
        steps.push(send(Role::Rest, smallvec![Signal::HUP], true));
    }
    steps
}

fn send(to: Role, signals: SmallVec<[Signal; 4]>, only_after_success: bool) -> Step {
    Step::Signal(Send { to, signals, value: None, subgroup: None, only_after_success })
}

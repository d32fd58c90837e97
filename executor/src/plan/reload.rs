//! The plan of `systemctl reload`: the commands of `ExecReload=`, for `Type=notify-reload` the signal and
//! the two notifications that answer it, the commands of `ExecReloadPost=`.
//!
//! A reload that fails leaves the service running; its result is that of the reload alone.

use super::stop::{add_commands, clean_command_exits};
use super::{
    Action, Aspect, CleanExits, Demand, Notification, Phase, Plan, PlannedCommand, Reason, Role, Send, Start,
    State, Step, Target,
};
use smallvec::smallvec;
use unitctl_parser::service::Service;
use unitctl_parser::value::enumeration::{ExitType, ServiceType};
use unitctl_parser::value::signal::Signal;

/// What `systemctl reload` does; `None` if it is not applicable, because the service has neither
/// `ExecReload=` nor `Type=notify-reload`.
pub fn reload(service: &Service, start: Start) -> Option<Plan> {
    let signals = service.service_type.value == ServiceType::NotifyReload;
    if !signals && service.exec_reload.is_empty() {
        return None;
    }
    let mut commands = Vec::with_capacity(service.exec_reload.len() + service.exec_reload_post.len());
    add_commands(&mut commands, service, "ExecReload", &service.exec_reload);
    let first_post = commands.len();
    add_commands(&mut commands, service, "ExecReloadPost", &service.exec_reload_post);

    let signal_phases = if signals { 2 } else { 0 };
    let helper_gone = commands.len() + signal_phases;
    let mut phases = Vec::with_capacity(helper_gone + 1);
    // Each phase leads to the one that is pushed after it; the last to the end.
    let following = |phases: &Vec<Phase>| match phases.len() + 1 {
        next if next < helper_gone => Target::Phase(next),
        _ => Target::End,
    };
    for (number, command) in commands.iter().enumerate() {
        if number == first_post && signals {
            signal_and_answer(service, &mut phases, following);
        }
        let state = if number < first_post { State::Reload } else { State::ReloadPost };
        let next = following(&phases);
        phases.push(command_phase(service, state, number, command, next, helper_gone));
    }
    if signals && first_post == commands.len() {
        signal_and_answer(service, &mut phases, following);
    }
    if let Some(first) = phases.first_mut() {
        first.forgets_control = true;
    }
    if !commands.is_empty() {
        phases.push(kill_helper());
    }
    Some(Plan {
        action: Action::Reload,
        start,
        phases,
        command_exit: clean_command_exits(service),
        commands,
        end: State::Running,
        underway: None,
        held: None,
        // How the main process ends is the service's result, not the reload's.
        main_exit: CleanExits { any: true, ..CleanExits::default() },
        demand: Demand::default(),
    })
}

fn command_phase(
    service: &Service,
    state: State,
    number: usize,
    command: &PlannedCommand,
    next: Target,
    helper_gone: usize,
) -> Phase {
    Phase {
        steps: vec![Step::Run(number)],
        waits_for: smallvec![Role::Control],
        limit: service.timeout_start.value,
        next: Some(next),
        on_timeout: Target::Phase(helper_gone),
        because: vec![
            Reason::new(Aspect::Command, command.directive, command.origin.as_ref()),
            limit(service),
        ],
        ..Phase::empty(state, Target::End)
    }
}

/// The signal, `RELOADING=1` and `READY=1`. One limit covers both answers.
fn signal_and_answer(service: &Service, phases: &mut Vec<Phase>, following: impl Fn(&Vec<Phase>) -> Target) {
    let signal = service.reload_signal.value;
    let mut round = smallvec![signal];
    if signal != Signal::CONT && signal != Signal::KILL {
        round.push(Signal::CONT);
    }
    let send =
        Send { to: Role::Main, signals: round, value: None, subgroup: None, only_after_success: false };
    let origin = service.reload_signal.origin.as_ref();
    let counts_with_cgroup = service.exit_type.value == ExitType::Cgroup;
    phases.push(Phase {
        steps: vec![Step::Signal(send)],
        waits_for: smallvec![Role::Main],
        main_counts_with_cgroup: counts_with_cgroup,
        limit: service.timeout_start.value,
        on_notification: Some((Notification::Reloading, following(phases))),
        because: vec![Reason::new(Aspect::Signal, "ReloadSignal", origin), limit(service)],
        ..Phase::empty(State::ReloadSignal, Target::End)
    });
    phases.push(Phase {
        waits_for: smallvec![Role::Main],
        main_counts_with_cgroup: counts_with_cgroup,
        limit: service.timeout_start.value,
        limit_goes_on: true,
        on_notification: Some((Notification::Ready, following(phases))),
        because: vec![limit(service)],
        ..Phase::empty(State::ReloadNotify, Target::End)
    });
}

/// A command whose time is up gets a SIGKILL, and nobody waits for it.
fn kill_helper() -> Phase {
    let send = Send {
        to: Role::Control,
        signals: smallvec![Signal::KILL],
        value: None,
        subgroup: None,
        only_after_success: false,
    };
    Phase { steps: vec![Step::Signal(send)], ..Phase::empty(State::Reload, Target::End) }
}

fn limit(service: &Service) -> Reason {
    Reason::new(Aspect::Limit, "TimeoutStartSec", service.timeout_start.origin.as_ref())
}

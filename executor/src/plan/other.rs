//! The plan of stopping a unit that is no service: sockets, mounts, swaps and scopes; slices, targets and the
//! others have no procedure of their own.
//!
//! ```text
//! socket:  [stop-pre …] [stop-pre-sigterm] [stop-pre-sigkill] stop-post … final-sigterm [final-sigkill]
//! mount:   unmounting [unmounting-sigterm] [unmounting-sigkill]; remounting likewise
//! swap:    deactivating [deactivating-sigterm] [deactivating-sigkill]
//! scope:   stop-sigterm [stop-sigkill]
//! ```
//!
//! A mount is unmounted again for as long as something is mounted at its path: mounts may lie one upon the other.
//!
//! Unlike a service, a socket, mount or swap does not notice when its control group has become empty, and the
//! end of its last command ends it, whoever is left.

use super::stop::{add_commands, clean_command_exits, steps};
use super::{
    Action, Aspect, CleanExits, Demand, Held, Phase, Plan, Presence, Reason, Role, Start, StartState, State,
    Step, Target,
};
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;
use unitctl_parser::name::UnitType;
use unitctl_parser::service::{Other, Service, Setting};
use unitctl_parser::value::command::Command;
use unitctl_parser::value::enumeration::KillMode;
use unitctl_parser::value::signal::Signal;

/// What `systemctl stop` does to a unit of this type by itself. `settings` are those of
/// [`Other::read`](unitctl_parser::service::Other::read).
pub fn stop_other(unit_type: UnitType, settings: &Service, other: &Other) -> Plan {
    let mut builder = Builder { unit_type, settings, commands: &settings.exec_stop, phases: Vec::new() };
    let start = Start {
        state: StartState::Running,
        doing: None,
        main: Presence::No,
        control: Presence::No,
        rest: if unit_type == UnitType::Scope || other.runs_when_started {
            Presence::Maybe
        } else {
            Presence::No
        },
    };
    let mut commands = Vec::new();
    let (before, after) = builder.directives();
    add_commands(&mut commands, settings, before, &settings.exec_stop);
    add_commands(&mut commands, settings, after, &settings.exec_stop_post);
    match unit_type {
        UnitType::Socket => builder.socket(start.rest == Presence::Maybe),
        UnitType::Mount => {
            builder.helper([State::Unmounting, State::UnmountingSigterm, State::UnmountingSigkill], UMOUNTS);
        }
        UnitType::Swap => {
            let states = [State::Deactivating, State::DeactivatingSigterm, State::DeactivatingSigkill];
            builder.helper(states, 0);
        }
        UnitType::Scope => builder.signals([State::StopSigterm, State::StopSigkill], Target::End, false),
        _ => {}
    }
    Plan {
        action: Action::Stop,
        start,
        phases: builder.phases,
        commands,
        end: State::Dead,
        underway: None,
        held: held(unit_type, other),
        main_exit: CleanExits::default(),
        command_exit: clean_command_exits(settings),
        demand: Demand::default(),
    }
}

/// How often systemd unmounts again what is still mounted.
const UMOUNTS: u32 = 32;

/// What `systemctl reload` does to a mount, `settings` being those of [`Other::read`]; `None` for other units, for
/// which it is not applicable.
pub fn remount(unit_type: UnitType, settings: &Service) -> Option<Plan> {
    if unit_type != UnitType::Mount || settings.exec_reload.is_empty() {
        return None;
    }
    let mut builder = Builder { unit_type, settings, commands: &settings.exec_reload, phases: Vec::new() };
    builder.helper([State::Remounting, State::RemountingSigterm, State::RemountingSigkill], 0);
    let mut commands = Vec::new();
    add_commands(&mut commands, settings, builder.directives().0, &settings.exec_reload);
    let start = Start { main: Presence::No, rest: Presence::No, ..Start::usual(settings) };
    Some(Plan {
        action: Action::Reload,
        start: Start { state: StartState::Running, ..start },
        phases: builder.phases,
        commands,
        end: State::Mounted,
        underway: None,
        held: None,
        main_exit: CleanExits::default(),
        command_exit: clean_command_exits(settings),
        demand: Demand::default(),
    })
}

fn held(unit_type: UnitType, other: &Other) -> Option<Held> {
    match unit_type {
        UnitType::Mount => other.place.as_ref().map(|place| Held::Mount(place.value.clone())),
        UnitType::Swap => other.what.as_ref().map(|what| Held::Swap(what.value.clone())),
        _ => None,
    }
}

struct Builder<'s> {
    unit_type: UnitType,
    settings: &'s Service,
    /// The commands before those of `ExecStopPost=`.
    commands: &'s [Setting<Arc<Command>>],
    phases: Vec<Phase>,
}

impl Builder<'_> {
    /// Where the commands before and after come from.
    const fn directives(&self) -> (&'static str, &'static str) {
        match self.unit_type {
            UnitType::Mount => ("Where", ""),
            UnitType::Swap => ("What", ""),
            _ => ("ExecStopPre", "ExecStopPost"),
        }
    }

    fn socket(&mut self, somebody: bool) {
        let (before, after) = (self.commands.len(), self.settings.exec_stop_post.len());
        let kills = usize::from(self.settings.kill.send_sigkill.value);
        if before > 0 {
            let post = Target::Phase(before + 1 + kills);
            self.commands(State::StopPre, 0..before, post, Target::Phase(before));
            self.signals([State::StopPreSigterm, State::StopPreSigkill], post, before > 1);
        }
        let here = self.phases.len();
        let last = Target::Phase(here + after.max(1));
        if after == 0 {
            self.phases.push(Phase { forgets_control: true, ..Phase::empty(State::StopPost, last) });
        }
        self.commands(State::StopPost, before..before + after, Target::End, last);
        if before + after > 0 || somebody {
            self.signals([State::FinalSigterm, State::FinalSigkill], Target::End, after > 1);
        } else {
            // Nothing was ever run, so nobody can be there.
            self.phases.clear();
        }
    }

    /// The one command of a mount or swap, and what follows if it takes too long.
    fn helper(&mut self, [state, sigterm, sigkill]: [State; 3], again: u32) {
        let count = self.commands.len();
        self.commands(state, 0..count, Target::End, Target::Phase(count));
        for phase in &mut self.phases {
            phase.again = again;
        }
        self.signals([sigterm, sigkill], Target::End, false);
    }

    fn commands(&mut self, state: State, commands: std::ops::Range<usize>, then: Target, on_timeout: Target) {
        let (first, end) = (commands.start, commands.end);
        let (before, after) = self.directives();
        for command in commands {
            let here = self.phases.len();
            let count = self.commands.len();
            let (directive, setting) = if command < count {
                (before, &self.commands[command])
            } else {
                (after, &self.settings.exec_stop_post[command - count])
            };
            self.phases.push(Phase {
                steps: vec![Step::Run(command)],
                forgets_control: command == first,
                waits_for: smallvec![Role::Control],
                limit: self.settings.timeout_stop.value,
                next: (command + 1 < end).then_some(Target::Phase(here + 1)),
                on_timeout,
                because: vec![
                    Reason::new(Aspect::Command, directive, setting.origin.as_ref()),
                    self.limit_reason(),
                ],
                ..Phase::empty(state, then)
            });
        }
    }

    /// The two phases that signal.
    fn signals(&mut self, [sigterm, sigkill]: [State; 2], then: Target, can_resume: bool) {
        let kill = &self.settings.kill;
        let here = self.phases.len();
        let after_first = if kill.send_sigkill.value { Target::Phase(here + 1) } else { then };
        let hangup = kill.send_sighup.value && kill.kill_signal.value != Signal::HUP;
        let origin = kill.kill_signal.origin.as_ref();
        let mut because = vec![
            Reason::new(Aspect::Recipients, "KillMode", kill.kill_mode.origin.as_ref()),
            Reason::new(Aspect::Signal, "KillSignal", origin),
            Reason::new(Aspect::Hangup, "SendSIGHUP", kill.send_sighup.origin.as_ref()),
            self.limit_reason(),
            Reason::new(Aspect::Escalation, "SendSIGKILL", kill.send_sigkill.origin.as_ref()),
        ];
        self.signal_phase(
            sigterm,
            kill.kill_signal.value,
            hangup,
            [then, after_first],
            can_resume,
            because.clone(),
        );
        if kill.send_sigkill.value {
            because[1] =
                Reason::new(Aspect::Signal, "FinalKillSignal", kill.final_kill_signal.origin.as_ref());
            because.remove(2);
            let signal = kill.final_kill_signal.value;
            self.signal_phase(sigkill, signal, false, [then, then], can_resume, because);
        }
    }

    fn signal_phase(
        &mut self,
        state: State,
        signal: Signal,
        hangup: bool,
        [then, otherwise]: [Target; 2],
        can_resume: bool,
        because: Vec<Reason>,
    ) {
        let is_last = matches!(state, State::StopSigkill | State::FinalSigkill | State::StopPreSigkill)
            || matches!(
                state,
                State::UnmountingSigkill | State::DeactivatingSigkill | State::RemountingSigkill
            );
        let is_scope = self.unit_type == UnitType::Scope;
        let control = (!is_scope).then_some(Role::Control);
        let rest = match self.settings.kill.kill_mode.value {
            KillMode::ControlGroup => Some(Role::Rest),
            KillMode::Mixed => is_last.then_some(Role::Rest),
            KillMode::Process | KillMode::None => None,
        };
        let control = control.filter(|_| self.settings.kill.kill_mode.value != KillMode::None);
        let waits_for: SmallVec<[Role; 4]> = control.into_iter().chain(rest).collect();
        self.phases.push(Phase {
            steps: steps(&waits_for, signal, hangup),
            waits_for,
            limit: self.settings.timeout_stop.value,
            resumes: can_resume.then_some(self.settings.timeout_stop.value),
            on_empty: is_scope.then_some(then),
            if_nobody: otherwise,
            on_timeout: otherwise,
            because,
            ..Phase::empty(state, then)
        });
    }

    fn limit_reason(&self) -> Reason {
        let directive = if self.unit_type == UnitType::Scope { "TimeoutStopSec" } else { "TimeoutSec" };
        Reason::new(Aspect::Limit, directive, self.settings.timeout_stop.origin.as_ref())
    }
}

//! A stop or a reload beside a kill: what differs, and which setting makes it so.
//!
//! Both are read off their plans. Nobody knows here how the processes react, so that a difference may depend on
//! that: it has a [`Condition`]. The two come to the same if no difference is without one: then they send the
//! same signals to the same processes (but for SIGCONT) and leave the same behind, as long as every process
//! ends of the first signal.

use crate::afterwards::{Afterwards, Becomes, Fate};
use crate::plan::{
    Action, Aspect, KillRequest, Phase, Plan, Presence, Reason, Role, State, Step, clean_main_exits,
};
use unitctl_parser::service::Service;
use unitctl_parser::value::command::Command;
use unitctl_parser::value::signal::Signal;

/// On what a difference depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A process does not end of the first signal.
    SomebodyStays,
    /// A process is stopped when the signal comes.
    SomebodyStopped,
    /// The main process does not catch the signal that it gets.
    NotCaught,
}

/// What differs. The one side is the stop, restart or reload, the other the kill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The kill is refused: there is no process of this role.
    Refused(Role),
    /// Commands run before any signal. After a kill those of `ExecStop=` run later, or not at all.
    Commands {
        /// The indices of the commands in the plan.
        commands: Vec<usize>,
        /// Whether the kill leads to them too.
        later: bool,
    },
    /// Only the one side signals processes of this role at first.
    Recipients {
        /// Which.
        role: Role,
        /// Whether it is the kill that does.
        by_kill: bool,
    },
    /// Both signal this role at first, with different signals.
    Signals {
        /// Whom.
        role: Role,
        /// What the one side sends, SIGCONT left aside.
        stop: Vec<Signal>,
        /// What the kill sends.
        kill: Vec<Signal>,
    },
    /// The one side sends SIGCONT as well.
    Continues,
    /// The one side goes on when its limit has passed: to SIGKILL, if that is left to it.
    Escalates {
        /// The phase that waits first.
        phase: usize,
        /// Whether anybody is killed in the end.
        kills: bool,
    },
    /// After a kill the service is started again.
    Restarts,
    /// After a kill the service is active all the same.
    StaysActive,
    /// The service counts as failed after the one and not after the other.
    Fails {
        /// After the kill?
        by_kill: bool,
    },
    /// `ExecStopPost=` runs before what is left is signalled again; after a kill behind that.
    OrderOfStopPost,
    /// The reload ends when the service says that it is ready.
    WaitsForAnswer,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub what: What,
    /// Only if this is so.
    pub only_if: Option<Condition>,
    /// The setting that makes it so; none if it is the nature of the two.
    pub because: Option<Reason>,
}

/// The plans that are compared.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The settings both are made of.
    pub service: &'a Service,
    /// The stop, restart or reload.
    pub stop: &'a Plan,
    /// The kill.
    pub kill: &'a Plan,
    /// What it was asked with.
    pub request: &'a KillRequest,
    /// What follows it.
    pub afterwards: &'a Afterwards,
}

/// Whether the two come to the same, as long as every process ends of the first signal.
pub fn are_same(differences: &[Difference]) -> bool {
    differences.iter().all(|difference| difference.only_if.is_some())
}

impl Pair<'_> {
    /// What differs, the most important first.
    pub fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        if let Some(role) = self.refused() {
            found.push(Difference { what: What::Refused(role), only_if: None, because: None });
            return found;
        }
        let is_reload = self.stop.action == Action::Reload;
        if is_reload {
            self.reload(&mut found);
        } else {
            self.commands(&mut found);
            self.first_signals(&mut found);
            self.end(&mut found);
            self.escalation(&mut found);
        }
        found
    }

    /// The role without which the kill is refused, if nobody has it for certain.
    fn refused(&self) -> Option<Role> {
        let start = self.kill.start;
        self.kill.demand.role.filter(|role| match role {
            Role::Main => start.main == Presence::No,
            Role::Control => start.control == Presence::No,
            Role::Rest | Role::Cgroup => false,
        })
    }

    /// The commands that come before any signal.
    fn commands(&self, found: &mut Vec<Difference>) {
        let phases = self.stop.phases.iter().filter(|phase| phase.state == State::Stop);
        let commands: Vec<usize> = phases.clone().filter_map(Phase::command).collect();
        if let Some(first) = phases.clone().next() {
            let because = reason(first, Aspect::Command);
            let what = What::Commands { commands, later: self.afterwards.runs_exec_stop };
            found.push(Difference { what, only_if: None, because });
        }
    }

    /// The first signals on both sides.
    fn first_signals(&self, found: &mut Vec<Difference>) {
        let Some(phase) = self.first_signalling() else { return };
        let mut continues = false;
        for role in [Role::Main, Role::Control, Role::Rest] {
            let stop = signals(phase, role);
            let kill: Vec<Signal> = self.kill.phases.iter().flat_map(|phase| signals(phase, role)).collect();
            let is_there = match role {
                Role::Main => self.stop.start.main != Presence::No,
                Role::Control => self.stop.start.control != Presence::No,
                // Where there may be no process at all, nobody is left out.
                Role::Rest | Role::Cgroup => self.stop.start.rest != Presence::No,
            };
            if !is_there {
                continue;
            }
            continues |= stop.contains(&Signal::CONT) && !kill.contains(&Signal::CONT);
            let stop = without_continue(stop, &kill);
            if stop == kill {
                continue;
            }
            if stop.is_empty() || kill.is_empty() {
                let because = if kill.is_empty() { None } else { reason(phase, Aspect::Recipients) };
                let what = What::Recipients { role, by_kill: stop.is_empty() };
                found.push(Difference { what, only_if: None, because });
                continue;
            }
            let has_hangup = stop.len() > kill.len() && stop.starts_with(&kill);
            let because = reason(phase, if has_hangup { Aspect::Hangup } else { Aspect::Signal });
            found.push(Difference { what: What::Signals { role, stop, kill }, only_if: None, because });
        }
        if continues {
            let only_if = Some(Condition::SomebodyStopped);
            found.push(Difference { what: What::Continues, only_if, because: None });
        }
    }

    /// The state of the service in the end.
    fn end(&self, found: &mut Vec<Difference>) {
        let then = self.afterwards;
        let because = then.because.first().cloned();
        if matches!(then.becomes, Becomes::Unchanged | Becomes::Exited) {
            // What decided is the signal, unless a setting gives it its effect.
            found.push(Difference { what: What::StaysActive, only_if: None, because });
            return;
        }
        let restarts = self.stop.action == Action::Restart;
        if then.restarts != restarts {
            found.push(Difference { what: What::Restarts, only_if: None, because });
        } else if then.restarts_if_cleanup_fails && !restarts {
            let only_if = Some(Condition::SomebodyStays);
            found.push(Difference { what: What::Restarts, only_if, because });
        }
        let fails_by_kill = then.becomes == Becomes::Failed;
        if !then.restarts && !restarts && fails_by_kill != self.fails_by_stop() {
            let what = What::Fails { by_kill: fails_by_kill };
            let only_if = (self.request.signal != Signal::KILL).then_some(Condition::NotCaught);
            found.push(Difference { what, only_if, because: None });
        }
        if then.runs_exec_stop_post && !self.service.exec_stop_post.is_empty() && then.main == Fate::Ends {
            let phase = self.stop.phases.iter().find(|phase| phase.state == State::StopPost);
            let because = phase.and_then(|phase| reason(phase, Aspect::Command));
            let only_if = Some(Condition::SomebodyStays);
            found.push(Difference { what: What::OrderOfStopPost, only_if, because });
        }
    }

    /// Whether the signal of the stop is one that a service may not die of.
    fn fails_by_stop(&self) -> bool {
        let Some(phase) = self.first_signalling() else { return false };
        let clean = clean_main_exits(self.service);
        let fatal = signals(phase, Role::Main).into_iter().find(|&signal| signal != Signal::CONT);
        !clean.any && fatal.is_some_and(|signal| !clean.signals.contains(&signal))
    }

    /// What the stop does when somebody stays.
    fn escalation(&self, found: &mut Vec<Difference>) {
        let Some(first) = self.first_signalling() else { return };
        let phase = self.stop.phases.iter().position(|phase| std::ptr::eq(phase, first)).unwrap_or_default();
        if first.waits_for.is_empty() {
            return;
        }
        let sigkill = |phase: &&Phase| matches!(phase.state, State::StopSigkill | State::FinalSigkill);
        let kills = self.stop.phases.iter().any(|phase| sigkill(&phase)) && !first.limit.is_infinite();
        let because = reason(first, Aspect::Limit);
        let only_if = Some(Condition::SomebodyStays);
        found.push(Difference { what: What::Escalates { phase, kills }, only_if, because });
    }

    /// A reload beside a kill: its commands, its signal, its answer.
    fn reload(&self, found: &mut Vec<Difference>) {
        let is_sole_signal = |command: &Command| {
            self.kill.demand.role == Some(Role::Main) && sends(command) == Some(self.request.signal)
        };
        let signals: Vec<Signal> =
            self.stop.phases.iter().flat_map(|phase| signals(phase, Role::Main)).collect();
        let does_the_same = matches!(&self.stop.commands[..], [only] if is_sole_signal(&only.command));
        if let Some(first) = self.stop.commands.first().filter(|_| !does_the_same) {
            let because = Some(Reason::new(Aspect::Command, first.directive, first.origin.as_ref()));
            let commands = (0..self.stop.commands.len()).collect();
            found.push(Difference {
                what: What::Commands { commands, later: false },
                only_if: None,
                because,
            });
        }
        let Some(phase) = self.stop.phases.iter().find(|phase| phase.state == State::ReloadSignal) else {
            return;
        };
        let kill = self.kill_signals(Role::Main);
        let stop = without_continue(signals, &kill);
        let because = reason(phase, Aspect::Signal);
        if stop != kill {
            let what = What::Signals { role: Role::Main, stop, kill };
            found.push(Difference { what, only_if: None, because: because.clone() });
        }
        if !self.kill_signals(Role::Rest).is_empty() {
            let what = What::Recipients { role: Role::Rest, by_kill: true };
            found.push(Difference { what, only_if: None, because: None });
        }
        let because = Some(Reason::new(Aspect::Limit, "Type", self.service.service_type.origin.as_ref()));
        found.push(Difference { what: What::WaitsForAnswer, only_if: None, because });
    }

    fn kill_signals(&self, role: Role) -> Vec<Signal> {
        self.kill.phases.iter().flat_map(|phase| signals(phase, role)).collect()
    }

    /// The phase of the stop that signals first when all goes well.
    fn first_signalling(&self) -> Option<&Phase> {
        self.stop.phases.iter().find(|phase| phase.state == State::StopSigterm)
    }
}

/// What a phase sends to a role, in order.
fn signals(phase: &Phase, role: Role) -> Vec<Signal> {
    let of_step = |step: &Step| match step {
        Step::Signal(send) if send.to == role || send.to == Role::Cgroup => send.signals.to_vec(),
        Step::KillCgroup { .. } if role == Role::Rest => vec![Signal::KILL],
        Step::Signal(_) | Step::Run(_) | Step::KillCgroup { .. } => Vec::new(),
    };
    phase.steps.iter().flat_map(of_step).collect()
}

/// The signals without the SIGCONT that only lets stopped processes see them.
fn without_continue(mut signals: Vec<Signal>, other: &[Signal]) -> Vec<Signal> {
    if !other.contains(&Signal::CONT) {
        signals.retain(|&signal| signal != Signal::CONT);
    }
    signals
}

/// The signal that a command such as `/bin/kill -HUP $MAINPID` sends to the main process and does nothing else.
fn sends(command: &Command) -> Option<Signal> {
    let words: Vec<_> = command.argv.iter().map(|word| word.to_string_lossy()).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let (program, rest) = words.split_first()?;
    if program.rsplit('/').next() != Some("kill") {
        return None;
    }
    let (name, to) = match rest {
        ["-s" | "--signal", name, to] => (*name, *to),
        [option, to] => (option.strip_prefix('-')?, *to),
        _ => return None,
    };
    let is_main = matches!(to, "$MAINPID" | "${MAINPID}");
    Signal::parse(name).ok().filter(|_| is_main)
}

fn reason(phase: &Phase, aspect: Aspect) -> Option<Reason> {
    phase.because.iter().find(|reason| reason.aspect == aspect).cloned()
}

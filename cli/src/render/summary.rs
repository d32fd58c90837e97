//! What a plan comes to, in a few sentences below the timeline.

use super::duration::human;
use super::reason;
use crate::context::Inspected;
use unitctl_executor::outlook::{Left, Outlook, Why, worst_case_unkillable};
use unitctl_executor::plan::{Action, Plan, Presence, Role};
use unitctl_parser::name::UnitType;
use unitctl_parser::service::Service;
use unitctl_parser::value::time_span::TimeSpan;

/// The sentences: how long it can take, who is never signalled, who may stay.
pub fn sentences(inspected: &Inspected, service: &Service, plan: &Plan, outlook: &Outlook) -> Vec<String> {
    if plan.action == Action::Kill {
        return vec!["One signal: nothing is waited for, nothing follows if it is ignored.".into()];
    }
    let mut sentences = vec![worst_case(inspected, service, plan, outlook)];
    if let Some(idles) = plan.commands.iter().map(|command| command.idles).find(|idles| *idles != ZERO) {
        sentences.push(format!(
            "Each command begins {} late, or not at all if its time is up by then: Type=idle waits for all jobs of systemd, \
             and this is one.",
            human(idles.micros().unwrap_or_default())
        ));
    }
    if plan.action == Action::Reload {
        if inspected.is_service() && plan.start.main != Presence::No {
            sentences.push("If the main process ends meanwhile, systemd stops the service.".into());
        }
        return sentences;
    }
    if let Some(sentence) = goes_on(plan) {
        sentences.push(sentence);
    }
    for role in &outlook.never_signalled {
        sentences.push(format!(
            "Never signalled: {}. {} stays.",
            who(*role),
            if *role == Role::Rest { "What is left of them" } else { "It" }
        ));
    }
    for left in outlook.left.iter().filter(|left| left.why != Why::NeverSignalled) {
        sentences.push(may_stay(inspected, service, left));
    }
    if plan.action == Action::Restart {
        sentences.push("Then the unit is started again, however the stop ended.".into());
    }
    sentences
}

const ZERO: TimeSpan = TimeSpan::from_secs(0);

/// What follows if the main process, which is a command that another one follows, ends well.
fn goes_on(plan: &Plan) -> Option<String> {
    let underway = plan.underway.filter(|underway| underway.role == Role::Main)?;
    plan.commands.first()?.next?;
    let limit = match underway.resumes.micros() {
        Some(limit) => format!("for {} at most", human(limit)),
        None => "however long that takes".to_owned(),
    };
    Some(format!(
        "If a command of ExecStart= ends with success after all, the next one is run all the same, not signalled, \
         and waited for {limit} (TimeoutStartSec=)."
    ))
}

fn worst_case(inspected: &Inspected, service: &Service, plan: &Plan, outlook: &Outlook) -> String {
    let unkillable = match (outlook.worst_case, worst_case_unkillable(plan)) {
        (Some(worst), Some(unkillable)) if unkillable > worst => {
            format!(" ({} if SIGKILL does not end a process: state D)", human(unkillable))
        }
        _ => String::new(),
    };
    match outlook.worst_case {
        Some(0) => format!("Over at once{unkillable}."),
        Some(worst) => format!("Worst case {}{unkillable}.", human(worst)),
        None => {
            let endless = plan.phases.iter().zip(&outlook.begins).filter(|(_, begins)| begins.is_some());
            let reason = endless
                .filter(|(phase, _)| phase.limit.is_infinite() && !phase.waits_for.is_empty())
                .flat_map(|(phase, _)| &phase.because)
                .find(|reason| reason.aspect == unitctl_executor::plan::Aspect::Limit);
            let because =
                reason.map_or("TimeoutStartSec=".into(), |r| reason::words(&inspected.unit, service, r));
            format!("No upper limit: it may take for ever ({because}).")
        }
    }
}

fn may_stay(inspected: &Inspected, service: &Service, left: &Left) -> String {
    let why = match left.why {
        Why::NeverSignalled => "never signalled",
        Why::NeverKilled => "asked to exit, never killed",
        Why::MaySurviveLastSignal => "the last signal is one that can be survived",
        Why::Overtaken => "the exit of another process can end the last phase before its turn comes",
    };
    let because = left
        .because
        .as_ref()
        .map_or(String::new(), |reason| format!("  {}", reason::words(&inspected.unit, service, reason)));
    format!("May stay: {} ({why}).{because}", who(left.role))
}

const fn who(role: Role) -> &'static str {
    match role {
        Role::Main => "the main process",
        Role::Control => "a command that is still running",
        Role::Rest => "the other processes of the unit",
        Role::Cgroup => "the processes of the unit",
    }
}

/// What follows when the processes of a unit that is no service have been killed (observed, but for a swap).
const fn of_other_killed(unit_type: UnitType) -> Option<&'static str> {
    Some(match unit_type {
        UnitType::Socket => "Whatever becomes of them, the socket goes on listening.",
        UnitType::Mount => "Whatever becomes of them, it stays mounted.",
        UnitType::Swap => "Whatever becomes of them, it stays in use.",
        UnitType::Scope => "When the last of them has ended the scope is gone, and it has not failed.",
        UnitType::Slice => "What follows is up to each unit in it, Restart= included.",
        _ => return None,
    })
}

/// What is to be said of a unit that is no service.
pub fn of_other(inspected: &Inspected, action: Action) -> Vec<String> {
    if inspected.is_service() {
        return Vec::new();
    }
    if action == Action::Kill {
        return of_other_killed(inspected.unit.id.unit_type()).map(str::to_owned).into_iter().collect();
    }
    let sentence = match inspected.unit.id.unit_type() {
        UnitType::Socket => "The socket is closed; the service that it starts goes on.",
        UnitType::Mount if action == Action::Reload => "It stays mounted, however that ends.",
        UnitType::Mount => {
            "If umount fails, because somebody is using it, it stays mounted. If something else was mounted there before, \
             that is unmounted as well, each mount with a limit of its own, 33 at most."
        }
        UnitType::Swap => "If swapoff fails, for want of memory, it stays.",
        UnitType::Slice => {
            "A slice has no processes of its own: the units in it are stopped, each by its own plan."
        }
        UnitType::Scope => return Vec::new(),
        _ => "It has no processes: only what depends on it is stopped.",
    };
    vec![sentence.into()]
}

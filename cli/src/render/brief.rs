//! A plan in one sentence, for who knows only `kill -9`.

use super::duration;
use std::path::Path;
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{Action, Phase, Plan, Role, State, Step, Target};
use unitctl_parser::value::signal::Signal;

/// What a stop comes to, as long as nothing fails; nothing of reloads and kills, whose plans are short.
pub fn sentence(plan: &Plan, outlook: &Outlook) -> Option<String> {
    if matches!(plan.action, Action::Reload | Action::Kill) || plan.phases.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let first = plan.phases.iter().position(|phase| !signals(phase).is_empty());
    let before = programs(plan, first.unwrap_or(plan.phases.len()), |state| state != State::StopPost);
    if !before.is_empty() {
        parts.push(format!("runs {before}"));
    }
    match first {
        Some(first) => signalled(plan, outlook, first, &mut parts),
        None => parts.push("no process is signalled".into()),
    }
    let after = programs(plan, plan.phases.len(), |state| state == State::StopPost);
    if !after.is_empty() {
        parts.push(format!("at the end runs {after}"));
    }
    Some(format!("In short: {}.", parts.join("; ")))
}

/// The first signal, and what follows for those who do not heed it.
fn signalled(plan: &Plan, outlook: &Outlook, first: usize, parts: &mut Vec<String>) {
    let is_later = !parts.is_empty();
    let then = if is_later { "then " } else { "" };
    let (mut at, mut reached) = (first, recipients(plan, outlook, first));
    parts.push(format!("{then}{} to {}", signals(&plan.phases[at]), who(&reached, is_later)));
    loop {
        let phase = &plan.phases[at];
        let Some(limit) = duration::limit(phase.limit) else {
            parts.push("however long that takes, it waits".into());
            // Those who have not been asked are killed when it has ended (KillMode=mixed).
            let is_reached = |index: &usize| outlook.begins[*index].is_some();
            let later = (at + 1..plan.phases.len()).filter(is_reached);
            let mut killed = later.filter(|index| plan.phases[*index].steps.iter().any(is_kill));
            if killed.any(|index| recipients(plan, outlook, index).iter().any(|role| !reached.contains(role)))
            {
                parts.push("then SIGKILL to all that are left".into());
            }
            return;
        };
        // The next of the same half: the one after it begins with asking again.
        let next = match phase.on_timeout {
            Target::Phase(next) if next > at && asks_harder(plan.phases[next].state) => next,
            _ => {
                if !phase.steps.iter().any(is_kill) {
                    parts.push("nobody is killed".into());
                }
                return;
            }
        };
        let limit = if at == first { limit } else { format!("another {limit}") };
        let also = recipients(plan, outlook, next);
        let signal = signals(&plan.phases[next]);
        parts.push(if also == reached && also == [Role::Main] {
            format!("if it is still there after {limit}, {signal}")
        } else if also == reached {
            format!("whoever is still there after {limit} gets {signal}")
        } else {
            format!("once that has ended, or after {limit}, {signal} to all that are left")
        });
        (at, reached) = (next, also);
    }
}

const fn asks_harder(state: State) -> bool {
    matches!(
        state,
        State::StopWatchdog
            | State::StopSigkill
            | State::FinalSigkill
            | State::StopPreSigkill
            | State::UnmountingSigkill
            | State::DeactivatingSigkill
    )
}

fn is_kill(step: &Step) -> bool {
    matches!(step, Step::Signal(send) if send.signals.contains(&Signal::KILL))
}

/// The signals of a phase without those that only wake; empty if it has none.
fn signals(phase: &Phase) -> String {
    let mut signals: Vec<Signal> = Vec::new();
    for step in &phase.steps {
        let Step::Signal(send) = step else { continue };
        for &signal in &send.signals {
            if signal != Signal::CONT && !signals.contains(&signal) {
                signals.push(signal);
            }
        }
    }
    signals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// Who may be there to get the signals of a phase, commands aside.
fn recipients(plan: &Plan, outlook: &Outlook, phase: usize) -> Vec<Role> {
    let is_there = |role: &Role| outlook.alive[phase].contains(role) || *role == Role::Cgroup;
    let mut roles: Vec<Role> = plan.phases[phase].waits_for.iter().copied().filter(is_there).collect();
    if roles.iter().any(|role| *role != Role::Control) {
        roles.retain(|role| *role != Role::Control);
    }
    roles
}

fn who(roles: &[Role], is_later: bool) -> &'static str {
    match (roles, is_later) {
        ([Role::Main], false) => "the main process",
        ([Role::Main], true) => "the main process if it is still there",
        ([Role::Control], _) => "the command if it is still running",
        (_, false) => "all processes",
        (_, true) => "all that are left",
    }
}

/// The names of the programs that the phases before `end` run, if `is_meant` says so of their states.
fn programs(plan: &Plan, end: usize, is_meant: impl Fn(State) -> bool) -> String {
    let commands = plan.phases[..end].iter().filter(|phase| is_meant(phase.state)).filter_map(Phase::command);
    let name = |command: usize| {
        let path = Path::new(&plan.commands[command].command.path);
        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = commands.map(name).collect();
    names.dedup();
    names.join(", then ")
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use unitctl_executor::outlook::Outlook;
    use unitctl_executor::plan::{self, Start};
    use unitctl_parser::load::{Loaded, SourceFile};
    use unitctl_parser::name::UnitName;
    use unitctl_parser::service::{ManagerDefaults, Service};
    use unitctl_parser::unit::{Expansion, Unit};
    use unitctl_parser::value::specifier::NameOnly;

    #[test]
    fn one_sentence_for_each_way_to_stop() {
        for (settings, expected) in [
            ("", "SIGTERM to all processes; whoever is still there after 90 s gets SIGKILL."),
            ("KillMode=process", "SIGTERM to the main process; if it is still there after 90 s, SIGKILL."),
            (
                "KillMode=mixed\nTimeoutStopSec=5",
                "SIGTERM to the main process; once that has ended, or after 5 s, SIGKILL to all that are left.",
            ),
            ("KillMode=none", "no process is signalled."),
            (
                "ExecStop=/bin/a b\nExecStopPost=/bin/c",
                "runs a; then SIGTERM to all that are left; whoever is still there after 90 s gets SIGKILL; at the end runs c.",
            ),
            ("SendSIGHUP=yes\nSendSIGKILL=no", "SIGTERM and SIGHUP to all processes; nobody is killed."),
            ("TimeoutStopSec=infinity", "SIGTERM to all processes; however long that takes, it waits."),
            (
                "TimeoutStopSec=infinity\nKillMode=mixed",
                "SIGTERM to the main process; however long that takes, it waits; then SIGKILL to all that are left.",
            ),
            (
                "TimeoutStopFailureMode=abort\nTimeoutAbortSec=9",
                "SIGTERM to all processes; whoever is still there after 90 s gets SIGABRT; whoever is still there after another 9 s gets SIGKILL.",
            ),
        ] {
            let text = format!("[Service]\nExecStart=/bin/d\n{settings}\n");
            let name = UnitName::parse("a.service").unwrap();
            let file = SourceFile { path: "a.service".into(), bytes: text.into(), void: None };
            let of = NameOnly("a.service");
            let expansion = Expansion { fragment: &of, drop_ins: &of };
            let unit = Unit::merge(Loaded::of_files(&name, Some(file), Vec::new()), expansion);
            let service = Service::read(&unit, expansion, &ManagerDefaults::default());
            let plan = plan::stop(&service, Start::usual(&service));
            let said = sentence(&plan, &Outlook::of(&plan)).unwrap();
            assert_eq!(said, format!("In short: {expected}"));
        }
    }
}

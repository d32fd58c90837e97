//! `ignored-trigger`: a timer or path is to start a unit that systemd does not let it start.

use super::prelude::*;
use unitctl_parser::name::UnitType;

pub(super) static RULE: Rule = Rule {
    name: "ignored-trigger",
    severity: Severity::Error,
    summary: "a timer or path is to start itself, or a second unit",
    rationale: "A timer or path starts one unit: the first that a `Unit=` names, else the service of its own name. systemd \
                ignores every further `Unit=`, and one that names the timer or path itself.",
    bad: example!("ignored-trigger", "bad.timer"),
    good: example!("ignored-trigger", "good.timer"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let section = match subject.unit.id.unit_type() {
        UnitType::Timer => "Timer",
        UnitType::Path => "Path",
        _ => return,
    };
    let mut first = None;
    for entry in subject.unit.history(section, "Unit").into_iter().flat_map(|history| &history.entries) {
        if entry.effect != unitctl_parser::unit::Effect::Set {
            continue;
        }
        if subject.unit.names.iter().any(|name| name.as_str() == &*entry.value) || &*entry.value == "%n" {
            findings
                .say(entry, "systemd ignores it: a unit cannot start itself")
                .help("name the service that is to be started");
        } else if let Some(first) = first {
            findings
                .say(entry, "systemd ignores it: only one unit can be started")
                .related(first, "this one is started")
                .help("start the other one by Wants= of this one, or by a timer of its own");
        } else {
            first = Some(entry);
        }
    }
}

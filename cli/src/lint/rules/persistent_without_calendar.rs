//! `persistent-without-calendar`: Persistent= counts only with OnCalendar=.

use super::prelude::*;
use unitctl_parser::value::boolean;

pub(super) static RULE: Rule = Rule {
    name: "persistent-without-calendar",
    severity: Severity::Warning,
    summary: "Persistent= counts only with OnCalendar=",
    rationale: "systemd keeps the time of the last run only for timers with `OnCalendar=`. A timer with \
                `OnBootSec=` and its like alone does not make up for what it missed.",
    bad: example!("persistent-without-calendar", "bad.timer"),
    good: example!("persistent-without-calendar", "good.timer"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.is_bare || subject.unit.effective("Timer", "OnCalendar").next().is_some() {
        return;
    }
    if let Some(entry) = subject.unit.deciding("Timer", "Persistent").filter(|entry| boolean::parse(&entry.value) == Ok(true)) {
        findings.say(entry, "without OnCalendar= nothing is made up for");
    }
}

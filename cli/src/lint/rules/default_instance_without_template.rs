//! `default-instance-without-template`: only templates have a default instance.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "default-instance-without-template",
    severity: Severity::Error,
    summary: "only templates have a default instance",
    rationale: "systemd ignores `DefaultInstance=` in a unit that is no template, that is whose name has \
                no `@` before the suffix.",
    bad: example!("default-instance-without-template", "bad.service"),
    good: example!("default-instance-without-template", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.unit.id.is_template() {
        return;
    }
    if let Some(history) = subject.unit.history("Install", "DefaultInstance") {
        for entry in &history.entries {
            findings.say(entry, "systemd ignores it: this unit is no template").severity(Severity::Error);
        }
    }
}

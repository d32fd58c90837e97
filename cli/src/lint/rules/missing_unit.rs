//! `missing-unit`: a unit that is required is not there.

use super::prelude::*;
use super::super::dependencies::units;

pub(super) static RULE: Rule = Rule {
    name: "missing-unit",
    severity: Severity::Warning,
    summary: "a unit that is required is not there",
    rationale: "A unit with `Requires=`, `Requisite=` or `BindsTo=` on one that is not there cannot be \
                started. Found only with `--root` or `--check-files`.",
    bad: example!("missing-unit", "bad.service"),
    good: example!("missing-unit", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    for (entry, span, name) in units(subject, &["Requires", "Requisite", "BindsTo", "Wants", "Upholds"]) {
        if name.contains('%') || machine.has_unit(&name) {
            continue;
        }
        let is_wish = matches!(&subject.unit.file(entry.file).bytes.get(entry.span.start), Some(b'W' | b'U'));
        let (what, severity) = if is_wish { ("nothing is started for it", Severity::Hint) } else { ("this unit cannot be started", Severity::Warning) };
        findings.say(subject.place_in(entry, span), format!("there is no unit {name}: {what}")).severity(severity);
    }
}

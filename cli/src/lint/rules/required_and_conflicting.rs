//! `required-and-conflicting`: a unit requires another one that it conflicts with.

use super::prelude::*;
use super::super::dependencies::units;

pub(super) static RULE: Rule = Rule {
    name: "required-and-conflicting",
    severity: Severity::Warning,
    summary: "a unit requires another one that it conflicts with",
    rationale: "Starting the unit starts the other one and stops it: the job is refused.",
    bad: example!("required-and-conflicting", "bad.service"),
    good: example!("required-and-conflicting", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let conflicts: Vec<_> = units(subject, &["Conflicts"]).collect();
    for (entry, span, name) in units(subject, &["Requires", "BindsTo", "Requisite", "Wants", "Upholds"]) {
        if let Some((other, _, _)) = conflicts.iter().find(|(_, _, other)| *other == name) {
            findings.say(subject.place_in(entry, span), format!("{name} is in Conflicts= too")).related(*other, "it is stopped here");
        }
    }
}

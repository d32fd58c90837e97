//! `ordered-both-ways`: a unit is ordered before and after the same other unit.

use super::prelude::*;
use super::super::dependencies::units;

pub(super) static RULE: Rule = Rule {
    name: "ordered-both-ways",
    severity: Severity::Warning,
    summary: "a unit is ordered before and after the same other unit",
    rationale: "Whoever is to start both, or to stop both, finds a cycle. systemd breaks it by leaving one \
                of the two jobs out: the unit may not be started, or not be stopped in its turn at \
                shutdown.",
    bad: example!("ordered-both-ways", "bad.service"),
    good: example!("ordered-both-ways", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let before: Vec<_> = units(subject, &["Before"]).collect();
    for (entry, span, name) in units(subject, &["After"]) {
        if let Some((other, _, _)) = before.iter().find(|(_, _, other)| *other == name) {
            findings.say(subject.place_in(entry, span), format!("{name} is in Before= too: this is a cycle")).related(*other, "the other way round");
        }
    }
}

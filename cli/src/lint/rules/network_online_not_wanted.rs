//! `network-online-not-wanted`: a unit waits for a target that it does not pull in.

use super::prelude::*;
use super::super::dependencies::units;

pub(super) static RULE: Rule = Rule {
    name: "network-online-not-wanted",
    severity: Severity::Hint,
    summary: "a unit waits for a target that it does not pull in",
    rationale: "`After=network-online.target` orders the unit behind the target if that is started at all, \
                and starts nothing. Where no other unit wants the target, the network may not be up. \
                `Wants=network-online.target` pulls it in.",
    bad: example!("network-online-not-wanted", "bad.service"),
    good: example!("network-online-not-wanted", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.is_bare {
        return;
    }
    const TARGET: &str = "network-online.target";
    let is_target = |(_, _, name): &(_, _, &str)| *name == TARGET;
    let Some((entry, span, _)) = units(subject, &["After"]).find(is_target) else { return };
    if !units(subject, &["Wants", "Requires", "BindsTo", "Requisite", "Upholds"]).any(|named| is_target(&named)) {
        findings.say(subject.place_in(entry, span), "nothing here starts network-online.target").help("add Wants=network-online.target");
    }
}

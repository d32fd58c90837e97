//! `depends-on-itself`: a unit depends on itself.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "depends-on-itself",
    severity: Severity::Warning,
    summary: "a unit depends on itself",
    rationale: "systemd drops such a dependency without a word. Mostly a name was copied and another unit \
                was meant.",
    bad: example!("depends-on-itself", "bad.service"),
    good: example!("depends-on-itself", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for named in subject.named_units().iter().filter(|named| named.directive.section == "Unit") {
        let is_own = named.word.text == "%n" || subject.unit.names.iter().any(|own| named.word.text == own.as_str());
        if is_own {
            let place = subject.place_in(named.entry, named.word.span.clone());
            findings.say(place, format!("{}= names the unit itself, which systemd drops", named.directive.name));
        }
    }
}

//! `depends-on-itself`: a unit depends on itself.

use super::prelude::*;
use unitctl_parser::value::kind::{ValueKind, kind_of};
use unitctl_parser::value::words::{Style, Words};

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
    for history in subject.unit.directives.values().filter(|history| history.directive.section == "Unit") {
        let directive = history.directive;
        if !matches!(kind_of(directive.section, directive.name, directive.value), ValueKind::Units) {
            continue;
        }
        for entry in history.effective() {
            for word in Words::new(&*entry.value, Style::QuotedRaw).flatten() {
                let is_own = |name: &str| matches!(name, "%n") || subject.unit.names.iter().any(|own| own.as_str() == name);
                if word.as_str().is_some_and(is_own) {
                    findings.say(subject.place_in(entry, word.span.clone()), format!("{}= names the unit itself, which systemd drops", directive.name));
                }
            }
        }
    }
}

//! `alias-of-another-type`: an alias is a unit of another type.

use super::prelude::*;
use unitctl_parser::name::UnitName;
use unitctl_parser::value::words::{Style, Words};

pub(super) static RULE: Rule = Rule {
    name: "alias-of-another-type",
    severity: Severity::Error,
    summary: "an alias is a unit of another type",
    rationale: "An alias has the suffix of its unit: a service can not be called `.socket`. `systemctl \
                enable` refuses the unit.",
    bad: example!("alias-of-another-type", "bad.service"),
    good: example!("alias-of-another-type", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let own = subject.unit.id.unit_type();
    for entry in subject.unit.effective("Install", "Alias") {
        for word in Words::new(&entry.value, Style::QuotedRaw) {
            let Ok(word) = word else { break };
            let Some(name) = word.as_str().and_then(|name| UnitName::parse(name).ok()) else { continue };
            if own.may_alias() && name.unit_type() != own {
                findings
                    .say(subject.place_in(entry, word.span.clone()), format!("systemctl enable refuses it: an alias of a {own} ends in .{own}"))
                    .help(format!("write {}.{own}", name.without_suffix()));
            }
        }
    }
}

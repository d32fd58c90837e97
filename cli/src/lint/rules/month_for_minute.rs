//! `month-for-minute`: M is a month.

use super::prelude::*;
use unitctl_parser::value::kind::ValueKind;

pub(super) static RULE: Rule = Rule {
    name: "month-for-minute",
    severity: Severity::Warning,
    summary: "M is a month",
    rationale: "Units of time are case-sensitive: `5M` is five months, `5m` and `5min` are five minutes. \
                With `TimeoutStopSec=5M` a process that hangs is killed after five months.",
    bad: example!("month-for-minute", "bad.service"),
    good: example!("month-for-minute", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for history in subject.unit.directives.iter() {
        if !matches!(history.directive.value, "SECONDS") || !matches!(history.kind, ValueKind::Time(_)) {
            continue;
        }
        for entry in history.effective() {
            let digits_before = |at: usize| entry.value[..at].trim_end().ends_with(|c: char| c.is_ascii_digit());
            let alone = |at: usize| !entry.value[at + 1..].starts_with(char::is_alphabetic);
            let month = entry.value.match_indices('M').map(|(at, _)| at).find(|&at| digits_before(at) && alone(at));
            if let Some(at) = month {
                let place = subject.place_in(entry, at..at + 1);
                findings.say(place.clone(), "M is a month").help("write `min` for minutes, or `month`").fix(place.span, "min");
            }
        }
    }
}

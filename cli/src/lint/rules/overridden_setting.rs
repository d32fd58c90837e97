//! `overridden-setting`: a setting is set again below with another value.

use super::prelude::*;
use unitctl_parser::unit::Effect;
use unitctl_parser::value::kind::ValueKind;

pub(super) static RULE: Rule = Rule {
    name: "overridden-setting",
    severity: Severity::Warning,
    summary: "a setting is set again below with another value",
    rationale: "Of a directive that holds one value the last assignment counts, also within a file. The \
                first one has no effect, and whoever reads it believes in it: a `KillMode=mixed` that is \
                followed by `KillMode=process` leaves the children running.",
    bad: example!("overridden-setting", "bad.service"),
    good: example!("overridden-setting", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for history in subject.unit.directives.iter().filter(|history| history.entries.len() > 1) {
        let directive = history.directive;
        if !holds_one_value(history.kind) {
            continue;
        }
        for pair in history.entries.windows(2) {
            let [first, second] = pair else { continue };
            let both_set = first.effect == Effect::Set && second.effect == Effect::Set;
            if both_set && first.file == second.file && first.value != second.value {
                findings
                    .say(first, format!("line {} sets {}= again, so this has no effect", second.line, directive.name))
                    .related(second, "this one counts");
            }
        }
    }
}

const fn holds_one_value(kind: ValueKind) -> bool {
    use ValueKind as K;
    matches!(
        kind,
        K::Boolean(..)
            | K::Words(..)
            | K::WordsOrBoolean(_)
            | K::WordsOrNumber(..)
            | K::Number(..)
            | K::Signal
            | K::Time(_)
            | K::Nanoseconds
            | K::Mode
            | K::PidFile
            | K::WorkingDirectory
            | K::User
            | K::Limit(_)
            | K::Memory(_)
            | K::TasksMax
            | K::KillMode
            | K::Slice
            | K::BusName
            | K::StandardInput
            | K::StandardOutput
    )
}

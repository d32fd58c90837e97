//! `quotes-kept`: the quotes become part of the text.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "quotes-kept",
    severity: Severity::Hint,
    summary: "the quotes become part of the text",
    rationale: "Only lists and command lines understand quotes. A text such as `Description=` is shown \
                with them.",
    bad: example!("quotes-kept", "bad.service"),
    good: example!("quotes-kept", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in subject.unit.effective("Unit", "Description") {
        let inner = entry.value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains('"')) else { continue };
        let place = subject.place_in(entry, 0..entry.value.len());
        let finding = findings.say(place.clone(), "the quotes are shown as part of the description");
        finding.help("leave the quotes out").fix(place.span, inner);
    }
}

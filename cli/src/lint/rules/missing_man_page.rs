//! `missing-man-page`: the page of the manual is not there.

use super::prelude::*;
use unitctl_parser::value::words::{Style, Words};

pub(super) static RULE: Rule = Rule {
    name: "missing-man-page",
    severity: Severity::Hint,
    summary: "the page of the manual is not there",
    rationale: "`systemctl help` opens the documents of `Documentation=`, and `systemd-analyze verify` \
                complains of pages that are missing. Found only with `--root` or `--check-files`, and only \
                where there is a manual.",
    bad: example!("missing-man-page", "bad.service"),
    good: example!("missing-man-page", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    for entry in subject.unit.effective("Unit", "Documentation") {
        for word in Words::new(&entry.value, Style::Quoted).flatten() {
            let Some((page, section)) = word.as_str().and_then(|text| text.strip_prefix("man:")?.strip_suffix(')')?.split_once('(')) else {
                continue;
            };
            if !page.contains('%') && !section.is_empty() && section.is_ascii() && machine.has_manual() && !machine.has_page(page, section) {
                findings.say(subject.place_in(entry, word.span.clone()), format!("there is no page {page}({section}) in the manual"));
            }
        }
    }
}

//! `blank-after-backslash`: blanks behind a backslash keep it from continuing the line.

use super::prelude::*;
use unitctl_parser::syntax::{LineKind, Stray};

pub(super) static RULE: Rule = Rule {
    name: "blank-after-backslash",
    severity: Severity::Warning,
    summary: "blanks behind a backslash keep it from continuing the line",
    rationale: "Only a backslash that is the last character of a line continues it. With a blank behind it \
                the value ends in a backslash, and the next line is read as a line of its own.",
    bad: example!("blank-after-backslash", "bad.service"),
    good: example!("blank-after-backslash", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for file in subject.files() {
        let bytes = &subject.unit.file(file).bytes;
        if !super::has_backslash_before(bytes, b" \t") {
            continue;
        }
        // The backslash that was to continue a line.
        let mut before: Option<std::ops::Range<usize>> = None;
        for line in subject.lines(file) {
            let begins_text = matches!(line.kind, LineKind::Stray(Stray::MissingEquals, _)) || matches!(&line.kind, LineKind::Assignment { key, .. } if key.contains([' ', '/', '-']));
            if let Some(span) = before.take().filter(|_| begins_text) {
                let shown = bytes[line.span.clone()].trim_ascii_end().len();
                let place = Place { file, span: span.start..line.span.start + shown };
                findings.instead_of_all_in(subject, &place);
                findings
                    .say(place, "the blank behind the backslash keeps it from continuing the line")
                    .severity(Severity::Error)
                    .related(Place { file, span: span.clone() }, "here")
                    .help("remove the blanks behind the backslash")
                    .fix(span.start + 1..span.end, "");
            }
            let (text, _) = super::split_end(&bytes[line.span.clone()]);
            let stripped = text.trim_ascii_end();
            if matches!(line.kind, LineKind::Assignment { .. }) && stripped.ends_with(b"\\") && stripped.len() < text.len() {
                before = Some(line.span.start + stripped.len() - 1..line.span.start + text.len());
            }
        }
    }
}

//! `unused-suppression`: a comment allows what is not there. Found when comments are applied to findings.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "unused-suppression",
    severity: Severity::Hint,
    summary: "a comment allows something that is not there",
    rationale: "A comment `# unitctl: allow RULE, reason` that allows nothing, because the line has changed or the \
                rule's name is misspelt, would hide the next mistake of this kind, or does not hide the one it was \
                written for. Directly above a line it speaks of that line, above a section header or an empty line \
                of the whole file.",
    bad: example!("unused-suppression", "bad.service"),
    good: example!("unused-suppression", "good.service"),
    check: |_, _| {},
};

//! `continuation-swallows-line`: a backslash at the end of a line makes the next directive part of the value.

use super::prelude::*;
use unitctl_parser::directive;
use unitctl_parser::syntax::{LineKind, physical_lines};

pub(super) static RULE: Rule = Rule {
    name: "continuation-swallows-line",
    severity: Severity::Warning,
    summary: "a backslash at the end of a line makes the next directive part of the value",
    rationale: "A line that ends in a backslash goes on with the next one, whatever that is. A directive \
                that follows becomes arguments of the command before it, and what it was to set keeps its \
                default.",
    bad: example!("continuation-swallows-line", "bad.service"),
    good: example!("continuation-swallows-line", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for file in subject.files() {
        let bytes = &subject.unit.file(file).bytes;
        if !super::has_backslash_before(bytes, b"\n\r") {
            continue;
        }
        let mut section = String::new();
        for line in subject.lines(file) {
            match &line.kind {
                LineKind::Section(name) => name.as_str().clone_into(&mut section),
                LineKind::Assignment { value, .. } if value.is_continued() => {
                    for physical in physical_lines(&bytes[line.span.clone()]).skip(1) {
                        let span = line.span.start + physical.start..line.span.start + physical.end;
                        if is_line_of_its_own(&bytes[span.clone()], &section) {
                            findings
                                .say(Place { file, span }, "this belongs to the value above, which ends in a backslash")
                                .help("remove the backslash, or put blanks before this line if it does belong there");
                            break;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a physical line is a directive of the section or a section header.
fn is_line_of_its_own(line: &[u8], section: &str) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let is_header = text.strip_prefix('[').and_then(|rest| rest.trim_end().strip_suffix(']'));
    let key = text.split_once('=').map(|(key, _)| key.trim_end());
    is_header.is_some_and(|name| directive::sections().any(|section| section == name))
        || key.is_some_and(|key| directive::find(section, key).is_some())
}

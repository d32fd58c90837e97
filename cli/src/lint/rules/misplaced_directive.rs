//! `misplaced-directive`: said by the parser; the fix moves the line.

use super::prelude::*;
use super::super::finding::Edit;
use unitctl_parser::diagnostic::Diagnostic;
use unitctl_parser::directive;
use unitctl_parser::syntax::{Line, LineKind};
use unitctl_parser::unit::sections;
use unitctl_parser::value::kind::{ValueKind, kind_of};

pub(super) static RULE: Rule = Rule {
    name: "misplaced-directive",
    severity: Severity::Error,
    summary: "the directive belongs to another section",
    rationale: "systemd looks a directive up in the section it stands in and ignores it where that does not have it. \
                `KillMode=` in `[Unit]` changes nothing: every process of the control group is signalled as by \
                default. The fix moves the line to the end of its section, where the file has that once and the \
                directive is not set yet.",
    bad: example!("misplaced-directive", "bad.service"),
    good: example!("misplaced-directive", "good.service"),
    check: |subject, findings| super::pass_on_with(RULE.name, subject, findings, |diagnostic| moved(subject, diagnostic).unwrap_or_default()),
};

/// The changes that move the line to the end of its section, where that is certain to be meant: one section of the file
/// knows it, and does not have it yet, except for lists of units. What is above it in comments goes along, unless it may
/// be about the line below too: then nothing is moved.
fn moved(subject: &Subject<'_>, diagnostic: &Diagnostic) -> Option<Vec<Edit>> {
    let bytes = &subject.unit.file(diagnostic.file).bytes;
    let key = std::str::from_utf8(bytes.get(diagnostic.span.clone())?).ok()?;
    let mut homes = sections(subject.unit.id.unit_type()).iter().filter_map(|section| directive::find(section, key));
    let home = homes.next().filter(|_| homes.next().is_none())?;
    let is_list = matches!(kind_of(home.section, home.name, home.value), ValueKind::Units);
    if !is_list && subject.unit.history(home.section, home.name).is_some() {
        return None;
    }
    let lines: Vec<Line<'_>> = subject.lines(diagnostic.file).collect();
    let at = lines.iter().position(|line| line.span.contains(&diagnostic.span.start))?;
    let comments = lines[..at].iter().rev().take_while(|line| line.kind == LineKind::Comment).count();
    let is_followed = lines.get(at + 1).is_some_and(|line| matches!(line.kind, LineKind::Assignment { .. } | LineKind::Stray(..)));
    if comments > 0 && is_followed {
        return None;
    }
    let is_header = |line: &&Line<'_>| matches!(&line.kind, LineKind::Section(name) if name.as_str() == home.section);
    let mut headers = lines.iter().filter(is_header);
    let header = headers.next().filter(|_| headers.next().is_none())?;
    let own = lines.iter().skip_while(|line| line.span.start < header.span.end);
    let own = own.take_while(|line| !matches!(line.kind, LineKind::Section(_)));
    let last = own.filter(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment)).last().unwrap_or(header);
    let taken = lines[at - comments].span.start..lines[at].span.end;
    let (text, end) = super::split_end(&bytes[taken.clone()]);
    let (before, end_before) = super::split_end(&bytes[last.span.clone()]);
    // Either would go on in what follows it.
    if text.ends_with(b"\\") || before.ends_with(b"\\") {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let end = std::str::from_utf8(if end_before.is_empty() { end } else { end_before }).ok()?;
    let text = if end_before.is_empty() { format!("{end}{text}") } else { format!("{text}{end}") };
    Some(vec![Edit { span: taken, text: String::new() }, Edit { span: last.span.end..last.span.end, text }])
}

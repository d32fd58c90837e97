//! `comment-after-value`: a comment stands behind a value.

use super::prelude::*;
use unitctl_parser::value::kind::ValueKind;

pub(super) static RULE: Rule = Rule {
    name: "comment-after-value",
    severity: Severity::Error,
    summary: "a comment stands behind a value",
    rationale: "Comments have lines of their own. What stands behind a value belongs to it: the value is \
                rejected, or it names a file or a user that does not exist, or a program gets `#` and all \
                that follows as arguments.",
    bad: example!("comment-after-value", "bad.service"),
    good: example!("comment-after-value", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Where systemd rejects the value for it. Several may be said of one line: its bytes, and where the comment begins.
    let mut latest: Option<(Place, Option<usize>)> = None;
    for (index, diagnostic) in subject.unit.diagnostics.iter().enumerate() {
        let start = diagnostic.span.start;
        if diagnostic.rule != "invalid-value" {
            continue;
        }
        let known = latest.as_ref();
        if known.is_none_or(|(line, _)| line.file != diagnostic.file || !line.span.contains(&start)) {
            let bytes = &subject.unit.file(diagnostic.file).bytes;
            let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0);
            let begin = bytes[..start].iter().rposition(is_end).map_or(0, |at| at + 1);
            let end = bytes[start..].iter().position(is_end).map_or(bytes.len(), |at| start + at);
            // What is wrong reaches into the comment.
            let comment = comment(&bytes[begin..end]).map(|at| begin + at).filter(|at| diagnostic.span.end > *at);
            if let Some(at) = comment {
                let end = begin + bytes[begin..end].trim_ascii_end().len();
                let finding = findings.say(
                    Place { file: diagnostic.file, span: at..end },
                    "this is no comment: it belongs to the value before it, which systemd cannot read so",
                );
                finding.help("write comments on lines of their own");
                let text = |range: std::ops::Range<usize>| std::str::from_utf8(&bytes[range]).ok();
                let goes_on = bytes[..end].ends_with(b"\\") || bytes[..begin].trim_ascii_end().ends_with(b"\\");
                if let (Some(value), Some(comment), false) = (text(begin..at), text(at..end), goes_on) {
                    let ending = if bytes.get(end) == Some(&b'\r') { "\r\n" } else { "\n" };
                    finding.fix(begin..end, format!("{comment}{ending}{}", value.trim_end()));
                }
            }
            latest = Some((Place { file: diagnostic.file, span: begin..end + 1 }, comment));
        }
        if latest.as_ref().is_some_and(|(_, comment)| comment.is_some()) {
            findings.instead_of(index);
        }
    }
    // Where it becomes part of a name.
    for history in subject.unit.directives.iter() {
        if !is_name(history.kind) {
            continue;
        }
        for entry in history.effective() {
            let Some(at) = entry.value.find(" #") else { continue };
            findings
                .say(subject.place_in(entry, at + 1..entry.value.len()), "this is no comment: it belongs to the name before it")
                .severity(Severity::Warning)
                .help("write comments on lines of their own");
        }
    }
    // Where it becomes arguments.
    for (line, command) in subject.commands().filter(|(_, command)| !command.is_for_shell()) {
        let written = |word: &unitctl_parser::value::words::Word| line.entry.value[word.span.clone()].starts_with('#');
        let hash = command.arguments().iter().find(|word| written(word) && matches!(word.as_str(), Some("#" | "##")));
        if let Some(word) = hash {
            let place = subject.place_in(line.entry, word.span.start..line.entry.value.len());
            findings
                .say(place, format!("this is no comment: {} gets it as arguments", command.name()))
                .severity(Severity::Warning)
                .help("write comments on lines of their own");
        }
    }
}

/// Whether all of a value is one name, which may hold blanks.
const fn is_name(kind: ValueKind) -> bool {
    use ValueKind as K;
    matches!(
        kind,
        K::Path(_)
            | K::PidFile
            | K::WorkingDirectory
            | K::EnvironmentFile
            | K::User
            | K::Condition(true)
            | K::Fifo
            | K::StandardInput
            | K::StandardOutput
    )
}

/// Where in a line something begins that looks like a comment.
fn comment(line: &[u8]) -> Option<usize> {
    line.windows(2).position(|pair| matches!(pair, [b' ' | b'\t', b'#' | b';'])).map(|at| at + 1).filter(|at| *at > 1)
}

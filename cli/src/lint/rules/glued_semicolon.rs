//! `glued-semicolon`: a semicolon parts commands only where it stands alone.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "glued-semicolon",
    severity: Severity::Warning,
    summary: "a semicolon parts commands only where it stands alone",
    rationale: "`/bin/a; /bin/b` runs one program that is called `/bin/a;`, or hands it the argument `b;`. \
                Write a blank before the `;`, or better a line for each command.",
    bad: example!("glued-semicolon", "bad.service"),
    good: example!("glued-semicolon", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands().filter(|(_, command)| !command.is_for_shell()) {
        for word in command.words.iter().filter(|word| !word.quoted) {
            let text = word.as_str().unwrap_or_default();
            let is_glued = text.ends_with(';') || text.starts_with(";/");
            let is_more = text.bytes().any(|byte| byte != b';');
            if is_more && is_glued && word.bad_escapes.is_empty() && !text.ends_with("\\;") {
                findings
                    .say(subject.place_of_word(line, word), "this semicolon belongs to the word, and parts no commands")
                    .help("write each command on a line of its own");
            }
        }
    }
}

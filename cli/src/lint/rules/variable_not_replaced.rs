//! `variable-not-replaced`: a variable stands inside a word, where only braces have it replaced.

use super::prelude::*;
use super::super::variables::{Known, commands};
use unitctl_parser::value::environment::is_name;

pub(super) static RULE: Rule = Rule {
    name: "variable-not-replaced",
    severity: Severity::Warning,
    summary: "a variable stands inside a word, where only braces have it replaced",
    rationale: "`$NAME` is replaced only where it is a whole word. Inside a word, as in `--port=$PORT`, it \
                stays as it is written; `--port=${PORT}` is replaced.",
    bad: example!("variable-not-replaced", "bad.service"),
    good: example!("variable-not-replaced", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut known = None;
    for (line, command) in commands(subject).filter(|(_, command)| !command.is_for_shell()) {
        for word in command.arguments() {
            let Some(name) = word.as_str().and_then(inside) else { continue };
            let known = known.get_or_insert_with(|| Known::of(subject));
            // Where nobody sets it, a dollar sign may be meant.
            if known.has(name) || known.more {
                findings
                    .say(subject.place_of_word(line, word), format!("${name} is not replaced inside a word"))
                    .help(format!("write ${{{name}}}"));
            }
        }
    }
}

/// The name of the first variable without braces that stands behind something else.
fn inside(word: &str) -> Option<&str> {
    let mut rest = word;
    while let Some(at) = rest.find('$') {
        let behind = &rest[at + 1..];
        if let Some(next) = behind.strip_prefix(['$', '{']) {
            rest = next;
            continue;
        }
        let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(behind.len());
        let is_whole_word = rest.len() == word.len() && at == 0 && end == behind.len();
        if is_name(&behind[..end]) && !is_whole_word && behind[..end].bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Some(&behind[..end]);
        }
        rest = behind;
    }
    None
}

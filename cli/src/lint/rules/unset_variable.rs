//! `unset-variable`: a variable is nowhere set.

use super::prelude::*;
use super::super::variables::{Known, commands, replaced};

pub(super) static RULE: Rule = Rule {
    name: "unset-variable",
    severity: Severity::Warning,
    summary: "a variable is nowhere set",
    rationale: "systemd replaces variables by what `Environment=`, `EnvironmentFile=`, `PassEnvironment=` \
                and itself set, and by nothing where none of them does: `$NAME` as a word vanishes, \
                `${NAME}` becomes empty. `HOME`, `SHELL` and `LOGNAME` are set only with `User=` or \
                `SetLoginEnvironment=yes`.",
    bad: example!("unset-variable", "bad.service"),
    good: example!("unset-variable", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.service().is_none() {
        return;
    }
    let mut known = None;
    for (line, command) in commands(subject).filter(|(_, command)| !command.is_for_shell()) {
        for word in command.arguments() {
            for name in word.as_str().map(replaced).unwrap_or_default() {
                let known = known.get_or_insert_with(|| Known::of(subject));
                if known.more || known.has(name) || super::misspelt_variable::meant(name).is_some() {
                    continue;
                }
                findings
                    .say(subject.place_of_word(line, word), format!("${name} is nowhere set, and is replaced by nothing"))
                    .help("set it with Environment=, or write $$ for a dollar sign");
            }
        }
    }
}

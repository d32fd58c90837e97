//! `unset-variable`: a variable is nowhere set.

use super::prelude::*;
use super::super::variables::{Known, commands, place_of, replaced};
use super::{misspelt_variable, shell_variable_replaced};

pub(super) static RULE: Rule = Rule {
    name: "unset-variable",
    severity: Severity::Warning,
    summary: "a variable is nowhere set",
    rationale: "systemd replaces variables by what `Environment=`, `EnvironmentFile=`, `PassEnvironment=` \
                and itself set, and by nothing where none of them does: `$NAME` as a word vanishes, \
                `${NAME}` becomes empty, also in the script of a shell. `HOME`, `SHELL` and `LOGNAME` are set only with `User=` or \
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
    for (line, command) in commands(subject) {
        for word in command.arguments() {
            let text = word.as_str().unwrap_or_default();
            let script = command.script().filter(|script| script.span == word.span).map(|_| text);
            let mut said = Vec::new();
            for name in replaced(text) {
                let known = known.get_or_insert_with(|| Known::of(subject));
                let explained = known.more
                    || known.has(name)
                    || misspelt_variable::meant(name).is_some()
                    || script.is_some_and(|script| shell_variable_replaced::is_set_by(script, name));
                if explained || said.contains(&name) {
                    continue;
                }
                said.push(name);
                let place = place_of(subject, line, word, name);
                if script.is_some() {
                    findings
                        .say(place, format!("${name} is nowhere set, and systemd replaces it by nothing before the shell sees it"))
                        .help(format!("set it with Environment=, or leave it to the shell with $${{{name}}}"));
                } else {
                    findings
                        .say(place, format!("${name} is nowhere set, and is replaced by nothing"))
                        .help("set it with Environment=, or write $$ for a dollar sign");
                }
            }
        }
    }
}

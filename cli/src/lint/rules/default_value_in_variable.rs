//! `default-value-in-variable`: systemd has no default values for variables.

use super::prelude::*;
use super::super::variables::commands;

pub(super) static RULE: Rule = Rule {
    name: "default-value-in-variable",
    severity: Severity::Warning,
    summary: "systemd has no default values for variables",
    rationale: "`${NAME:-value}` is the shell's. systemd leaves it as it is written, and the program gets \
                these very characters. A default is set with `Environment=`, which `EnvironmentFile=` \
                overrides.",
    bad: example!("default-value-in-variable", "bad.service"),
    good: example!("default-value-in-variable", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in commands(subject).filter(|(_, command)| !command.is_for_shell()) {
        for word in command.arguments() {
            let Some(text) = word.as_str().filter(|text| text.as_bytes().contains(&b'$')) else { continue };
            let has_default = text.split("${").skip(1).any(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                end > 0 && [":-", ":+", ":=", ":?"].iter().any(|mark| rest[end..].starts_with(mark)) && rest.contains('}')
            });
            if has_default {
                findings
                    .say(subject.place_of_word(line, word), "systemd has no default values for variables, and leaves this as it is")
                    .help("set the default with Environment=");
            }
        }
    }
}

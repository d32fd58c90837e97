//! `assignment-before-program`: a variable is set in front of the program, as only shells understand it.

use super::prelude::*;
use unitctl_parser::value::environment::is_name;

pub(super) static RULE: Rule = Rule {
    name: "assignment-before-program",
    severity: Severity::Warning,
    summary: "a variable is set in front of the program, as only shells understand it",
    rationale: "systemd takes the first word for the program: it looks for one that is called \
                `NAME=value`, finds none, and the command fails with status 203.",
    bad: example!("assignment-before-program", "bad.service"),
    good: example!("assignment-before-program", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let Some((name, _)) = command.program().split_once('=').filter(|(name, _)| is_name(name)) else { continue };
        let Some(first) = command.words.first() else { continue };
        findings
            .say(subject.place_of_word(line, first), format!("this is taken for the name of the program, not for a value of {name}"))
            .help("use Environment=, or /usr/bin/env before it");
    }
}

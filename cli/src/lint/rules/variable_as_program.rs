//! `variable-as-program`: the program is named by a variable, which systemd does not replace there.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "variable-as-program",
    severity: Severity::Warning,
    summary: "the program is named by a variable, which systemd does not replace there",
    rationale: "Variables are replaced in arguments only. systemd looks for a program that is called \
                `$PROGRAM`, finds none, and the command fails with status 203.",
    bad: example!("variable-as-program", "bad.service"),
    good: example!("variable-as-program", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands().filter(|(_, command)| command.program().contains('$') && !command.prefixes().contains('|')) {
        let Some(first) = command.words.first() else { continue };
        findings
            .say(subject.place_of_word(line, first), format!("{} is taken for the name of the program", command.program()))
            .help("write the path of the program, or let a shell replace it: /bin/sh -c 'exec …'");
    }
}

//! `command-substitution-in-exec`: the output of a command is to be inserted, and no shell does it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "command-substitution-in-exec",
    severity: Severity::Warning,
    summary: "the output of a command is to be inserted, and no shell does it",
    rationale: "`$(…)` and backquotes are the shell's. systemd hands them to the program as they are \
                written; a word that is `$(cat` even vanishes, as it looks like a variable without a name.",
    bad: example!("command-substitution-in-exec", "bad.service"),
    good: example!("command-substitution-in-exec", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands().filter(|(_, command)| !command.is_for_shell()) {
        let starts = |word: &&unitctl_parser::value::words::Word| {
            word.as_str().is_some_and(|text| text.contains("$(") || text.matches('`').count() == 1 || text.matches('`').count() == 2)
        };
        if let Some(word) = command.arguments().iter().find(starts) {
            findings
                .say(subject.place_of_word(line, word), "no shell reads this line, so no command is run here")
                .help("use /bin/sh -c '…', or a variable such as $MAINPID");
        }
    }
}

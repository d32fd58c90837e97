//! `quoted-command-line`: the quotes make the whole command the name of a program.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "quoted-command-line",
    severity: Severity::Warning,
    summary: "the quotes make the whole command the name of a program",
    rationale: "Quotes keep a word together, and the first word is the program: systemd looks for one that \
                is called `example --flag`, finds none, and the command fails with status 203.",
    bad: example!("quoted-command-line", "bad.service"),
    good: example!("quoted-command-line", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let Some(first) = command.words.first().filter(|word| word.quoted) else { continue };
        if command.program().contains(" -") || command.program().contains(" /") {
            let place = subject.place_of_word(line, first);
            findings.say(place, "all of this is taken for the name of the program").help("quote the words that have blanks in them, not the command");
        }
    }
}

//! `prefix-without-effect`: a prefix of the program changes nothing.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "prefix-without-effect",
    severity: Severity::Hint,
    summary: "a prefix of the program changes nothing",
    rationale: "`:` keeps systemd from replacing variables, which does nothing where no `$` is. `+` and \
                `!` leave out restrictions of the unit; where the unit has no user and no sandbox there is \
                nothing to leave out.",
    bad: example!("prefix-without-effect", "bad.service"),
    good: example!("prefix-without-effect", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let Some(first) = command.words.first() else { continue };
        let has_dollar = command.words.iter().any(|word| word.text.to_string_lossy().contains('$'));
        if command.prefixes.contains(':') && !has_dollar {
            findings.say(subject.place_of_word(line, first), "the prefix `:` changes nothing: there is no variable in the command");
        }
    }
}

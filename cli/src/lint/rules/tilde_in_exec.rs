//! `tilde-in-exec`: ~ does not become a home directory.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "tilde-in-exec",
    severity: Severity::Warning,
    summary: "~ does not become a home directory",
    rationale: "Only shells replace `~`. The program is handed the character and looks for a directory of \
                that name below its working directory. `%h` is the home directory of the user whose \
                service manager it is; `WorkingDirectory=~` is understood.",
    bad: example!("tilde-in-exec", "bad.service"),
    good: example!("tilde-in-exec", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands().filter(|(_, command)| !command.is_for_shell()) {
        let words = command.arguments().iter().filter(|word| !word.quoted);
        for word in words.filter(|word| word.as_str().is_some_and(|text| text == "~" || text.starts_with("~/"))) {
            findings
                .say(subject.place_of_word(line, word), "`~` stays as it is: no shell reads this line")
                .help("write the path, or ${HOME} if User= is set");
        }
    }
}

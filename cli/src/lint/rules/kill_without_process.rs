//! `kill-without-process`: kill is not told whom to signal.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "kill-without-process",
    severity: Severity::Warning,
    summary: "kill is not told whom to signal",
    rationale: "`kill -HUP` without a process fails. A reload that was to send a signal sends none, and a \
                stop goes on to `KillSignal=` with the unit counted as failed. `$MAINPID` is the main \
                process.",
    bad: example!("kill-without-process", "bad.service"),
    good: example!("kill-without-process", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands().filter(|(_, command)| command.name() == "kill") {
        let mut words = command.arguments().iter().map(|word| &*word.text);
        let mut lists = false;
        let mut somebody = false;
        while let Some(word) = words.next() {
            match word {
                "-s" | "-n" | "--signal" => _ = words.next(),
                "-l" | "-L" | "--list" | "--table" => lists = true,
                word if word.starts_with('-') => {}
                _ => somebody = true,
            }
        }
        if !lists && !somebody && !command.is_for_shell() {
            findings.say(line.entry, "no process is named, so kill fails").help("add $MAINPID");
        }
    }
}

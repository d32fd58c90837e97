//! `glob-in-exec`: a pattern is handed to the program as it is written.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "glob-in-exec",
    severity: Severity::Warning,
    summary: "a pattern is handed to the program as it is written",
    rationale: "Without a shell nobody replaces `*` and `?` by the names of files: `rm /run/example/*` \
                looks for a file that is called `*`; `mkdir /run/{a,b}` makes one folder of that name. Programs that read patterns themselves, such as \
                `find`, are another matter.",
    bad: example!("glob-in-exec", "bad.service"),
    good: example!("glob-in-exec", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Programs that are given names of files and nothing else.
    const PROGRAMS: &[&str] = &["rm", "cp", "mv", "ls", "cat", "chmod", "chown", "chgrp", "mkdir", "rmdir", "touch", "ln", "kill", "install", "unlink", "test", "[", "stat", "du", "shred", "truncate", "tee", "setfacl"];
    for (line, command) in subject.commands().filter(|(_, command)| PROGRAMS.contains(&command.name())) {
        for word in command.arguments().iter().filter(|word| word.as_str().is_some_and(is_pattern)) {
            findings
                .say(subject.place_of_word(line, word), format!("{} is given the pattern itself: no shell replaces it", command.name()))
                .help("use /bin/sh -c '…'");
        }
    }
}

/// `*`, `?` or `{a,b}`.
fn is_pattern(word: &str) -> bool {
    let braces = word.split_once('{').filter(|(before, _)| !before.ends_with('$')).and_then(|(_, rest)| rest.split_once('}'));
    word.contains(['*', '?']) || braces.is_some_and(|(inside, _)| inside.contains(','))
}

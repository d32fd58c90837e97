//! `shell-builtin-as-program`: the program is a command of the shell.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "shell-builtin-as-program",
    severity: Severity::Warning,
    summary: "the program is a command of the shell",
    rationale: "`cd`, `export`, `ulimit` and their like are part of shells: there are no such programs, \
                and the command fails with status 203. What they do has directives of its own.",
    bad: example!("shell-builtin-as-program", "bad.service"),
    good: example!("shell-builtin-as-program", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let help = match command.program() {
            "cd" => "use WorkingDirectory=",
            "export" | "set" => "use Environment=",
            "source" | "." => "use EnvironmentFile=, or /bin/sh -c '…'",
            "ulimit" => "use LimitNOFILE= and its like",
            "umask" => "use UMask=",
            "exec" => "leave it out",
            "if" | "for" | "while" | "case" | "eval" | "trap" | "wait" | "function" => "use /bin/sh -c '…'",
            _ => continue,
        };
        let Some(first) = command.words.first() else { continue };
        findings
            .say(subject.place_of_word(line, first), format!("`{}` is a command of shells, not a program", command.program()))
            .help(help);
    }
}

//! `shell-syntax-in-exec`: a command line is written for a shell, and none reads it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "shell-syntax-in-exec",
    severity: Severity::Warning,
    summary: "a command line is written for a shell, and none reads it",
    rationale: "systemd runs the program itself. `&`, `&&`, `||`, `|`, `>` and `<` are handed to the \
                program as arguments, so that what was to run behind them never runs and nothing is \
                redirected. Several commands are several lines; output goes where `StandardOutput=` says; \
                whatever else needs a shell is written as `/bin/sh -c '…'`.",
    bad: example!("shell-syntax-in-exec", "bad.service"),
    good: example!("shell-syntax-in-exec", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let operator = command.unread_by_shells().iter().find(|word| !word.quoted && word.as_str().is_some_and(is_operator));
        if let Some(word) = operator {
            let text = word.as_str().unwrap_or_default();
            let help = match text {
                "&" => "a service runs in the background anyway: leave it out",
                "&&" | "||" | ";;" => "write each command on a line of its own, or use /bin/sh -c '…'",
                _ if text.contains(['>', '<']) => "use StandardOutput=, StandardError= or StandardInput=, or /bin/sh -c '…'",
                _ => "use /bin/sh -c '…'",
            };
            let why = if command.script().is_some() { "the shell reads only the word behind -c" } else { "no shell reads this line" };
            findings.say(subject.place_of_word(line, word), format!("`{text}` is handed to {} as an argument: {why}", command.name())).help(help);
        }
    }
}

/// `&`, `|`, `2>&1`, `>file` and their like.
fn is_operator(word: &str) -> bool {
    if matches!(word, "&" | "&&" | "|" | "||" | "|&" | ";;") || word.starts_with("<<") && !word.ends_with('>') {
        return true;
    }
    let redirection = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let redirection = redirection.strip_prefix('&').unwrap_or(redirection);
    let Some(behind) = redirection.strip_prefix(">>").or_else(|| redirection.strip_prefix(['>', '<'])) else { return false };
    // Not `>=` and not `<tag>`.
    matches!(behind.bytes().next(), None | Some(b'/' | b'&' | b'$' | b'.' | b'~')) && !behind.ends_with('>')
}

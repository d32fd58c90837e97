//! `shell-variable-replaced`: systemd replaces a variable that the shell was to replace.

use super::prelude::*;
use super::super::variables::{Known, commands, place_of, replaced};

pub(super) static RULE: Rule = Rule {
    name: "shell-variable-replaced",
    severity: Severity::Warning,
    summary: "systemd replaces a variable that the shell was to replace",
    rationale: "Before the shell sees its script, systemd replaces `${NAME}` in it, quoted or not, by what \
                it knows itself: by nothing, if the script sets the variable. `$${NAME}` leaves it to the \
                shell; so does the prefix `:` before the program.",
    bad: example!("shell-variable-replaced", "bad.service"),
    good: example!("shell-variable-replaced", "good.service"),
    check,
};

/// What shells set themselves.
const BY_SHELLS: &[&str] = &[
    "BASHPID", "COLUMNS", "EPOCHSECONDS", "EUID", "FUNCNAME", "HOSTNAME", "HOSTTYPE", "IFS", "LINENO", "LINES",
    "OLDPWD", "OPTARG", "OPTIND", "OSTYPE", "PIPESTATUS", "PPID", "PWD", "RANDOM", "SECONDS", "SHLVL", "UID",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut known = None;
    for (line, command) in commands(subject) {
        let Some(script) = command.script() else { continue };
        let text = script.as_str().unwrap_or_default();
        for name in replaced(text) {
            let known = known.get_or_insert_with(|| Known::of(subject));
            if !known.has(name) && is_set_by(text, name) {
                findings
                    .say(place_of(subject, line, script, name), format!("systemd replaces ${{{name}}} by nothing before the shell sets it"))
                    .help(format!("write $${{{name}}}"));
                break;
            }
        }
    }
}

/// Whether a shell that runs this script sets a variable.
pub(super) fn is_set_by(script: &str, name: &str) -> bool {
    let assigned = [format!("{name}="), format!("for {name} "), format!("read {name}"), format!("read -r {name}")];
    BY_SHELLS.contains(&name) || assigned.iter().any(|set| script.contains(set.as_str()))
}

//! `killall-in-exec-stop`: a command picks its victims by name.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "killall-in-exec-stop",
    severity: Severity::Warning,
    summary: "a command picks its victims by name",
    rationale: "`killall`, `pkill` and `pidof` look at all processes of the machine, and signal those of \
                other services, containers and users that happen to have the same name. systemd knows \
                which processes belong to the unit: `KillSignal=` reaches exactly these.",
    bad: example!("killall-in-exec-stop", "bad.service"),
    good: example!("killall-in-exec-stop", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    const PROGRAMS: [&str; 5] = ["killall", "killall5", "pkill", "pidof", "pgrep"];
    for (line, command) in subject.commands() {
        if !matches!(line.directive.name, "ExecStop" | "ExecStopPost" | "ExecReload") {
            continue;
        }
        let script = command.script().and_then(|script| script.as_str()).unwrap_or_default();
        let in_script = script
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '-' && c != '_')
            .map(|word| word.rsplit('/').next().unwrap_or_default())
            .find(|word| PROGRAMS.contains(word));
        let Some(program) = Some(command.name()).filter(|name| PROGRAMS.contains(name)).or(in_script) else { continue };
        findings
            .say(line.entry, format!("{program} looks at all processes of the machine, not at those of the unit"))
            .help(if line.directive.name == "ExecReload" { "use kill with $MAINPID" } else { "leave it to KillSignal=, which reaches the unit's own processes" });
    }
}

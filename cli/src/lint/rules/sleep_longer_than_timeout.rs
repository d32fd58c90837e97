//! `sleep-longer-than-timeout`: a command sleeps for longer than it may run.

use super::prelude::*;
use unitctl_parser::value::time_span::TimeSpan;

pub(super) static RULE: Rule = Rule {
    name: "sleep-longer-than-timeout",
    severity: Severity::Warning,
    summary: "a command sleeps for longer than it may run",
    rationale: "Every command has `TimeoutStopSec=` (of a reload, `TimeoutStartSec=`) for itself. One that \
                sleeps for longer is always killed before it ends, and the unit counts as failed.",
    bad: example!("sleep-longer-than-timeout", "bad.service"),
    good: example!("sleep-longer-than-timeout", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    for (line, command) in subject.commands().filter(|(_, command)| command.name() == "sleep") {
        let limit = match line.directive.name {
            "ExecStop" | "ExecStopPost" => service.timeout_stop.value,
            "ExecStartPre" | "ExecStartPost" | "ExecReload" | "ExecReloadPost" => service.timeout_start.value,
            _ => continue,
        };
        // The units of sleep(1) are among those of systemd.
        let sleeps = command.arguments().iter().map(|word| TimeSpan::parse(word.as_str()?).ok()?.micros());
        let Some(sleeps) = sleeps.sum::<Option<u64>>() else { continue };
        if limit.micros().is_some_and(|limit| sleeps > limit) {
            findings.say(line.entry, format!("it is killed after {limit}, before it has ended"));
        }
    }
}

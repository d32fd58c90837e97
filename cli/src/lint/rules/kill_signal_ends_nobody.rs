//! `kill-signal-ends-nobody`: the signal that is to end the service ends no process by itself.

use super::prelude::*;
use unitctl_parser::value::enumeration::KillMode;

pub(super) static RULE: Rule = Rule {
    name: "kill-signal-ends-nobody",
    severity: Severity::Warning,
    summary: "the signal that is to end the service ends no process by itself",
    rationale: "`KillSignal=` is what asks processes to exit. Those of SIGCHLD, SIGCONT and SIGURG who \
                have no handler ignore it, and SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU stop processes, which \
                the SIGCONT that follows undoes. So every process stays until `TimeoutStopSec=` has passed \
                and is then killed by SIGKILL, which it cannot prepare for, and the unit counts as failed.",
    bad: example!("kill-signal-ends-nobody", "bad.service"),
    good: example!("kill-signal-ends-nobody", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings().filter(|s| s.kill.kill_mode.value != KillMode::None) else { return };
    let Some(origin) = &settings.kill.kill_signal.origin else { return };
    let name = settings.kill.kill_signal.value.to_string();
    let severity = match &*name {
        "SIGCHLD" | "SIGURG" | "SIGSTOP" | "SIGTSTP" | "SIGTTIN" | "SIGTTOU" => Severity::Warning,
        // Where a command ends the service, a signal that does nothing is what one wants.
        "SIGCONT" if settings.exec_stop.is_empty() => Severity::Warning,
        // Some programs do handle it.
        "SIGWINCH" => Severity::Hint,
        _ => return,
    };
    let limit = settings.timeout_stop.value;
    findings
        .say(origin, format!("{name} ends no process that does not handle it: SIGKILL follows after {limit}"))
        .severity(severity);
}

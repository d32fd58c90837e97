//! `kill-signal-sigkill`: the service is killed without being asked to exit.

use super::prelude::*;
use unitctl_parser::value::signal::Signal;

pub(super) static RULE: Rule = Rule {
    name: "kill-signal-sigkill",
    severity: Severity::Warning,
    summary: "the service is killed without being asked to exit",
    rationale: "With `KillSignal=SIGKILL` (or `RestartKillSignal=`) every process is killed at once and \
                can save nothing. The main process has died of a signal that is not a clean exit, so the \
                unit counts as failed after every stop.",
    bad: example!("kill-signal-sigkill", "bad.service"),
    good: example!("kill-signal-sigkill", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let kill = &settings.kill;
    let restart = (kill.restart_kill_signal.value == Some(Signal::KILL)).then_some(&kill.restart_kill_signal.origin);
    let stop = (kill.kill_signal.value == Signal::KILL).then_some(&kill.kill_signal.origin);
    for origin in stop.into_iter().chain(restart).flatten() {
        findings
            .say(origin, "every process is killed at once, and the unit counts as failed")
            .help("leave it out: SIGKILL comes anyway when TimeoutStopSec= has passed");
    }
}

//! `final-kill-signal-survivable`: the last signal is one that processes may survive.

use super::prelude::*;
use unitctl_parser::value::signal::Signal;

pub(super) static RULE: Rule = Rule {
    name: "final-kill-signal-survivable",
    severity: Severity::Warning,
    summary: "the last signal is one that processes may survive",
    rationale: "`FinalKillSignal=` takes the place of SIGKILL everywhere, and nothing comes after it: a \
                process that ignores it, or hangs, stays after another `TimeoutStopSec=`, and the unit \
                counts as failed. A signal that is to come before SIGKILL is set with `KillSignal=`, or \
                with `WatchdogSignal=` and `TimeoutStopFailureMode=abort`.",
    bad: example!("final-kill-signal-survivable", "bad.service"),
    good: example!("final-kill-signal-survivable", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let setting = &settings.kill.final_kill_signal;
    let Some(origin) = setting.origin.as_ref().filter(|_| settings.kill.send_sigkill.value) else { return };
    if setting.value != Signal::KILL {
        findings
            .say(origin, format!("{} takes the place of SIGKILL, and nothing comes after it", setting.value))
            .help("a core dump before SIGKILL is had by TimeoutStopFailureMode=abort");
    }
}

//! `timeout-abort-zero`: an aborted process is killed in the same moment.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "timeout-abort-zero",
    severity: Severity::Warning,
    summary: "an aborted process is killed in the same moment",
    rationale: "Unlike the other time-outs, `TimeoutAbortSec=0` is a real zero: `WatchdogSignal=` is \
                followed by SIGKILL at once, so that the core dump it is sent for is cut off.",
    bad: example!("timeout-abort-zero", "bad.service"),
    good: example!("timeout-abort-zero", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let Some(origin) = &settings.timeout_abort.origin else { return };
    if settings.timeout_abort.value.is_some_and(|limit| limit.micros() == Some(0)) {
        findings
            .say(origin, "SIGKILL follows at once, before a core can be dumped")
            .help("give it the time that a core dump takes");
    }
}

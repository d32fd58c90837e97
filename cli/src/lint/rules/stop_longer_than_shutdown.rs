//! `stop-longer-than-shutdown`: stopping can take longer than the shutdown waits.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "stop-longer-than-shutdown",
    severity: Severity::Hint,
    summary: "stopping can take longer than the shutdown waits",
    rationale: "Each command and each signal of a stop has `TimeoutStopSec=` for itself. If that adds up \
                to more than 30 minutes, a shutdown during which the service hangs ends by force \
                (`JobTimeoutSec=` of `poweroff.target` and `reboot.target`), for all other services too.",
    bad: example!("stop-longer-than-shutdown", "bad.service"),
    good: example!("stop-longer-than-shutdown", "good.service"),
    check,
};

/// How long `poweroff.target` and `reboot.target` wait.
const SHUTDOWN_US: u64 = 30 * 60 * 1_000_000;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(origin) = subject.service().and_then(|service| service.timeout_stop.origin.as_ref()) else { return };
    let Some(outlook) = subject.outlook() else { return };
    if let Some(worst) = outlook.worst_case.filter(|worst| *worst > SHUTDOWN_US) {
        findings
            .say(origin, format!("stopping can take {} min, and a shutdown waits 30", worst / 60_000_000))
            .help("each command and each signal has this time for itself");
    }
}

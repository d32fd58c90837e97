//! `send-sigkill-no`: whoever does not heed the first signal stays.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "send-sigkill-no",
    severity: Severity::Warning,
    summary: "whoever does not heed the first signal stays",
    rationale: "With `SendSIGKILL=no` nobody is killed when `TimeoutStopSec=` has passed: a process that \
                hangs or ignores `KillSignal=` stays in the control group while the unit counts as failed. \
                The next start is refused for as long as such processes are there, unless `KillMode=` is \
                `process` or `none`.",
    bad: example!("send-sigkill-no", "bad.service"),
    good: example!("send-sigkill-no", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let setting = &settings.kill.send_sigkill;
    if let (false, Some(origin)) = (setting.value, &setting.origin) {
        let limit = settings.timeout_stop.value;
        findings
            .say(origin, format!("a process that does not heed {} stays when {limit} have passed", settings.kill.kill_signal.value))
            .help("leave it out, and give the service the time it needs with TimeoutStopSec=");
    }
}

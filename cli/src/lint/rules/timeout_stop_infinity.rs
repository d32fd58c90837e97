//! `timeout-stop-infinity`: stopping may take for ever.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "timeout-stop-infinity",
    severity: Severity::Hint,
    summary: "stopping may take for ever",
    rationale: "With `TimeoutStopSec=infinity` SIGKILL never comes: a process that hangs keeps the unit \
                stopping, and with it a shutdown, until somebody intervenes. Services that must not be \
                killed while they write are a reason; a long finite time is mostly enough.",
    bad: example!("timeout-stop-infinity", "bad.service"),
    good: example!("timeout-stop-infinity", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let Some(origin) = settings.timeout_stop.origin.as_ref().filter(|_| settings.timeout_stop.value.is_infinite())
    else {
        return;
    };
    let names = ["TimeoutStopSec", "TimeoutSec"];
    let written = names.into_iter().filter_map(|name| subject.deciding(name));
    if written.into_iter().any(|entry| entry.span == origin.span && entry.value.trim() == "infinity") {
        findings.say(origin, "a process that hangs is never killed, and stopping takes for ever");
    }
}

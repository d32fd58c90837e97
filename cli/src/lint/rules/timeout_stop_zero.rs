//! `timeout-stop-zero`: a stop time-out of zero means none.

use super::prelude::*;
use unitctl_parser::value::time_span::TimeSpan;

pub(super) static RULE: Rule = Rule {
    name: "timeout-stop-zero",
    severity: Severity::Warning,
    summary: "a stop time-out of zero means none",
    rationale: "`TimeoutStopSec=0` does not mean at once but never: systemd turns it into `infinity`, and \
                so it does with anything below a microsecond. Stopping waits without end for a process \
                that hangs, which is never killed.",
    bad: example!("timeout-stop-zero", "bad.service"),
    good: example!("timeout-stop-zero", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    let Some(origin) = &settings.timeout_stop.origin else { return };
    let names = ["TimeoutStopSec", "TimeoutSec"];
    let entry = names.into_iter().filter_map(|name| subject.deciding(name)).find(|entry| {
        entry.file == origin.file && entry.span == origin.span
    });
    if entry.is_some_and(|entry| TimeSpan::parse(&entry.value).is_ok_and(|span| span.micros() == Some(0))) {
        // That of the start is what one mostly has in mind with TimeoutSec=.
        let of_both = entry.is_some_and(|entry| subject.deciding("TimeoutSec") == Some(entry));
        findings
            .say(origin, "0 means without a limit here: whoever hangs is never killed")
            .severity(if of_both { Severity::Hint } else { Severity::Warning })
            .help("write `infinity` if that is meant, or a short time such as 1s");
    }
}

//! `pid-file-without-forking`: PIDFile= is read only of services that fork.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "pid-file-without-forking",
    severity: Severity::Hint,
    summary: "PIDFile= is read only of services that fork",
    rationale: "systemd knows the main process of every service but those of `Type=forking`: it is the one \
                it started. `PIDFile=` does not change that. What it does do is delete the file when the \
                service has ended.",
    bad: example!("pid-file-without-forking", "bad.service"),
    good: example!("pid-file-without-forking", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    if service.service_type.value != ServiceType::Forking && let Some(origin) = service.pid_file.origin.as_ref().filter(|_| service.pid_file.value.is_some()) {
        findings.say(origin, format!("the main process of Type={} is known without it", service.service_type.value));
    }
}

//! `guess-main-pid-unused`: GuessMainPID= has nothing to guess.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "guess-main-pid-unused",
    severity: Severity::Warning,
    summary: "GuessMainPID= has nothing to guess",
    rationale: "systemd guesses the main process only of services of `Type=forking` without `PIDFile=`. \
                Elsewhere `GuessMainPID=` is not looked at.",
    bad: example!("guess-main-pid-unused", "bad.service"),
    good: example!("guess-main-pid-unused", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    let Some(origin) = &service.guess_main_pid.origin else { return };
    let why = if service.service_type.value != ServiceType::Forking {
        format!("Type={} needs no guess", service.service_type.value)
    } else if service.pid_file.value.is_some() {
        "PIDFile= names the main process".into()
    } else {
        return;
    };
    findings.say(origin, format!("it is not looked at: {why}"));
}

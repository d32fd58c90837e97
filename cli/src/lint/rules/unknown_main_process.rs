//! `unknown-main-process`: the main process can not be known.

use super::prelude::*;
use unitctl_parser::value::enumeration::{KillMode, ServiceType};

pub(super) static RULE: Rule = Rule {
    name: "unknown-main-process",
    severity: Severity::Warning,
    summary: "the main process can not be known",
    rationale: "A service of `Type=forking` with `GuessMainPID=no` and no `PIDFile=` has no main process \
                for systemd. `KillMode=mixed` and `process` then signal nobody in the first step, \
                `$MAINPID` is empty, and a crash of the daemon goes unnoticed while any of its children \
                runs.",
    bad: example!("unknown-main-process", "bad.service"),
    good: example!("unknown-main-process", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service().filter(|service| service.service_type.value == ServiceType::Forking) else {
        return;
    };
    if service.pid_file.value.is_none() && !service.guess_main_pid.value {
        let needs_it = matches!(service.kill.kill_mode.value, KillMode::Mixed | KillMode::Process);
        let severity = if needs_it { Severity::Warning } else { Severity::Hint };
        findings
            .say(subject.place_of(service.guess_main_pid.origin.as_ref()), "systemd can not know the main process")
            .severity(severity)
            .help("name the daemon's PID file with PIDFile=");
    }
}

//! `forking-without-pid-file`: the main process has to be guessed.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "forking-without-pid-file",
    severity: Severity::Hint,
    summary: "the main process has to be guessed",
    rationale: "Of a service that forks, systemd takes for the main process the one it finds alone in the \
                control group, and knows none where there are several. Then `KillMode=mixed` and `process` \
                signal nobody at first, `$MAINPID` is empty, and the service counts as running until its \
                last process has gone. `PIDFile=` says which one it is.",
    bad: example!("forking-without-pid-file", "bad.service"),
    good: example!("forking-without-pid-file", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service().filter(|service| service.service_type.value == ServiceType::Forking) else {
        return;
    };
    if service.pid_file.value.is_none() && service.guess_main_pid.value {
        findings
            .say(subject.place_of(service.service_type.origin.as_ref()), "the main process is guessed, and not known if there are several processes")
            .help("name the daemon's PID file with PIDFile=, or have it stay in the foreground");
    }
}

//! `exec-stop-in-oneshot`: ExecStop= runs as soon as the service has started.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "exec-stop-in-oneshot",
    severity: Severity::Warning,
    summary: "ExecStop= runs as soon as the service has started",
    rationale: "A service of `Type=oneshot` without `RemainAfterExit=yes` ends when its last `ExecStart=` \
                has ended, and ending means that `ExecStop=` runs, at once and not when somebody stops the \
                unit. A later `systemctl stop` finds it inactive and does nothing.",
    bad: example!("exec-stop-in-oneshot", "bad.service"),
    good: example!("exec-stop-in-oneshot", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service().filter(|service| service.service_type.value == ServiceType::Oneshot) else {
        return;
    };
    if service.remain_after_exit.value || service.exec_start.is_empty() {
        return;
    }
    if let Some(origin) = service.exec_stop.first().and_then(|command| command.origin.as_ref()) {
        findings
            .say(origin, "it runs as soon as ExecStart= has ended, not when the unit is stopped")
            .help("add RemainAfterExit=yes, or call it ExecStopPost= if it is to clean up after the start");
    }
}

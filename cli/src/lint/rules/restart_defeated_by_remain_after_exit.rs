//! `restart-defeated-by-remain-after-exit`: a service that remains after its exit is not restarted.

use super::prelude::*;
use unitctl_parser::value::enumeration::{Restart, ServiceType};

pub(super) static RULE: Rule = Rule {
    name: "restart-defeated-by-remain-after-exit",
    severity: Severity::Warning,
    summary: "a service that remains after its exit is not restarted",
    rationale: "With `RemainAfterExit=yes` a clean exit leads to the state exited and not to a restart. \
                `Restart=always` restarts the service only after a failure then, as `on-failure` does, and \
                `Restart=on-success` never.",
    bad: example!("restart-defeated-by-remain-after-exit", "bad.service"),
    good: example!("restart-defeated-by-remain-after-exit", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service().filter(|service| service.remain_after_exit.value) else { return };
    let Some(origin) = &service.restart.origin else { return };
    let when = match service.restart.value {
        _ if service.service_type.value == ServiceType::Oneshot => return,
        Restart::Always => "only after a failure",
        Restart::OnSuccess => "never",
        _ => return,
    };
    let finding = findings.say(origin, format!("with RemainAfterExit=yes it restarts the service {when}"));
    if let Some(remains) = &service.remain_after_exit.origin {
        finding.related(remains, "a clean exit ends here");
    }
}

//! `kill-mode-process`: stopping leaves all processes but the main one running.

use super::prelude::*;
use unitctl_executor::plan::Role;

pub(super) static RULE: Rule = Rule {
    name: "kill-mode-process",
    severity: Severity::Hint,
    summary: "stopping leaves all processes but the main one running",
    rationale: "With `KillMode=process` only the main process and a command of the service that is just \
                running are signalled. Every other process of the control group stays, without being \
                supervised, and is reported as left over. That is meant for services whose children must \
                outlive them, such as the sessions of a login daemon.",
    bad: example!("kill-mode-process", "bad.service"),
    good: example!("kill-mode-process", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(origin) = subject.settings().and_then(|settings| settings.kill.kill_mode.origin.as_ref()) else {
        return;
    };
    let Some(outlook) = subject.outlook() else { return };
    // With none, nobody is signalled at all, which is another rule's.
    if outlook.never_signalled == [Role::Rest] {
        findings
            .say(origin, "stopping signals the main process only; its children stay")
            .help("use KillMode=mixed if they are to end with it");
    }
}

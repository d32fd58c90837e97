//! `missing-user`: the user or group is not there.

use super::prelude::*;
use unitctl_parser::value::boolean;

pub(super) static RULE: Rule = Rule {
    name: "missing-user",
    severity: Severity::Warning,
    summary: "the user or group is not there",
    rationale: "systemd does not start a command whose `User=` or `Group=` is unknown: it fails with \
                status 217 or 216. Accounts that sysusers.d(5) makes count as there. Found only with \
                `--root` or `--check-files`.",
    bad: example!("missing-user", "bad.service"),
    good: example!("missing-user", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    let is_dynamic = subject.deciding("DynamicUser").is_some_and(|entry| boolean::parse(&entry.value) == Ok(true));
    for (name, file, what) in [("User", "/etc/passwd", "user"), ("Group", "/etc/group", "group")] {
        let Some(entry) = subject.deciding(name).filter(|_| !is_dynamic) else { continue };
        let account = &*entry.value;
        let is_number = account.bytes().all(|byte| byte.is_ascii_digit());
        if !account.is_empty() && !is_number && !account.contains('%') && !machine.has_account(file, account) {
            findings.say(entry, format!("there is no {what} {account}"));
        }
    }
}

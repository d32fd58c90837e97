//! `su-in-exec`: su can move processes out of the unit.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "su-in-exec",
    severity: Severity::Warning,
    summary: "su can move processes out of the unit",
    rationale: "`su` opens a login session. Where its PAM configuration has `pam_systemd`, the processes \
                move to a session scope of their own: they are no longer in the unit's control group, and \
                stopping the unit signals at most `su` itself. `User=` runs the program as another user \
                within the unit.",
    bad: example!("su-in-exec", "bad.service"),
    good: example!("su-in-exec", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        if command.name() == "su" {
            findings
                .say(line.entry, "the processes that su starts may leave the unit, where stopping does not reach them")
                .help("use User= instead of su");
        }
    }
}

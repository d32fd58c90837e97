//! `newer-directive`: the directive is newer than the systemd it is for.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "newer-directive",
    severity: Severity::Error,
    summary: "the directive is newer than the systemd it is for",
    rationale: "A systemd that does not know a directive ignores the line. Found only with \
                `--systemd-version N`, or `systemd-version` in `unitctl.toml`.",
    bad: example!("newer-directive", "bad.service"),
    good: example!("newer-directive", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(version) = subject.systemd_version else { return };
    for history in subject.unit.directives.iter().filter(|history| history.directive.since > version) {
        for entry in &history.entries {
            let name = history.directive.name;
            findings.say(entry, format!("{name}= came with systemd {}; version {version} ignores it", history.directive.since));
        }
    }
}

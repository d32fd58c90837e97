//! `missing-environment-file`: the file of variables is not there.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "missing-environment-file",
    severity: Severity::Warning,
    summary: "the file of variables is not there",
    rationale: "A command does not start if a file of `EnvironmentFile=` cannot be read: it fails with \
                status 203 and the like. With `-` before the path the file may be missing. Found only with \
                `--root` or `--check-files`.",
    bad: example!("missing-environment-file", "bad.service"),
    good: example!("missing-environment-file", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    for entry in subject.unit.effective("Service", "EnvironmentFile") {
        let path = &*entry.value;
        let is_plain = path.starts_with('/') && !path.contains(['%', '*', '?', '[']);
        // The service may make it itself.
        if is_plain && !path.starts_with("/run/") && !machine.has_file(path) {
            findings.say(entry, format!("there is no file {path}, so no command of the unit starts")).help("write `-` before the path if it may be missing");
        }
    }
}

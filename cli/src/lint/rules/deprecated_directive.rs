//! `deprecated-directive`: the directive has a new name.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "deprecated-directive",
    severity: Severity::Hint,
    summary: "the directive has a new name",
    rationale: "systemd still understands the old name, and does not describe it any more.",
    bad: example!("deprecated-directive", "bad.service"),
    good: example!("deprecated-directive", "good.service"),
    check,
};

/// Old names, and what to write.
const OLD: &[(&str, &str, &str)] = &[
    ("Unit", "BindTo", "BindsTo="),
    ("Unit", "OnFailureIsolate", "OnFailureJobMode=isolate"),
    ("Unit", "PropagateReloadFrom", "ReloadPropagatedFrom="),
    ("Unit", "PropagateReloadTo", "PropagatesReloadTo="),
    ("Unit", "StartLimitInterval", "StartLimitIntervalSec="),
    ("Service", "FailureAction", "FailureAction= in section [Unit]"),
    ("Service", "PermissionsStartOnly", "the prefix `+` of single commands"),
    ("Service", "RebootArgument", "RebootArgument= in section [Unit]"),
    ("Service", "StartLimitAction", "StartLimitAction= in section [Unit]"),
    ("Service", "StartLimitBurst", "StartLimitBurst= in section [Unit]"),
    ("Service", "StartLimitInterval", "StartLimitIntervalSec= in section [Unit]"),
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // None of them is described any more.
    for history in subject.unit.directives.iter().filter(|history| history.directive.page.is_empty()) {
        let is_old = |(section, name, _): &&(&str, &str, &str)| *section == history.directive.section && *name == history.directive.name;
        let Some((section, name, new)) = OLD.iter().find(is_old) else { continue };
        for entry in history.effective() {
            let finding = findings.say(entry, format!("{name}= in section [{section}] is an old name"));
            finding.help(format!("write {new}"));
            // A name of the same kind in the same section can be put in its place.
            if let Some(new) = new.strip_suffix('=').filter(|new| !new.contains('=')) {
                finding.fix(entry.span.start..entry.span.start + name.len(), new);
            }
        }
    }
}

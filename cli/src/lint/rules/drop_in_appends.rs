//! `drop-in-appends`: a drop-in adds a command where it was to replace one.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "drop-in-appends",
    severity: Severity::Warning,
    summary: "a drop-in adds a command where it was to replace one",
    rationale: "Commands add up over all files of a unit. A drop-in that sets `ExecStart=` gives the \
                service a second one, which only `Type=oneshot` may have: systemd refuses the unit. A \
                second `ExecStop=` or `ExecReload=` runs behind the first. An empty assignment before it \
                takes the commands back that came before.",
    bad: example!("drop-in-appends", "bad.service.d/override.conf"),
    good: example!("drop-in-appends", "good.service.d/override.conf"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    let oneshot = service.service_type.value == ServiceType::Oneshot;
    for name in ["ExecStart", "ExecStop", "ExecReload"] {
        let mut effective = subject.unit.effective("Service", name);
        let Some(first) = effective.next() else { continue };
        let Some(added) = effective.find(|entry| entry.file > first.file) else { continue };
        let is_refused = name == "ExecStart" && !oneshot;
        let what = if is_refused {
            "systemd refuses the unit: this is a second ExecStart=, which only Type=oneshot may have".to_owned()
        } else {
            format!("this runs in addition to the {name}= before it")
        };
        findings
            .say(added, what)
            .severity(if is_refused { Severity::Error } else { Severity::Warning })
            .help(format!("write an empty `{name}=` above it to replace what was set before"))
            .related(first, "this stays")
            .fix(added.span.start..added.span.start, format!("{name}=\n"));
    }
}

//! `setting-without-partner`: a setting counts only together with another one.

use super::prelude::*;
use unitctl_parser::value::time_span::TimeSpan;

pub(super) static RULE: Rule = Rule {
    name: "setting-without-partner",
    severity: Severity::Error,
    summary: "a setting counts only together with another one",
    rationale: "systemd ignores `RestartSteps=` without `RestartMaxDelaySec=`, the other way round, and \
                `USBFunctionDescriptors=` without `USBFunctionStrings=`.",
    bad: example!("setting-without-partner", "bad.service"),
    good: example!("setting-without-partner", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.service().is_none() {
        return;
    }
    for (name, partner) in [
        ("RestartSteps", "RestartMaxDelaySec"),
        ("RestartMaxDelaySec", "RestartSteps"),
        ("USBFunctionDescriptors", "USBFunctionStrings"),
        ("USBFunctionStrings", "USBFunctionDescriptors"),
    ] {
        let is_set = |name: &'static str| {
            subject.deciding(name).filter(|entry| match name {
                "RestartSteps" => entry.value.trim_start_matches(['+', '0']).starts_with(|c: char| c.is_ascii_digit()),
                "RestartMaxDelaySec" => TimeSpan::parse(&entry.value).is_ok_and(|span| !span.is_infinite()),
                _ => true,
            })
        };
        if let (Some(entry), None) = (is_set(name), is_set(partner)) {
            findings.say(entry, format!("systemd ignores {name}= without {partner}="));
        }
    }
}

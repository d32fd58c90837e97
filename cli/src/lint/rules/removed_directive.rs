//! `removed-directive`: the directive has been removed from systemd.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "removed-directive",
    severity: Severity::Error,
    summary: "the directive has been removed from systemd",
    rationale: "systemd ignores the line and says that support for it has been removed. Most of these were \
                about control groups of version 1, which systemd 258 dropped.",
    bad: example!("removed-directive", "bad.service"),
    good: example!("removed-directive", "good.service"),
    check,
};

/// What was removed, and what takes its place.
const REMOVED: &[(&str, &str)] = &[
    ("BlockIOAccounting", "IOAccounting"),
    ("BlockIODeviceWeight", "IODeviceWeight"),
    ("BlockIOReadBandwidth", "IOReadBandwidthMax"),
    ("BlockIOWeight", "IOWeight"),
    ("BlockIOWriteBandwidth", "IOWriteBandwidthMax"),
    ("BusPolicy", ""),
    ("Capabilities", "AmbientCapabilities"),
    ("CPUAccounting", ""),
    ("CPUShares", "CPUWeight"),
    ("IgnoreOnSnapshot", ""),
    ("MemoryLimit", "MemoryMax"),
    ("NetClass", ""),
    ("StartupBlockIOWeight", "StartupIOWeight"),
    ("StartupCPUShares", "StartupCPUWeight"),
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, diagnostic) in subject.unit.diagnostics.iter().enumerate() {
        if diagnostic.rule != "unknown-directive" {
            continue;
        }
        let name = subject.unit.file(diagnostic.file).bytes.get(diagnostic.span.clone()).unwrap_or_default();
        let Some((name, instead)) = REMOVED.iter().find(|(removed, _)| removed.as_bytes() == name) else { continue };
        findings.instead_of(index);
        let finding = findings.say(diagnostic, format!("{name}= has been removed, and systemd ignores it"));
        finding.help(if instead.is_empty() { "leave it out".into() } else { format!("use {instead}=") });
    }
}

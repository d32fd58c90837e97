//! `refused-unit`: systemd refuses the unit.

use super::prelude::*;
use unitctl_parser::directive::Directive;
use unitctl_parser::name::{UnitType, escape_path};
use unitctl_parser::service::{Refusal, Setting};
use unitctl_parser::unit::{Effect, LoadState};

pub(super) static RULE: Rule = Rule {
    name: "refused-unit",
    severity: Severity::Error,
    summary: "systemd refuses the unit",
    rationale: "Each line may be right and the whole wrong: a service without anything to run, several \
                `ExecStart=` without `Type=oneshot`, a oneshot that is to be restarted after success, \
                `Type=dbus` without `BusName=`, a socket that listens nowhere, a timer that never elapses. \
                systemd does not load such a unit (load state `bad-setting`), and starting it fails.",
    bad: example!("refused-unit", "bad.service"),
    good: example!("refused-unit", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let unit = subject.unit;
    if subject.is_bare || unit.load_state != LoadState::Loaded {
        return;
    }
    if let Some((why, help)) = impossible(subject) {
        findings.say(subject.header(), why).help(help);
        return;
    }
    let Some(refusal) = subject.refusal() else { return };
    // The rule about drop-ins says it at the line that does it.
    if findings.found().iter().any(|finding| finding.rule.name == "drop-in-appends" && finding.severity == Severity::Error) {
        return;
    }
    let place = subject.own_section().and_then(|section| unit.deciding(section, refusal.directive()));
    let place = place.map_or_else(|| subject.header(), Place::from);
    let finding = findings.say(place, format!("systemd refuses the unit: {}", refusal.message()));
    if let Some(help) = advice(subject, refusal) {
        finding.help(help);
    }
    // What is missing may be there, and not count.
    let section = subject.own_section().unwrap_or("Service");
    let is_missing = |directive: &Directive| match refusal {
        Refusal::NoTrigger => directive.name.starts_with("On") || directive.name.starts_with("Path") || directive.name == "DirectoryNotEmpty",
        Refusal::NoListen => directive.name.starts_with("Listen"),
        _ => directive.name == refusal.directive(),
    };
    let missing = unit.directives.iter().filter(|history| history.directive.section == section && is_missing(&history.directive));
    for entry in missing.flat_map(|history| &history.entries).filter(|entry| entry.effect == Effect::Ignored) {
        finding.related(entry, "systemd ignores this");
    }
}

/// Why there can be no such unit, whatever is in its file.
fn impossible(subject: &Subject<'_>) -> Option<(String, &'static str)> {
    let name = &subject.unit.id;
    let unit_type = name.unit_type();
    let is_plain = !name.is_template() && name.instance().is_none();
    let path = &subject.unit.files.first()?.path;
    if unit_type == UnitType::Scope && !path.components().any(|part| part.as_os_str() == "transient") {
        return Some((
            "systemd reads no files of scopes".into(),
            "scopes are made by programs that run, such as systemd-run --scope; a drop-in can change them",
        ));
    }
    let has_templates = matches!(
        unit_type,
        UnitType::Service | UnitType::Socket | UnitType::Target | UnitType::Timer | UnitType::Path
    );
    if !is_plain && !has_templates {
        let why = format!("systemd loads no unit of this name: a {unit_type} cannot be a template or an instance");
        return Some((why, "give the file a name without `@`"));
    }
    match subject.other()?.load_state {
        LoadState::Error if unit_type == UnitType::Slice => Some((
            format!("systemd loads no unit of this name: {name} names no place among slices"),
            "between the dashes of a slice there are the names of those it is in: a-b.slice is in a.slice",
        )),
        LoadState::Error if unit_type == UnitType::Swap => {
            Some(("systemd fails to load the unit: What= is no absolute path".into(), "write the path from the root on"))
        }
        _ => None,
    }
}

/// What to do about it.
fn advice(subject: &Subject<'_>, refusal: Refusal) -> Option<String> {
    let path = |setting: &Setting<String>| escape_path(setting.value.as_bytes());
    let unit_type = subject.unit.id.unit_type();
    match refusal {
        Refusal::NoListen => Some("add a ListenStream= or the like".into()),
        Refusal::NoWhat => Some("add What=, the device or file system that is mounted".into()),
        Refusal::NoTrigger if unit_type == UnitType::Timer => Some("add an OnCalendar=, OnBootSec= or the like".into()),
        Refusal::NoTrigger => Some("add a PathChanged=, PathExists= or the like".into()),
        Refusal::AcceptWithService => Some("remove Service=: each connection gets an instance of the template of the socket's name".into()),
        Refusal::AcceptWithoutConnections => Some("remove Accept=yes, or listen by ListenStream= or ListenSequentialPacket= only".into()),
        Refusal::WhereMismatch => {
            let name = path(subject.other()?.place.as_ref()?)?;
            Some(format!("call the file {name}.{unit_type}, or change Where="))
        }
        Refusal::WhatMismatch => {
            let name = path(subject.other()?.what.as_ref()?)?;
            Some(format!("call the file {name}.{unit_type}, or change What="))
        }
        _ => None,
    }
}

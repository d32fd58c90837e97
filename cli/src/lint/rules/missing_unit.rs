//! `missing-unit`: a unit that is required or started is not there.

use super::prelude::*;
use super::super::dependencies::units;
use unitctl_parser::name::{UnitName, UnitType};
use unitctl_parser::value::boolean;
use unitctl_parser::value::specifier::{NameOnly, expand};

pub(super) static RULE: Rule = Rule {
    name: "missing-unit",
    severity: Severity::Warning,
    summary: "a unit that is required or started is not there",
    rationale: "A unit with `Requires=`, `Requisite=` or `BindsTo=` on one that is not there cannot be \
                started. Neither can a socket, timer or path whose service is not there; a socket with \
                `Accept=yes` can, and closes every connection. Found only with `--root` or `--check-files`.",
    bad: example!("missing-unit", "bad.service"),
    good: example!("missing-unit", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    let is_there = |name: &str| machine.has_unit(name, subject.beside);
    for (entry, span, name) in units(subject, &["Requires", "Requisite", "BindsTo", "Wants", "Upholds"]) {
        if name.contains('%') || is_there(name) {
            continue;
        }
        let is_wish = matches!(&subject.unit.file(entry.file).bytes.get(entry.span.start), Some(b'W' | b'U'));
        let (what, severity) = if is_wish { ("nothing is started for it", Severity::Hint) } else { ("this unit cannot be started", Severity::Warning) };
        findings.say(subject.place_in(entry, span), format!("there is no unit {name}: {what}")).severity(severity);
    }
    if let Some((place, name, what)) = started(subject).filter(|(_, name, _)| !is_there(name.as_str())) {
        findings.say(place, format!("there is no unit {name}: {what}"));
    }
}

/// The unit that a socket, timer or path starts, where that is said, and what is so without it.
fn started(subject: &Subject<'_>) -> Option<(Place, UnitName, &'static str)> {
    let (unit, id) = (&subject.unit, &subject.unit.id);
    // Of several that are named, the first counts for a timer or path, the last for a socket.
    let (named, what) = match id.unit_type() {
        UnitType::Socket => (unit.deciding("Socket", "Service"), "this socket cannot be started"),
        UnitType::Timer => (unit.effective("Timer", "Unit").next(), "this timer cannot be started"),
        UnitType::Path => (unit.effective("Path", "Unit").next(), "this path cannot be started"),
        _ => return None,
    };
    if subject.is_bare || subject.refusal().is_some() {
        return None;
    }
    if let Some(entry) = named {
        let expanded = expand(&entry.value, &NameOnly(id.as_str())).ok().filter(|expanded| !expanded.open)?;
        let name = UnitName::mangle(&expanded.text).ok()?;
        return Some((subject.place_in(entry, 0..entry.value.len()), name, what));
    }
    let accepts = unit.deciding("Socket", "Accept").is_some_and(|entry| boolean::parse(&entry.value) == Ok(true));
    let (name, what) = if accepts {
        (format!("{}@.service", id.prefix()), "every connection is closed at once")
    } else {
        (format!("{}.service", id.without_suffix()), what)
    };
    Some((subject.header(), UnitName::parse(&name).ok()?, what))
}

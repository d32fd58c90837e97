//! `refused-unit`: systemd refuses the unit.

use super::prelude::*;
use unitctl_parser::name::UnitType;
use unitctl_parser::unit::LoadState;

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
    let unit = &subject.unit;
    if subject.is_bare || unit.load_state != LoadState::Loaded {
        return;
    }
    if let Some(refusal) = subject.refusal() {
        // The rule about drop-ins says it at the line that does it.
        if findings.found().iter().any(|finding| finding.rule.name == "drop-in-appends" && finding.severity == Severity::Error) {
            return;
        }
        let place = subject.deciding(refusal.directive()).map_or_else(|| subject.header(), Place::from);
        findings.say(place, format!("systemd refuses the unit: {}", refusal.message()));
        return;
    }
    let has = |section, names: &[&'static str]| names.iter().any(|name| unit.effective(section, name).next().is_some());
    let missing = match unit.id.unit_type() {
        UnitType::Socket if !has("Socket", LISTEN) => "the socket listens nowhere; it needs a ListenStream= or the like",
        UnitType::Timer if !has("Timer", ELAPSE) => "the timer never elapses; it needs an OnCalendar= or the like",
        UnitType::Path if !has("Path", WATCH) => "there is no path to watch; it needs a PathChanged= or the like",
        UnitType::Mount if !has("Mount", &["What"]) => "there is no What= to mount",
        _ => return,
    };
    findings.say(subject.header(), format!("systemd refuses the unit: {missing}"));
}

const LISTEN: &[&str] = &[
    "ListenStream",
    "ListenDatagram",
    "ListenSequentialPacket",
    "ListenFIFO",
    "ListenSpecial",
    "ListenNetlink",
    "ListenMessageQueue",
    "ListenUSBFunction",
];
const ELAPSE: &[&str] = &[
    "OnActiveSec",
    "OnBootSec",
    "OnStartupSec",
    "OnUnitActiveSec",
    "OnUnitInactiveSec",
    "OnCalendar",
    "OnTimezoneChange",
    "OnClockChange",
];
const WATCH: &[&str] = &["PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"];

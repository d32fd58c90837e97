//! `setting-without-effect`: a setting about stopping changes nothing.

use super::prelude::*;
use unitctl_executor::plan::{self, Plan, Start};
use unitctl_parser::service::{ManagerDefaults, Origin, Service, Setting};
use unitctl_parser::value::enumeration::{KillMode, TimeoutFailureMode};
use unitctl_parser::value::signal::Signal;

pub(super) static RULE: Rule = Rule {
    name: "setting-without-effect",
    severity: Severity::Warning,
    summary: "a setting about stopping changes nothing",
    rationale: "The plan of stopping and restarting the unit is the same with and without this setting, \
                because another one leaves out the step it is about: `SendSIGHUP=` with \
                `KillSignal=SIGHUP`, any signal with `KillMode=none`, `FinalKillSignal=` with \
                `SendSIGKILL=no`, `TimeoutAbortSec=` and `WatchdogSignal=` where nothing is ever aborted.",
    bad: example!("setting-without-effect", "bad.service"),
    good: example!("setting-without-effect", "good.service"),
    check,
};

/// A setting, and how to take it out of a service.
struct Candidate {
    name: &'static str,
    origin: fn(&Service) -> Option<&Origin>,
    is_default: fn(&Service) -> bool,
    take_out: fn(&mut Service),
}

macro_rules! candidate {
    ($name:literal, $($field:ident).+, $default:expr) => {
        Candidate {
            name: $name,
            origin: |service| service.$($field).+.origin.as_ref(),
            is_default: |service| service.$($field).+.value == $default,
            take_out: |service| service.$($field).+ = Setting::default_value($default),
        }
    };
}

static CANDIDATES: &[Candidate] = &[
    candidate!("KillSignal", kill.kill_signal, Signal::TERM),
    candidate!("RestartKillSignal", kill.restart_kill_signal, None),
    candidate!("FinalKillSignal", kill.final_kill_signal, Signal::KILL),
    candidate!("SendSIGHUP", kill.send_sighup, false),
    candidate!("SendSIGKILL", kill.send_sigkill, true),
    candidate!("TimeoutStopSec", timeout_stop, ManagerDefaults::default().timeout_stop),
    candidate!("TimeoutStopFailureMode", timeout_stop_failure_mode, TimeoutFailureMode::Terminate),
    candidate!("TimeoutAbortSec", timeout_abort, None),
    candidate!("WatchdogSignal", kill.watchdog_signal, Signal::ABRT),
];

/// Whether only an abort uses it, which not only stopping can come to.
fn is_for_abort(candidate: &Candidate) -> bool {
    matches!(candidate.name, "TimeoutAbortSec" | "WatchdogSignal")
}

/// Whether the same is done, for whatever reasons.
fn is_same(plan: &Plan, mut other: Plan) -> bool {
    for (phase, other) in plan.phases.iter().zip(&mut other.phases) {
        other.because.clone_from(&phase.because);
    }
    *plan == other
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    let may_abort = || {
        let names = ["WatchdogSec", "RuntimeMaxSec", "NotifyAccess", "TimeoutStartFailureMode"];
        names.into_iter().any(|name| subject.deciding(name).is_some())
    };
    for candidate in CANDIDATES {
        let Some(origin) = (candidate.origin)(service) else { continue };
        // TimeoutSec= is about the start as well; a default that is spelt out is no mistake.
        let is_own = subject.deciding(candidate.name).is_some_and(|entry| entry.span == origin.span);
        if !is_own || (candidate.is_default)(service) || is_for_abort(candidate) && may_abort() {
            continue;
        }
        let mut without = service.clone();
        (candidate.take_out)(&mut without);
        let (start, start_without) = (Start::usual(service), Start::usual(&without));
        if subject.stop().is_some_and(|plan| is_same(plan, plan::stop(&without, start_without)))
            && is_same(&plan::restart(service, start), plan::restart(&without, start_without))
            && service.refusal(subject.unit).is_none()
        {
            findings.say(origin, format!("{}= changes nothing: {}", candidate.name, why(candidate, service)));
        }
    }
}

/// Why a setting changes nothing.
fn why(candidate: &Candidate, service: &Service) -> String {
    let kill = &service.kill;
    match candidate.name {
        "TimeoutAbortSec" | "WatchdogSignal" => {
            "nothing is aborted without WatchdogSec= or TimeoutStopFailureMode=abort".into()
        }
        _ if kill.kill_mode.value == KillMode::None => "KillMode=none lets nobody be signalled".into(),
        "SendSIGHUP" if kill.kill_signal.value == Signal::HUP => "KillSignal= is SIGHUP already".into(),
        "FinalKillSignal" | "TimeoutStopFailureMode" if !kill.send_sigkill.value => "SendSIGKILL=no leaves out the step it is about".into(),
        "RestartKillSignal" if kill.restart_kill_signal() == kill.kill_signal.value => {
            "it is the signal that KillSignal= names".into()
        }
        _ => "the plan of stopping is the same without it".into(),
    }
}

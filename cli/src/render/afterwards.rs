//! What the service manager does once a kill has ended the main process: in sentences and as JSON.

use super::duration::human;
use super::json::BecauseJson;
use super::json::because_json;
use super::reason;
use crate::context::Inspected;
use serde::Serialize;
use unitctl_executor::afterwards::{Afterwards, Becomes, Fate, signals_the_rest};
use unitctl_executor::plan::{Aspect, Reason};
use unitctl_parser::service::{Service, Setting};
use unitctl_parser::value::enumeration::RestartMode;
use unitctl_parser::value::signal::Signal;

/// `"afterwards"` of a kill.
#[derive(Debug, Serialize)]
pub struct AfterwardsJson {
    main: &'static str,
    becomes: &'static str,
    runs: Vec<&'static str>,
    restarts: bool,
    restarts_if_cleanup_fails: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    restart_after_us: Option<u64>,
    starts: Vec<String>,
    because: Vec<BecauseJson>,
}

impl AfterwardsJson {
    /// The same as the sentences.
    pub fn new(inspected: &Inspected, service: &Service, afterwards: &Afterwards) -> Self {
        Self {
            main: match afterwards.main {
                Fate::NotReached => "not-reached",
                Fate::Unknown => "unknown",
                Fate::Unaffected => "unaffected",
                Fate::Stopped => "stopped",
                Fate::Ends => "ends",
            },
            becomes: match afterwards.becomes {
                Becomes::Unchanged => "unchanged",
                Becomes::Exited => "exited",
                Becomes::Inactive => "inactive",
                Becomes::Failed => "failed",
            },
            runs: commands(service, afterwards),
            restarts: afterwards.restarts,
            restarts_if_cleanup_fails: afterwards.restarts_if_cleanup_fails,
            restart_after_us: service.restart_sec.value.micros().filter(|_| afterwards.restarts),
            starts: started(service, afterwards).into_iter().map(|unit| unit.value.clone()).collect(),
            because: afterwards.because.iter().map(|r| because_json(inspected, service, r)).collect(),
        }
    }
}

/// The directives whose commands are run.
fn commands(service: &Service, afterwards: &Afterwards) -> Vec<&'static str> {
    let mut runs = Vec::new();
    if afterwards.runs_exec_stop {
        runs.push("ExecStop");
    }
    if afterwards.runs_exec_stop_post && !service.exec_stop_post.is_empty() {
        runs.push("ExecStopPost");
    }
    runs
}

/// The units that `OnSuccess=` or `OnFailure=` starts.
fn started<'s>(service: &'s Service, afterwards: &Afterwards) -> Vec<&'s Setting<String>> {
    if afterwards.restarts && service.restart_mode.value != RestartMode::Normal {
        return Vec::new();
    }
    match afterwards.becomes {
        Becomes::Inactive => service.on_success.iter().collect(),
        Becomes::Failed => service.on_failure.iter().collect(),
        Becomes::Unchanged | Becomes::Exited => Vec::new(),
    }
}

/// What follows, in sentences.
pub fn sentences(
    inspected: &Inspected,
    service: &Service,
    signal: Signal,
    afterwards: &Afterwards,
) -> Vec<String> {
    let because = |reason: Option<&Reason>| {
        reason.map_or(String::new(), |r| format!(" ({})", reason::words(&inspected.unit, service, r)))
    };
    let named = |directive| because(afterwards.because.iter().find(|r| r.directive == directive));
    let mut sentences = Vec::new();
    match afterwards.main {
        Fate::NotReached => return vec!["The main process does not get it; nothing follows.".into()],
        Fate::Unaffected => {
            return vec![format!(
                "{signal} does nothing to a main process that has not asked for it{}; nothing follows.",
                named("IgnoreSIGPIPE")
            )];
        }
        Fate::Stopped => return vec![format!("{signal} halts it until SIGCONT; nothing follows.")],
        Fate::Unknown if afterwards.becomes == Becomes::Unchanged => {
            return vec!["There is no main process whose end would be noticed; nothing follows.".into()];
        }
        Fate::Unknown => sentences.push(
            "The service ends with the last of its processes; without a known main process that counts as clean."
                .into(),
        ),
        Fate::Ends if afterwards.needs_all_gone => {
            return vec![format!(
                "The service goes on until the last of its processes is gone{}.",
                named("ExitType")
            )];
        }
        Fate::Ends => {
            let clean = match afterwards.becomes {
                Becomes::Failed => "a failure",
                _ => "a clean exit",
            };
            let why = format!("{}{}", named("SuccessExitStatus"), named("Type"));
            let what = if signal == Signal::KILL { "the main process".into() } else {
                format!("a main process that does not catch {signal}") };
            sentences
                .push(format!("Afterwards: {what} ends of it, {clean}{why}."));
        }
    }
    if afterwards.becomes == Becomes::Exited {
        sentences.push(format!(
            "The unit stays active without it{}; ExecStop= waits for a stop.",
            named("RemainAfterExit")
        ));
        return sentences;
    }
    let runs = commands(service, afterwards);
    let skipped = !service.exec_stop.is_empty() && !afterwards.runs_exec_stop;
    let runs: Vec<String> = runs.iter().map(|directive| format!("{directive}=")).collect();
    let then = if runs.is_empty() { String::new() } else { format!(" after {}", runs.join(" and ")) };
    let not = if skipped { " ExecStop= is not run." } else { "" };
    let left = if signals_the_rest(service) {
        "gets the signals of a stop".into()
    } else {
        let origin = service.kill.kill_mode.origin.clone();
        let decided = Reason { aspect: Aspect::Recipients, directive: "KillMode", origin };
        format!("stays{}", because(Some(&decided)))
    };
    sentences.push(format!("Whatever is left {left}{then}.{not}"));
    let decided = because(afterwards.because.first());
    sentences.push(if afterwards.restarts {
        format!("Then it is started again after {}{decided}{}.", restart_after(service), limit(service))
    } else {
        let state = if afterwards.becomes == Becomes::Failed { "failed" } else { "inactive" };
        let unless = match (afterwards.restarts_if_cleanup_fails, !runs.is_empty(), signals_the_rest(service))
        {
            (false, ..) => "",
            (true, true, true) => ", unless a command fails or the rest has to be killed",
            (true, true, false) => ", unless a command fails",
            (true, false, _) => ", unless the rest has to be killed",
        };
        format!("It is not started again{decided}{unless}; the unit is {state}.")
    });
    let started = started(service, afterwards);
    if !started.is_empty() {
        let directive = if afterwards.becomes == Becomes::Failed { "OnFailure" } else { "OnSuccess" };
        let units: Vec<&str> = started.iter().map(|unit| unit.value.as_str()).collect();
        let place = reason::place(&inspected.unit, started[0].origin.as_ref());
        sentences.push(format!("{directive}= starts {} ({place}).", units.join(", ")));
    }
    sentences
}

fn restart_after(service: &Service) -> String {
    service.restart_sec.value.micros().map_or("an infinite time".into(), human)
}

/// How often it is started again.
fn limit(service: &Service) -> String {
    let (interval, burst) = (service.start_limit_interval.value, service.start_limit_burst.value);
    match (interval.micros(), burst) {
        (Some(0), _) | (_, 0) => String::new(),
        (Some(interval), burst) => {
            format!(", unless it was started {burst} times within {}", human(interval))
        }
        (None, burst) => format!(", unless it was started {burst} times"),
    }
}

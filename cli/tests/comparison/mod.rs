//! Compares what happened with what a recording of `testdata/signals` says that systemd did.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How much earlier or later than recorded something may be, in microseconds.
const TOLERANCE: i64 = 300_000;

/// Recorded situations: those of a file of `testdata/signals`, or of the one that UNITCTL_SITUATIONS names instead.
#[expect(clippy::disallowed_methods, reason = "who runs the tests says where recordings are")]
pub(crate) fn situations(file: &str) -> Vec<Value> {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/signals").join(file);
    let file = std::env::var_os("UNITCTL_SITUATIONS").map_or(recorded, PathBuf::from);
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A name for the unit of a situation: that of a mount is the path it is mounted at.
pub(crate) fn unit_name(situation: &Value) -> String {
    let text = situation["unit"].as_str().unwrap();
    match text.lines().find_map(|line| line.strip_prefix("Where=")) {
        Some(place) => format!("{}.mount", place.trim_start_matches('/').replace('/', "-")),
        None if text.contains("[Socket]") => "t.socket".into(),
        None if text.contains("[Scope]") => "t.scope".into(),
        None => "t.service".into(),
    }
}

/// The strings of an array.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// What was done, by unitctl.
pub(crate) struct Done {
    /// Events as `unitctl simulate --format json` writes them.
    pub(crate) events: Vec<Value>,
    /// The names of those who remain, sorted.
    pub(crate) left: Vec<String>,
    /// The result.
    pub(crate) result: String,
    /// Whether a reload has come to a stop.
    pub(crate) stopped: bool,
    /// Whether it was refused.
    pub(crate) refused: bool,
}

/// In what it differs from a recording; nothing if it agrees.
pub(crate) fn differences(situation: &Value, done: &Done) -> Vec<String> {
    let mut differences = Vec::new();
    let arguments = strings(&situation["simulate"]);
    let action = arguments.iter().position(|word| word == "--action").and_then(|at| arguments.get(at + 1));
    let action = action.map_or(situation["do"].as_str().unwrap(), String::as_str);
    let failed = situation["systemctl"]["exit"] != 0;
    let has_signalled = done.events.iter().any(|event| event.get("signal").is_some());
    if action.starts_with("kill") && failed && done.refused && !has_signalled {
        // What systemd did meanwhile is of something that was asked before.
        return differences;
    }
    // What systemd did later, when it noticed that processes had gone, is not the kill itself.
    let recorded: Vec<&Value> =
        situation["events"].as_array().unwrap().iter().filter(|event| event.get("later").is_none()).collect();
    let ours: Vec<&Value> = done.events.iter().collect();
    signals(&recorded, &ours, &mut differences);
    let (theirs, mine) = (order(&recorded), order(&ours));
    // One round through the cgroup knows no roles.
    let has_roles = !situation["do"].as_str().unwrap().contains("--kill-whom=cgroup");
    if differences.is_empty() && theirs != mine && has_roles {
        differences.push(format!("order of roles: {mine:?}, systemd {theirs:?}"));
    }
    commands(&recorded, &ours, &mut differences);
    let killed = |events: &[&Value]| -> Vec<Value> {
        let done = events.iter().filter(|event| event.get("error").is_none());
        done.filter_map(|event| event.get("cgroup_kill").cloned()).collect()
    };
    if killed(&recorded) != killed(&ours) {
        differences.push(format!("cgroup.kill: {:?}, systemd {:?}", killed(&ours), killed(&recorded)));
    }
    let later = situation["events"].as_array().unwrap().iter().any(|event| event.get("later").is_some());
    let left = strings(&situation["left"]);
    if left != done.left && !later {
        differences.push(format!("left: {:?}, systemd {left:?}", done.left));
    }
    match action.split(' ').next().unwrap() {
        "kill" => {
            if failed != done.refused {
                differences.push(format!("refused: {}, systemd {failed}", done.refused));
            }
        }
        "reload" => {
            if failed == (done.result == "success" && !done.stopped) {
                differences.push(format!("result: {}, systemctl failed: {failed}", done.result));
            }
        }
        _ => {
            // Whether a core is really written is not up to systemd: several that dump at once get in each other's way.
            let no_core = situation["result"] == "signal" && done.result == "core-dump";
            if situation["result"] != done.result.as_str() && !no_core {
                differences.push(format!("result: {}, systemd {}", done.result, situation["result"]));
            }
        }
    }
    differences
}

fn at(event: &Value) -> i64 {
    event["at_us"].as_i64().unwrap()
}

/// The same signals for each process, in the same order, at the same time: since the beginning, since the signal
/// before, or since the last state or command began, as each of systemd's timers may be late and the next ones begin
/// with that.
fn signals(recorded: &[&Value], ours: &[&Value], differences: &mut Vec<String>) {
    let by_process = |events: &[&Value]| {
        let mut by_process: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for event in events.iter().filter(|event| event.get("signal").is_some()) {
            by_process.entry(event["to"].as_str().unwrap().to_owned()).or_default().push((*event).clone());
        }
        by_process
    };
    // What came before the first signal to a process: the command that was run last, which may have been late too.
    let command = |before: &Value| {
        let runs = recorded.iter().rfind(|event| event.get("run").is_some() && at(event) <= at(before));
        runs.map(|event| event["name"].clone())
    };
    let begun = |events: &[&Value], command: &Option<Value>| {
        let run = events
            .iter()
            .find(|event| event.get("run").is_some() && Some(&event["name"]) == command.as_ref());
        run.map_or(0, |event| at(event))
    };
    let ours_all = ours;
    let (signals, mut by_us) = (by_process(recorded), by_process(ours));
    for (process, signals) in signals {
        let command = command(&signals[0]);
        let (mut before, mut our_before) = (begun(recorded, &command), begun(ours, &command));
        let mut ours = by_us.remove(&process).unwrap_or_default().into_iter().peekable();
        // To a process that is already dying a signal is sent or not, as the kernel lets it go slowly or fast.
        let mut dying = false;
        for event in &signals {
            dying |= event.get("last").is_some();
            let same = |other: &Value| {
                let late = (at(other) - at(event)).abs();
                let later = (at(other) - our_before - (at(event) - before)).abs();
                let since = last_begun(recorded, ours_all, event)
                    .map_or(late, |(before, ours)| (at(other) - ours - (at(event) - before)).abs());
                late.min(later).min(since) <= TOLERANCE
                    && ["signal", "by", "value"].iter().all(|key| other.get(key) == event.get(key))
            };
            if let Some(ours) = ours.next_if(same) {
                (before, our_before) = (at(event), at(&ours));
            } else if event.get("error").is_none() {
                let next = ours.peek().map_or("nothing".into(), ToString::to_string);
                differences.push(format!("signal: {next}, systemd {event}"));
                break;
            }
        }
        let more = ours.filter(|event| event.get("error").is_none() && !dying);
        differences.extend(more.map(|event| format!("signal: {event}, systemd none")));
    }
    for event in by_us.into_values().flatten() {
        differences.push(format!("signal: {event}, systemd none"));
    }
}

/// When the state was entered, or the command run, that came last before systemd did this, and when it was by our
/// account, where that is told.
fn last_begun(recorded: &[&Value], ours: &[&Value], event: &Value) -> Option<(i64, i64)> {
    let begins = |event: &&&Value| event.get("state").is_some() || event.get("run").is_some();
    let before: Vec<&&Value> = recorded.iter().filter(begins).filter(|other| at(other) < at(event)).collect();
    let last = before.last()?;
    if last.get("run").is_some() {
        let ours = ours.iter().find(|ours| ours.get("run").is_some() && ours["name"] == last["name"])?;
        return Some((at(last), at(ours)));
    }
    // systemd does not say of one command after the other that they are run in the same state.
    let mut states: Vec<&&Value> = ours.iter().filter(|event| event.get("state").is_some()).collect();
    states.dedup_by_key(|state| &state["state"]);
    let same = |state: &&&Value| state["state"] == last["state"];
    let ours = states.into_iter().filter(same).nth(before.iter().filter(|state| same(state)).count() - 1)?;
    Some((at(last), at(ours)))
}

/// In which order the kinds of processes are signalled; which of several of the rest comes first is the kernel's choice.
fn order(events: &[&Value]) -> Vec<&'static str> {
    let number = |name: &Value| name.as_str()?.strip_prefix("command")?.parse::<u32>().ok();
    // A command that another one has followed for a while is one of the rest. (Runs and signals may be told by two
    // clocks, and not in their order.)
    let runs: Vec<(i64, u32)> = events
        .iter()
        .filter(|event| event.get("run").is_some())
        .filter_map(|event| Some((at(event), number(&event["name"])?)))
        .collect();
    let newest = |event: &Value| {
        let before = runs.iter().filter(|(began, _)| began + 100_000 <= at(event));
        before.map(|(_, number)| *number).max().unwrap_or_default()
    };
    let signals = events.iter().filter_map(|event| {
        let sent = event.get("signal").is_some() && event.get("by").is_none() && event.get("error").is_none();
        sent.then(|| (event, newest(event)))
    });
    // Whom SIGKILL has reached is on its way out, and may or may not be met once more.
    let mut dying: Vec<&Value> = Vec::new();
    let mut order: Vec<&'static str> = signals
        .filter(|(event, _)| {
            let met_again = dying.contains(&&event["to"]);
            if event["signal"] == "SIGKILL" {
                dying.push(&event["to"]);
            }
            !met_again
        })
        .map(|(event, newest)| match event["to"].as_str().unwrap() {
            "main" => "main",
            _ if number(&event["to"]).is_some_and(|number| number >= newest) => "command",
            _ => "rest",
        })
        .collect();
    order.dedup();
    order
}

/// The same commands, at the same time: since the beginning, or since the command before.
fn commands(recorded: &[&Value], ours: &[&Value], differences: &mut Vec<String>) {
    let runs = |events: &[&Value]| -> Vec<(String, String, i64)> {
        let runs = events.iter().filter(|event| event.get("run").is_some());
        let words = |event: &Value| {
            let words = strings(&event["run"]);
            let program = words[0].rsplit('/').next().unwrap().to_uppercase();
            format!("{program} {}", words[1..].join(" "))
        };
        runs.map(|event| (words(event), event["name"].as_str().unwrap().to_owned(), at(event))).collect()
    };
    let since = |event: &&&Value| last_begun(recorded, ours, event);
    let begun: Vec<_> =
        recorded.iter().filter(|event| event.get("run").is_some()).map(|e| since(&e)).collect();
    let (recorded, ours) = (runs(recorded), runs(ours));
    let (mut before, mut our_before) = (0, 0);
    let same = recorded.len() == ours.len()
        && recorded.iter().zip(&ours).zip(begun).all(|((a, b), begun)| {
            let late = (a.2 - b.2).abs().min(((a.2 - before) - (b.2 - our_before)).abs());
            let late = begun.map_or(late, |(before, ours)| late.min((a.2 - before - (b.2 - ours)).abs()));
            (before, our_before) = (a.2, b.2);
            a.0 == b.0 && a.1 == b.1 && late <= TOLERANCE
        });
    if !same {
        differences.push(format!("commands: {ours:?}, systemd {recorded:?}"));
    }
}

//! `explain --compare` says that a kill is the same as a stop where a real systemd did the same, and only there.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The recorded situations by name: `SERVICE.WORDS-OF-SYSTEMCTL`; those that were thought of, and those that were
/// drawn, which UNITCTL_COMPARISONS may replace.
fn recordings() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/signals");
    let drawn = std::env::var_os("UNITCTL_COMPARISONS")
        .map_or_else(|| folder.join("drawn-comparisons.jsonl"), PathBuf::from);
    let read = |path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let rows = [folder.join("comparisons.jsonl"), drawn].into_iter().flat_map(read);
    rows.map(|row| (row["name"].as_str().unwrap().to_owned(), row)).collect()
}

/// What a recording comes to: who got which signal at first (SIGCONT left aside), how many commands ran before
/// any signal and how many in all, who was left, and whether the service was active or failed in the end.
type Essence<'a> = (BTreeSet<(String, String)>, [usize; 2], &'a Value, &'a Value);

fn essence(row: &Value) -> Essence<'_> {
    let events = row["events"].as_array().unwrap();
    // Processes are signalled, then the state changes.
    let first = events.iter().take_while(|event| {
        event["state"].is_null() || event["state"] == "stop" || event["state"] == "reload"
    });
    let signals = first
        .filter(|event| event["later"].is_null())
        .flat_map(|event| {
            let of = |to: &str, signal: &Value| (to.to_owned(), signal.as_str().unwrap().to_owned());
            match (&event["signal"], event.get("cgroup_kill")) {
                (Value::Null, None) => vec![],
                (Value::Null, Some(_)) => {
                    let kill = Value::from("SIGKILL");
                    vec![of("main", &kill), of("c1", &kill)]
                }
                (signal, _) => vec![of(event["to"].as_str().unwrap(), signal)],
            }
        })
        .filter(|(_, signal)| signal != "SIGCONT")
        .collect();
    let is_run = |event: &&Value| event.get("run").is_some();
    let before = events.iter().take_while(|event| event["signal"].is_null()).filter(is_run).count();
    let runs = [before, events.iter().filter(is_run).count()];
    (signals, runs, &row["left"], &row["active"])
}

fn compare(row: &Value, action: &str, kill: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.service");
    std::fs::write(&file, row["unit"].as_str().unwrap().replace("ACTOR", "/run/actor")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_unitctl"))
        .args(["explain", "--compare", "--format", "json", "--action", action])
        .args(kill.split(' ').skip(1))
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["compare"].clone()
}

#[test]
fn a_kill_is_said_to_be_a_stop_where_systemd_did_the_same() {
    let recordings = recordings();
    let (mut compared, mut same, mut report) = (0, 0, String::new());
    for (name, kill) in &recordings {
        let words = kill["do"].as_str().unwrap();
        let service = name.split_once('.').unwrap().0;
        let action = if service.starts_with("reload") { "reload" } else { "stop" };
        let Some(stop) = recordings.get(&format!("{service}.{action}")).filter(|_| words.starts_with("kill"))
        else {
            continue;
        };
        let said = compare(kill, action, words);
        let mut observed = (essence(stop), essence(kill));
        if action == "reload" {
            // The command that sends the signal is what is compared.
            observed.0.1 = observed.0.1.map(|runs| runs - usize::from(service != "reload-check-fails"));
        }
        compared += 1;
        same += usize::from(said["same"] == true);
        if said["same"] != (observed.0 == observed.1) {
            writeln!(report, "{name}: said {said}\n  observed {observed:?}").unwrap();
        }
    }
    println!("{compared} pairs, {same} of them the same");
    assert!(report.is_empty(), "{report}");
    assert!(compared >= 90 && same >= 10, "only {compared} pairs, {same} the same");
}

#[test]
fn every_difference_has_its_line() {
    let recordings = recordings();
    for (service, kind, directive) in [
        ("mixed.stop", "recipients", "KillMode"),
        ("quit.stop", "signal", "KillSignal"),
        ("sighup.stop", "signal", "SendSIGHUP"),
        ("exec-stop.stop", "commands", "ExecStop"),
        ("always.stop", "afterwards", "Restart"),
        ("remains.stop", "afterwards", "RemainAfterExit"),
        ("exec-stop-post.stop", "ExecStopPost", "ExecStopPost"),
        ("plain.stop", "escalation", "TimeoutStopSec"),
    ] {
        let said = compare(&recordings[service], "stop", "kill");
        let differences = said["differences"].as_array().unwrap();
        let found = differences.iter().find(|difference| difference["kind"] == kind);
        let because = &found.unwrap_or_else(|| panic!("{service}: {said}"))["because"];
        assert_eq!(because["directive"], directive, "{said}");
        let unit = recordings[service]["unit"].as_str().unwrap();
        let line = because["line"].as_u64().unwrap();
        let text = unit.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
        assert!(text.starts_with(&format!("{directive}=")), "{text}");
    }
}

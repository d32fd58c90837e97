//! Units that are no services: what systemd 262 was observed to do when it stopped them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

use serde_json::Value;
use std::process::Command;

fn explain(files: &[(&str, &str)], unit: &str, options: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
    command.args(["explain", "--format", "json", "--unit-path"]).arg(folder.path());
    let output = command.args(options).arg(unit).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The phases as `state: then, on_timeout`.
fn ways(said: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let phases = said["phases"].as_array().unwrap().iter();
    phases
        .map(|p| format!("{}: {}, {}", text(&p["state"]), text(&p["then"]), text(&p["on_timeout"])))
        .collect()
}

#[test]
fn a_socket_runs_its_commands_and_signals_only_what_takes_too_long() {
    let unit = "[Socket]\nListenStream=/run/a\nExecStopPre=/bin/a\nExecStopPost=/bin/b\nTimeoutSec=1\n";
    let said = explain(&[("a.socket", unit)], "a.socket", &[]);
    assert_eq!(
        ways(&said),
        [
            "stop-pre: stop-post, stop-pre-sigterm",
            "stop-pre-sigterm: stop-post, stop-pre-sigkill",
            "stop-pre-sigkill: stop-post, stop-post",
            // Whoever the last command leaves behind stays.
            "stop-post: dead, final-sigterm",
            "final-sigterm: dead, final-sigkill",
            "final-sigkill: dead, dead",
        ]
    );
    assert_eq!(said["settings"]["TimeoutSec"]["value"], "1s");
}

#[test]
fn without_sigkill_a_socket_gives_up() {
    let unit = "[Socket]\nListenStream=/run/a\nExecStopPre=/bin/a\nSendSIGKILL=no\nSendSIGHUP=yes\n";
    let said = explain(&[("a.socket", unit)], "a.socket", &[]);
    let states: Vec<String> = ways(&said);
    assert_eq!(
        states,
        [
            "stop-pre: stop-post, stop-pre-sigterm",
            "stop-pre-sigterm: stop-post, stop-post",
            "stop-post: final-sigterm, final-sigterm",
            "final-sigterm: dead, dead",
        ]
    );
    let signals: Vec<&str> = said["phases"][1]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["to"] == "control")
        .map(|step| step["signal"].as_str().unwrap())
        .collect();
    assert_eq!(signals, ["SIGTERM", "SIGCONT", "SIGHUP"]);
}

#[test]
fn mounts_and_swaps_have_one_command() {
    let mount = "[Mount]\nWhat=tmpfs\nWhere=/mnt/x\nLazyUnmount=yes\n";
    let said = explain(&[("mnt-x.mount", mount)], "mnt-x.mount", &[]);
    assert_eq!(said["phases"][0]["steps"][0]["run"], serde_json::json!(["umount", "/mnt/x", "-c", "-l"]));
    assert_eq!(ways(&said)[0], "unmounting: dead, unmounting-sigterm");
    let said = explain(&[("dev-sda2.swap", "[Swap]\nWhat=/dev/sda2\n")], "dev-sda2.swap", &[]);
    assert_eq!(said["phases"][0]["steps"][0]["run"], serde_json::json!(["swapoff", "/dev/sda2"]));
}

#[test]
fn a_slice_stops_all_below_it() {
    let service = "[Unit]\nDefaultDependencies=no\n[Service]\nSlice=my-x.slice\nExecStart=/bin/a\n";
    let said = explain(&[("v.service", service), ("my.slice", "[Slice]\n")], "my.slice", &[]);
    assert!(said["phases"].as_array().unwrap().is_empty());
    let stops: Vec<(&str, &str)> = said["also_stops"]
        .as_array()
        .unwrap()
        .iter()
        .map(|other| (other["unit"].as_str().unwrap(), other["when"].as_str().unwrap()))
        .collect();
    assert_eq!(stops, [("v.service", "before"), ("my-x.slice", "before")]);
}

#[test]
fn a_target_stops_what_is_part_of_it() {
    let service = "[Unit]\nPartOf=t.target\nAfter=t.target\n[Service]\nExecStart=/bin/a\n";
    let said = explain(&[("v.service", service), ("t.target", "[Unit]\n")], "t.target", &[]);
    assert_eq!(said["also_stops"][0]["unit"], "v.service");
    assert_eq!(said["also_stops"][0]["because"]["directive"], "PartOf");
}

#[test]
fn a_mount_takes_along_what_works_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let service =
        |setting: &str| format!("[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/a\n{setting}\n");
    for (name, text) in [
        ("srv-data.mount", "[Mount]\nWhat=/dev/x\nWhere=/srv/data\n".to_owned()),
        ("var-lib-db.mount", "[Mount]\nWhat=/dev/y\nWhere=/var/lib/db\n".into()),
        ("in.service", service("WorkingDirectory=/srv/data/deep")),
        ("perhaps.service", service("WorkingDirectory=-/srv/data")),
        ("root.service", service("RootDirectory=/srv/data")),
        ("elsewhere.service", service("WorkingDirectory=/srv/data\nWorkingDirectory=/srv")),
        ("db.service", service("StateDirectory=other db")),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let stops = |unit: &str| -> Vec<(String, String)> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
        command.args(["explain", "--format", "json", "--unit-path"]).arg(folder.path()).arg(unit);
        let said: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let stops = said["also_stops"].as_array().unwrap().iter();
        stops.map(|stops| (text(&stops["unit"]), text(&stops["because"]["directive"]))).collect()
    };
    // RootDirectory= and a directory that may be missing only order (systemd 262: WantsMountsFor).
    assert_eq!(stops("srv-data.mount"), [("in.service".into(), "WorkingDirectory".into())]);
    assert_eq!(stops("var-lib-db.mount"), [("db.service".into(), "StateDirectory".into())]);
}

/// A socket, a mount and two scopes were killed: the socket listened, the mount was mounted; a scope was active as long as
/// one of its processes was there, and then not found any more.
#[test]
fn what_follows_a_kill_is_said() {
    for (unit, text, words) in [
        ("a.socket", "[Socket]\nListenStream=/run/a\n", "the socket goes on listening"),
        ("mnt.mount", "[Mount]\nWhat=tmpfs\nWhere=/mnt\n", "Whatever becomes of them, it stays mounted"),
        ("a.scope", "[Scope]\n", "the scope is gone"),
        ("a.slice", "[Slice]\n", "up to each unit in it"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(unit), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
        command.args(["explain", "--action", "kill", "--unit-path"]).arg(folder.path());
        let said = String::from_utf8(command.arg(unit).output().unwrap().stdout).unwrap();
        assert!(said.contains(words), "{said}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
        command.args(["explain", "--unit-path"]).arg(folder.path());
        let said = String::from_utf8(command.arg(unit).output().unwrap().stdout).unwrap();
        assert!(!said.contains(words), "{said}");
    }
}

//! `unitctl explain` has a plan for every real service, each setting in it with the line that truly set it.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "who runs the tests says where units are")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use unitctl::args::{Cli, Command};
use unitctl::context::Context;
use unitctl::explain;

/// The services below a folder.
fn services(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(services(&path));
        } else if path.is_file() && path.extension().is_some_and(|end| end == "service") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What `unitctl ARGUMENTS` would print.
fn unitctl(arguments: &[&str]) -> String {
    use clap::Parser;
    let cli = Cli::parse_from([&["unitctl"], arguments].concat());
    let context = Context::new(&cli.global).unwrap();
    match &cli.command {
        Command::Explain(args) => {
            explain::text(args, &context, &mut |failure| unreachable!("{failure}")).unwrap()
        }
        _ => unreachable!("only explain is tested here"),
    }
}

fn real_services() -> Vec<PathBuf> {
    let mut units = services(Path::new("/usr/lib/systemd/system"));
    units.extend(
        std::env::var_os("UNITCTL_CORPUS").map(PathBuf::from).iter().flat_map(|folder| services(folder)),
    );
    units.sort();
    units.dedup();
    units
}

#[test]
fn every_real_service_has_a_plan() {
    let units = real_services();
    for unit in &units {
        let path = unit.to_str().unwrap();
        for action in ["stop", "restart", "kill"] {
            let text = unitctl(&["explain", "--action", action, "--format", "json", path]);
            let plan: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(plan["load_state"], "loaded", "{path}");
            assert!(!plan["phases"].as_array().unwrap().is_empty(), "{path}");
            check_origins(&plan, path);
        }
        let text = unitctl(&["explain", path]);
        let file = fs::canonicalize(unit).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(text.lines().next().unwrap().contains(name), "{text}");
    }
    println!("{} real services explained", units.len());
}

/// The line that a setting names assigns it, and a default is assigned nowhere.
fn check_origins(plan: &Value, path: &str) {
    for (name, setting) in plan["settings"].as_object().unwrap() {
        let written = |line: &str| {
            let key = line.split('=').next().unwrap_or_default().trim();
            key == name
                || key == "TimeoutSec" && ["TimeoutStartSec", "TimeoutStopSec"].contains(&name.as_str())
        };
        if let Some(origin) = setting["origin"].as_object() {
            let file = fs::read_to_string(origin["file"].as_str().unwrap()).unwrap();
            let number = usize::try_from(origin["line"].as_u64().unwrap()).unwrap();
            let line = file.lines().nth(number - 1).unwrap();
            assert!(written(line), "{path}: {name} is said to be set by `{line}`");
            let value = setting["value"].as_str().unwrap_or_default();
            if !name.starts_with("Timeout") && name != "PIDFile" && !value.is_empty() {
                let spelt = |text: &str| text.trim_start_matches("SIG").to_ascii_lowercase();
                let set = line.split_once('=').unwrap().1.trim();
                let same = spelt(set) == spelt(value) || ["yes", "no"].contains(&value);
                assert!(same || set.parse::<u8>().is_ok(), "{path}: {name}={value}, and the line says {set}");
            }
        } else {
            for file in plan["files"].as_array().unwrap() {
                let text = fs::read_to_string(file.as_str().unwrap()).unwrap();
                let set = text.lines().filter(|line| written(line) && !line.trim().ends_with('=')).count();
                assert_eq!(set, 0, "{path}: {name} is said to be a default");
            }
        }
    }
}

#[test]
fn a_template_is_explained_with_its_instance_left_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a@.service");
    fs::write(&path, "[Service]\nExecStart=/bin/a %i\nExecStop=/bin/b %i %p\n").unwrap();
    let text = unitctl(&["explain", path.to_str().unwrap()]);
    assert!(text.contains("run /bin/b %i a\n") || text.contains("run /bin/b %i a "), "{text}");
}

#[test]
fn drop_ins_are_named_and_cited() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a.service.d")).unwrap();
    fs::write(folder.path().join("a.service"), "[Service]\nExecStart=/bin/a\nKillMode=mixed\n").unwrap();
    fs::write(folder.path().join("a.service.d/x.conf"), "[Service]\n\nKillMode=process\n").unwrap();
    let text = unitctl(&["explain", folder.path().join("a.service").to_str().unwrap()]);
    assert!(text.lines().next().unwrap().contains("a.service.d/x.conf"), "{text}");
    assert!(text.contains("KillMode=process a.service.d/x.conf:3"), "{text}");
    assert!(text.contains("Never signalled: the other processes"), "{text}");
}

#[test]
fn a_unit_that_systemd_refuses_is_explained_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    fs::write(&path, "[Service]\nExecStop=/bin/a\nKilMode=mixed\n").unwrap();
    let text = unitctl(&["explain", path.to_str().unwrap()]);
    assert!(text.contains("systemd refuses to load this unit"), "{text}");
    assert!(text.contains("did you mean KillMode=?"), "{text}");
}

#[test]
fn a_bare_name_that_is_found_in_the_working_directory_only_is_said_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("unitctl-here.service"), "[Service]\nExecStart=/bin/true\n").unwrap();
    let asked = |word: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_unitctl"))
            .args(["explain", word])
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, complaint) = asked("unitctl-here");
    assert_eq!(status, Some(2));
    assert!(complaint.ends_with("; one is here: say ./unitctl-here.service\n"), "{complaint}");
    assert_eq!(asked("unitctl-here.service"), (Some(0), String::new()));
    assert!(!asked("unitctl-elsewhere").1.contains("one is here"));
}

/// systemd 262 was asked: of `a/b` only `b` goes; a link to a directory and what somebody left there make no difference.
#[test]
fn what_systemd_removes_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    let unit = path.to_str().unwrap();
    for (settings, action, removes) in [
        ("RuntimeDirectory=a b/c", "stop", &["/run/a", "/run/b/c"][..]),
        ("RuntimeDirectory=a:link", "stop", &["/run/a"]),
        ("RuntimeDirectory=a\nRuntimeDirectoryPreserve=yes", "stop", &[]),
        ("RuntimeDirectory=a\nRuntimeDirectoryPreserve=restart", "stop", &["/run/a"]),
        ("RuntimeDirectory=a\nRuntimeDirectoryPreserve=restart", "restart", &[]),
        ("RuntimeDirectory=a", "restart", &["/run/a"]),
        ("RuntimeDirectory=a", "kill", &[]),
        ("RuntimeDirectory=a\nKillMode=none", "stop", &["/run/a"]),
        ("PIDFile=/run/a.pid", "stop", &["/run/a.pid"]),
        ("StateDirectory=a", "stop", &[]),
    ] {
        fs::write(&path, format!("[Service]\nExecStart=/bin/a\n{settings}\n")).unwrap();
        let json: Value =
            serde_json::from_str(&unitctl(&["explain", "--format=json", "--action", action, unit])).unwrap();
        let named: Vec<&str> =
            json["removes"].as_array().into_iter().flatten().map(|path| path.as_str().unwrap()).collect();
        assert_eq!(named, removes, "{settings}, {action}");
        let text = unitctl(&["explain", "--action", action, unit]);
        assert_eq!(text.contains("systemd removes"), !removes.is_empty(), "{settings}, {action}: {text}");
    }
}

/// Observed: systemctl exits with 4, and says that the unit may be requested by dependency only. It reloads and kills.
#[test]
fn what_systemctl_refuses_to_do_by_hand_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("a.service");
    for (setting, refused) in [
        ("RefuseManualStop", &["stop", "restart"][..]),
        ("RefuseManualStart", &["restart"]),
        ("IgnoreOnIsolate", &[]),
    ] {
        let text = format!("[Unit]\n{setting}=yes\n[Service]\nExecStart=/bin/a\nExecReload=/bin/b\n");
        fs::write(&unit, text).unwrap();
        for action in ["stop", "restart", "reload", "kill"] {
            let said = |format| {
                unitctl(&["explain", "--action", action, "--format", format, unit.to_str().unwrap()])
            };
            let document: Value = serde_json::from_str(&said("json")).unwrap();
            let because = format!("{setting}=yes a.service:2");
            let expected = refused.contains(&action);
            assert_eq!(document["refused"].as_str().is_some_and(|why| why.contains(&because)), expected);
            assert_eq!(said("text").contains(&because), expected, "{action}: {}", said("text"));
        }
    }
}

/// Recorded as the situations idle…, starting-oneshot-goes-on… and reload-main-goes….
#[test]
fn what_no_phase_shows_is_said_below() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    let unit = path.to_str().unwrap();
    let (idles, goes_on) = ("begins 6 s late", "the next one is run all the same");
    let stops = "If the main process ends meanwhile, systemd stops the service";
    let two = "Type=oneshot\nExecStart=/bin/b";
    for (settings, action, said) in [
        ("Type=idle\nExecStop=/bin/b", "stop", &[idles][..]),
        ("Type=idle\nExecReload=/bin/b", "reload", &[idles, stops]),
        ("Type=idle", "stop", &[]),
        ("ExecStop=/bin/b", "stop", &[]),
        ("ExecReload=/bin/b", "reload", &[stops]),
        (two, "stop", &[goes_on]),
        ("Type=oneshot", "stop", &[]),
        ("Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/b", "stop", &[]),
    ] {
        fs::write(&path, format!("[Service]\nExecStart=/bin/a\n{settings}\n")).unwrap();
        let text = unitctl(&["explain", "--action", action, unit]);
        for words in [idles, goes_on, stops] {
            assert_eq!(text.contains(words), said.contains(&words), "{settings}, {action}: {text}");
        }
    }
    fs::write(&path, format!("[Service]\nExecStart=/bin/a\n{two}\n")).unwrap();
    assert!(unitctl(&["explain", unit]).contains("it may take for ever (TimeoutStartSec=)"));
    fs::write(&path, format!("[Service]\nExecStart=/bin/a\n{two}\nTimeoutStartSec=5\n")).unwrap();
    let json: Value = serde_json::from_str(&unitctl(&["explain", "--format=json", unit])).unwrap();
    assert!(json["worst_case_us"].as_u64().is_some(), "{json}");
}

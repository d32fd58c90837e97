//! The units that `explain` says stop with a unit, and their order, are those that a real systemd stopped; so
//! are those that started it again.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

mod afterwards_cases;

use afterwards_cases::{cases, explanation};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|unit| unit["unit"].as_str().unwrap()).collect()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|unit| unit.as_str().unwrap()).collect()
}

/// A template that was named stands for all of its instances.
fn is_meant(named: &str, unit: &str) -> bool {
    let template = unit.split_once('@').map(|(prefix, rest)| (prefix, rest.rsplit_once('.').unwrap().1));
    named == unit || template.is_some_and(|(prefix, kind)| named == format!("{prefix}@.{kind}"))
}

fn is_about_others(case: &Value) -> bool {
    // What main processes do by themselves is the business of another test; explain counts every unit as active,
    // and one case is about a unit that is not.
    // Nor does it foretell that systemctl refuses a restart which would stop the unit itself.
    !["refuses", "chain-through-inactive"].contains(&case["name"].as_str().unwrap())
        && !case["systemctl"]["stderr"].as_str().unwrap().contains("conflicting jobs")
        && case["unit"].as_str().unwrap().ends_with(".service")
}

#[test]
fn the_units_that_stop_are_those_that_systemd_stopped_in_its_order() {
    let (mut compared, mut with_others, mut report) = (0, 0, String::new());
    for case in cases().iter().filter(|case| is_about_others(case)) {
        let folder = tempfile::tempdir().unwrap();
        let said = explanation(case, folder.path());
        let own = said["unit"].as_str().unwrap();
        let active = strings(&case["active_before"]);
        // One that never ceased stopping while it was watched has no place in the order.
        let has_stopped = |unit: &&Value| !unit["done_us"].is_null();
        let stopped: Vec<&Value> = case["stopped"].as_array().unwrap().iter().filter(has_stopped).collect();
        let observed: BTreeSet<&str> =
            names(&case["stopped"]).into_iter().filter(|unit| *unit != own).collect();
        let foretold = names(&said["also_stops"]);
        let foretold_active: BTreeSet<&str> = active
            .iter()
            .copied()
            .filter(|unit| *unit != own && foretold.iter().any(|named| is_meant(named, unit)))
            .collect();
        compared += 1;
        with_others += usize::from(!observed.is_empty());
        if observed != foretold_active {
            writeln!(report, "{}: said {foretold:?}, observed {observed:?}", case["name"]).unwrap();
            continue;
        }
        // Of two units one of which had stopped before the other began to, that one is said first.
        let when = |unit: &str| stopped.iter().find(|s| s["unit"] == *unit).copied();
        let Some(main) = when(own).filter(|_| case["do"] == "stop") else { continue };
        for other in said["also_stops"].as_array().unwrap() {
            let Some(seen) = stopped
                .iter()
                .find(|s| is_meant(other["unit"].as_str().unwrap(), s["unit"].as_str().unwrap()))
            else {
                continue;
            };
            let observed = if seen["done_us"].as_u64() <= main["at_us"].as_u64() {
                "before"
            } else if seen["at_us"].as_u64() >= main["done_us"].as_u64() {
                "after"
            } else {
                "together"
            };
            // A unit that has no order with it may happen to be early or late.
            if other["when"] != observed && other["when"] != "together" {
                let (unit, when) = (&other["unit"], &other["when"]);
                writeln!(report, "{}: {unit} said {when}, observed {observed}", case["name"]).unwrap();
            }
        }
        let position = |unit: &str| foretold.iter().position(|named| is_meant(named, unit));
        for (a, b) in stopped.iter().flat_map(|a| stopped.iter().map(move |b| (a, b))) {
            let (first, second) =
                (position(a["unit"].as_str().unwrap()), position(b["unit"].as_str().unwrap()));
            if let (Some(first), Some(second)) = (first, second)
                && a["done_us"].as_u64().unwrap() <= b["at_us"].as_u64().unwrap()
                // Services take their time; others are gone at once, and then come first without an order.
                && a["done_us"].as_u64().unwrap() - a["at_us"].as_u64().unwrap() > 200_000
                && first > second
            {
                writeln!(report, "{}: {} stopped before {}", case["name"], a["unit"], b["unit"]).unwrap();
            }
        }
    }
    println!("{compared} cases, {with_others} in which other units stopped");
    assert!(report.is_empty(), "{report}");
    assert!(with_others >= 60, "only {with_others} cases in which other units stopped");
}

#[test]
fn what_starts_a_stopped_unit_again_was_foretold() {
    let (mut started_again, mut warned) = (0, 0);
    for case in cases().iter().filter(|case| is_about_others(case) && case["do"] == "stop") {
        let folder = tempfile::tempdir().unwrap();
        let said = explanation(case, folder.path());
        let foretold = names(&said["may_start_again"]);
        if case["started"].as_array().unwrap().contains(&said["unit"]) {
            assert!(!foretold.is_empty(), "{case}");
            started_again += 1;
        }
        // systemctl names the active units that may trigger it.
        let warning = case["systemctl"]["stderr"].as_str().unwrap();
        if let Some((_, triggers)) = warning.split_once("still active:\n") {
            let triggers: Vec<&str> = triggers.split_ascii_whitespace().collect();
            assert_eq!(foretold, triggers, "{case}");
            warned += 1;
        }
    }
    assert!(started_again >= 5, "only {started_again} cases in which the unit was started again");
    assert!(warned >= 5, "only {warned} cases in which systemctl warned");
}

#[test]
fn restarts_take_along_what_depends_on_the_unit() {
    let (mut compared, mut report) = (0, String::new());
    for case in cases().iter().filter(|case| case["do"] == "restart") {
        let folder = tempfile::tempdir().unwrap();
        let said = explanation(case, folder.path());
        for other in said["also_stops"].as_array().unwrap() {
            let back = strings(&case["started"]).contains(&other["unit"].as_str().unwrap());
            if other["starts_again"].as_bool().unwrap_or_default() != back {
                writeln!(report, "{}: {} starts again: {back}", case["name"], other["unit"]).unwrap();
            }
            compared += 1;
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(compared >= 4, "only {compared} units were compared");
}

#[test]
fn a_service_on_the_bus_may_be_started_by_it() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let bus = "usr/share/dbus-1/system-services/org.a.service";
    write("usr/lib/systemd/system/a.service", "[Service]\nType=dbus\nBusName=org.a\nExecStart=/bin/a\n");
    for (text, expected) in [
        ("[D-BUS Service]\nName=org.a\nExec=/bin/false\nSystemdService=a.service\n", Some(4)),
        ("[D-BUS Service]\nName=org.a\nExec=/bin/a\n", None),
        ("[D-BUS Service]\nName=org.a\nSystemdService=b.service\n", None),
    ] {
        write(bus, text);
        let output = Command::new(env!("CARGO_BIN_EXE_unitctl"))
            .arg("--root")
            .arg(root.path())
            .args(["explain", "--format", "json", "a.service"])
            .output()
            .unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let starter = &said["may_start_again"][0];
        assert_eq!(starter["because"]["line"].as_u64(), expected, "{text}");
        assert_eq!(starter["unit"].as_str(), expected.map(|_| "dbus.service"));
    }
}

//! What `explain --action kill` says comes afterwards is what a real systemd did.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

mod afterwards_cases;

use afterwards_cases::{cases, explanation};
use serde_json::Value;
use std::fmt::Write as _;

/// Whether the main process leaves the signal of the case at its default effect, and nothing else in the case
/// fails: what explain can know nothing of.
fn is_plain(case: &Value) -> bool {
    let unit = case["files"][case["unit"].as_str().unwrap()].as_str().unwrap();
    let main = unit.lines().rfind(|line| line.starts_with("ExecStart=")).unwrap();
    let signal = case["do"].as_str().unwrap().split_once("-s ").map_or("TERM", |(_, name)| name);
    !main.contains(&format!("{signal}=")) && !unit.contains("/bin/false")
}

/// The cases that explain by their name are about the service alone.
fn is_about_the_service(case: &Value) -> bool {
    case["do"].as_str().unwrap().starts_with("kill") && case["name"].as_str().unwrap().starts_with("restart-")
}

#[test]
fn a_killed_service_is_restarted_or_not_as_systemd_does() {
    let (mut compared, mut report) = (0, String::new());
    for case in cases().iter().filter(|case| is_about_the_service(case) && is_plain(case)) {
        let folder = tempfile::tempdir().unwrap();
        let said = explanation(case, folder.path());
        let afterwards = &said["afterwards"];
        compared += 1;
        let mut differs = |what: &str, said: &Value, observed: &Value| {
            if said != observed {
                writeln!(report, "{}: {what}: said {said}, observed {observed}", case["name"]).unwrap();
            }
        };
        differs("restarts", &afterwards["restarts"], &case["restarted"]);
        if case["restarted"] == false {
            let active = Value::from(case["active_after"].as_array().unwrap().contains(&case["unit"]));
            let remains = ["unchanged", "exited"].contains(&afterwards["becomes"].as_str().unwrap());
            differs("stays active", &remains.into(), &active);
            let failed = Value::from(case["result"] != "success");
            differs("fails", &(afterwards["becomes"] == "failed").into(), &failed);
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(compared >= 50, "only {compared} cases were compared");
}

#[test]
fn what_fails_later_can_lead_to_a_restart_that_is_foretold() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| is_about_the_service(case)) {
        let unit = case["files"]["a.service"].as_str().unwrap();
        let fails_later = unit.contains("/bin/false") || unit.contains("c1:TERM=ignore");
        if case["restarted"] == false || !fails_later {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let afterwards = &explanation(case, folder.path())["afterwards"];
        assert_eq!(afterwards["restarts_if_cleanup_fails"], true, "{case}");
        compared += 1;
    }
    assert!(compared >= 3, "only {compared} cases were compared");
}

/// systemd 262 was asked: `SuccessExitStatus=SIGQUIT` and `Restart=on-success`, killed with SIGQUIT.
#[test]
fn an_end_with_a_core_dump_is_never_clean() {
    for (limit, restarts) in [("", true), ("LimitCORE=0\n", true), ("LimitCORE=infinity\n", false)] {
        let unit = format!(
            "[Service]\nExecStart=/bin/sleep 1\nSuccessExitStatus=SIGQUIT\nRestart=on-success\n{limit}"
        );
        let case =
            serde_json::json!({"files": {"a.service": unit}, "do": "kill -s QUIT", "unit": "a.service"});
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(explanation(&case, folder.path())["afterwards"]["restarts"], restarts, "{limit}");
    }
}

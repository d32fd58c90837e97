//! `explain --diff`: what a change of unit files does to a plan.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const START: &str = "[Service]\nExecStart=/bin/a\n";

fn write(folder: &Path, name: &str, lines: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("{START}{lines}")).unwrap();
}

fn diff(old: &Path, new: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unitctl"));
    command.args(["explain", "--diff"]).args([old, new]).args(options).output().unwrap()
}

/// What changes if `old` becomes `new`: what, how it was and how it is, and the first setting behind it.
fn changes(old: &str, new: &str, options: &[&str]) -> Vec<[String; 4]> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "old/a.service", old);
    write(folder.path(), "new/a.service", new);
    let options = [&["--format", "json"], options].concat();
    let output = diff(&folder.path().join("old/a.service"), &folder.path().join("new/a.service"), &options);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = json["units"][0]["changes"].as_array().unwrap();
    assert_eq!(json["changed"], !list.is_empty());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|c| [text(&c["what"]), text(&c["old"]), text(&c["new"]), text(&c["because"][0]["directive"])])
        .collect()
}

#[test]
fn facts_of_a_plan_change() {
    for (old, new, expected) in [
        (
            "TimeoutStopSec=90\n",
            "TimeoutStopSec=10\n",
            ["worst case", "4 min 30 s", "30 s", "TimeoutStopSec"],
        ),
        ("", "TimeoutStopSec=infinity\n", ["worst case", "4 min 30 s", "no limit", "TimeoutStopSec"]),
        (
            "KillMode=process\n",
            "",
            ["other processes may get", "nothing", "SIGKILL, SIGTERM, SIGCONT", "KillMode"],
        ),
        ("KillMode=process\n", "", ["may stay", "other processes", "nobody", "KillMode"]),
        ("ExecStop=/bin/b c\n", "", ["runs first", "/bin/b c", "nothing", "ExecStop"]),
        ("", "ExecStopPost=/bin/b\n", ["runs afterwards", "nothing", "/bin/b", "ExecStopPost"]),
        ("", "KillSignal=SIGQUIT\n", ["first signal", "SIGTERM", "SIGQUIT", "KillSignal"]),
        (
            "",
            "Restart=always\n",
            ["after a kill", "not started again", "started again after 100 ms", "Restart"],
        ),
    ] {
        let changes = changes(old, new, &[]);
        assert!(changes.contains(&expected.map(str::to_owned)), "{old:?} to {new:?}: {changes:?}");
    }
}

#[test]
fn what_does_not_touch_the_plan_changes_nothing() {
    for (old, new) in [("", "# TimeoutStopSec=10\n"), ("", "Nice=5\n"), ("", "TimeoutStopSec=1min 30s\n")] {
        assert!(changes(old, new, &[]).is_empty(), "{new:?}");
    }
}

#[test]
fn a_reload_that_becomes_possible() {
    let changes = changes("", "ExecReload=/bin/r\n", &["--action", "reload"]);
    assert!(
        changes
            .iter()
            .any(|[what, old, new, _]| (&**what, &**old, &**new) == ("runs first", "none", "/bin/r"))
    );
}

#[test]
fn folders_are_compared_unit_by_unit_and_drop_ins_count() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for unit in ["same.service", "changed.service", "gone.service"] {
        write(&old, unit, "");
    }
    for unit in ["same.service", "changed.service", "sub/added.service"] {
        write(&new, unit, "");
    }
    write(&new, "changed.service.d/x.conf", "KillMode=mixed\n");
    let output = diff(&old, &new, &["--format", "json", "--fail-on-change"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let statuses: Vec<String> =
        json["units"].as_array().unwrap().iter().map(|u| format!("{} {}", u["unit"], u["status"])).collect();
    assert_eq!(
        statuses,
        [
            r#""changed.service" "changed""#,
            r#""gone.service" "removed""#,
            r#""same.service" "same""#,
            r#""sub/added.service" "added""#
        ]
    );
    assert_eq!(diff(&old, &old, &["--fail-on-change"]).status.code(), Some(0));
    let markdown = String::from_utf8(diff(&old, &new, &["--format", "markdown"]).stdout).unwrap();
    assert!(markdown.contains("`KillMode=mixed changed.service.d/x.conf:3`"), "{markdown}");
    assert_eq!(diff(&old, &new.join("same.service"), &[]).status.code(), Some(2));
}

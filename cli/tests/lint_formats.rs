//! What `unitctl lint` prints, and its exit status, as programs see them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run")]

use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_unitctl"))
        .arg("lint")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("SYSTEMD_UNIT_PATH")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn unit(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.service"), format!("[Service]\nExecStart=/bin/true\n{settings}\n"))
        .unwrap();
    folder
}

#[test]
fn json_is_the_contract() {
    let folder = unit("KillMode=none");
    let output = run(folder.path(), &["--format", "json", "a.service"]);
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let mut finding = document["findings"][0].clone();
    let message = finding.as_object_mut().unwrap().remove("message").unwrap();
    let help = finding.as_object_mut().unwrap().remove("help").unwrap();
    assert!(message.is_string() && help.is_string());
    let expected = json!({"rule": "kill-mode-none", "severity": "warning", "file": "a.service",
        "line": 3, "column": 1, "end_line": 3, "end_column": 14});
    assert_eq!((&document["version"], document["findings"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(finding, expected);
}

#[test]
fn exit_statuses() {
    for (settings, args, status) in [
        ("KillMode=mixed", &["a.service"][..], 0),
        ("KillMode=none", &["a.service"], 1),
        ("KillMode=none", &["--severity-threshold", "error", "a.service"], 0),
        ("KillMode=all", &["--severity-threshold", "error", "a.service"], 1),
        ("KillMode=process", &["a.service"], 0),
        ("KillMode=process", &["--severity-threshold", "hint", "a.service"], 1),
        ("KillMode=none", &["--severity-threshold", "never", "a.service"], 0),
        ("KillMode=none", &["--ignore", "kill-mode-none,questionable-value", "a.service"], 0),
        ("KillMode=none", &["--select", "missing-key", "a.service"], 0),
        ("# unitctl: allow kill-mode-none, it ends by itself\nKillMode=none", &["a.service"], 0),
        ("", &["b.service"], 2),
        ("", &["--select", "no-such-rule", "a.service"], 2),
        ("", &[], 2),
        ("", &["--explain", "kill-mode-none"], 0),
        ("", &["--explain", "kill-mode-nnoe"], 2),
        ("", &["--list-rules"], 0),
    ] {
        let folder = unit(settings);
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(status), "{settings} {args:?}: {}", stdout(&output));
    }
}

#[test]
fn settings_are_found_upwards() {
    let folder = unit("KillMode=none");
    let below = folder.path().join("units/more");
    fs::create_dir_all(&below).unwrap();
    fs::rename(folder.path().join("a.service"), below.join("a.service")).unwrap();
    fs::write(
        folder.path().join("unitctl.toml"),
        "[lint]\nignore = [\"kill-mode-none\", \"questionable-value\"]\n",
    )
    .unwrap();
    assert_eq!(run(folder.path(), &["units"]).status.code(), Some(0));
    fs::write(folder.path().join("unitctl.toml"), "[lint]\nseverity-threshold = \"error\"\n").unwrap();
    assert_eq!(run(folder.path(), &["units"]).status.code(), Some(0));
    fs::write(folder.path().join("unitctl.toml"), "[lint]\nignroe = []\n").unwrap();
    assert_eq!(run(folder.path(), &["units"]).status.code(), Some(2));
}

#[test]
fn drop_ins_are_linted_with_their_unit_and_alone() {
    let folder = unit("");
    let drop_ins = folder.path().join("a.service.d");
    fs::create_dir(&drop_ins).unwrap();
    fs::write(drop_ins.join("x.conf"), "[Service]\nExecStart=/bin/false\nExecStop=:/bin/true\n").unwrap();
    let rules = |args: &[&str]| {
        let mut args = args.to_vec();
        args.extend(["--format", "json"]);
        let document: Value = serde_json::from_str(&stdout(&run(folder.path(), &args))).unwrap();
        let findings = document["findings"].as_array().unwrap().clone();
        findings.into_iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&["a.service"]), ["drop-in-appends", "prefix-without-effect"]);
    assert_eq!(rules(&["a.service.d/x.conf"]), ["drop-in-appends", "prefix-without-effect"]);
    assert_eq!(rules(&["."]), ["drop-in-appends", "prefix-without-effect"]);
    fs::remove_file(folder.path().join("a.service")).unwrap();
    assert_eq!(rules(&["a.service.d/x.conf"]), ["prefix-without-effect"]);
}

#[test]
fn standard_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_unitctl"))
        .args(["lint", "--stdin-filename", "sub/b.service", "--format", "json", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"[Service]\nExecStart=/bin/true\nKillMod=none\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["findings"][0]["file"], "sub/b.service");
    assert_eq!(document["findings"][0]["rule"], "unknown-directive");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn sarif_is_what_the_schema_says() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    let schema = fs::read_to_string(testdata.join("sarif/sarif-schema-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // The published pattern has a bracket that is closed and never opened.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        language["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let log: Value = serde_json::from_str(&stdout(&run(&testdata, &["--format", "sarif", "lint"]))).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 50, "{} results", results.len());
    // The schema would take nearly anything for a version; the test must be able to fail.
    assert!(!validator.is_valid(&json!({"version": "2.0.0", "runs": []})));
}

#[test]
fn github_commands_are_one_line_each() {
    let folder = unit("KillMode=none");
    let text = stdout(&run(folder.path(), &["--format", "github", "a.service"]));
    assert_eq!(text.lines().count(), 1);
    assert!(
        text.starts_with(
            "::warning file=a.service,line=3,endLine=3,col=1,endColumn=14,title=kill-mode-none::"
        )
    );
}

#[test]
fn text_shows_the_line_and_both_files() {
    let folder = unit("");
    fs::create_dir(folder.path().join("a.service.d")).unwrap();
    fs::write(folder.path().join("a.service.d/x.conf"), "[Service]\nExecStart=/bin/false\n").unwrap();
    let text = stdout(&run(folder.path(), &["a.service"]));
    for part in [
        "drop-in-appends",
        "ExecStart=/bin/false",
        "ExecStart=/bin/true",
        "x.conf:2:1",
        "a.service:2:1",
        "1 error",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn fixes_keep_all_other_bytes() {
    let before = b"\xef\xbb\xbf[Unit]\r\nDescription=\"It\"\r\n[Service]\r\nExecStart=/bin/a \\ \t\r\n  -v\r\n# \xff\r\nkillmode=mixed\r\n\
        RestartSec=5M\r\n[Install]\r\nWantedBy=mutli-user.target";
    let after = b"\xef\xbb\xbf[Unit]\r\nDescription=It\r\n[Service]\r\nExecStart=/bin/a \\\r\n  -v\r\n# \xff\r\nKillMode=mixed\r\n\
        RestartSec=5min\r\n[Install]\r\nWantedBy=multi-user.target";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    fs::write(&path, before).unwrap();
    let diff = stdout(&run(folder.path(), &["--fix", "--diff", "a.service"]));
    assert!(
        diff.contains("-WantedBy=mutli-user.target\n") && diff.contains("+WantedBy=multi-user.target\n"),
        "{diff}"
    );
    assert_eq!(fs::read(&path).unwrap(), before, "--diff changes nothing");
    let output = run(folder.path(), &["--fix", "a.service"]);
    assert_eq!(fs::read(&path).unwrap().escape_ascii().to_string(), after.escape_ascii().to_string());
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_comment_allows_its_own_line_alone() {
    let folder =
        unit("# unitctl: allow unknown-directive\nOne=1\nTwo=2\n# unitctl: allow invalid-value\nKillSignal=");
    let said = stdout(&run(folder.path(), &["--format", "github", "a.service"]));
    let messages: Vec<&str> = said.lines().filter_map(|line| line.split("::").nth(2)).collect();
    assert_eq!(messages, ["unknown directive Two= in section [Service]; systemd ignores it"]);
}

#[test]
fn nothing_outside_the_root_is_listed_or_put_right() {
    let (outside, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = "[Service]\nExecStart=/bin/true\nPIDFile=/var/run/a.pid\n";
    let units = root.path().join("etc/systemd/system");
    let inside = root.path().join(outside.path().strip_prefix("/").unwrap());
    for folder in [&units, &inside] {
        fs::create_dir_all(folder).unwrap();
    }
    for folder in [outside.path(), &inside] {
        fs::write(folder.join("a.service"), text).unwrap();
    }
    fs::write(outside.path().join("stranger.service"), text).unwrap();
    std::os::unix::fs::symlink(outside.path().join("a.service"), units.join("a.service")).unwrap();
    std::os::unix::fs::symlink(outside.path(), root.path().join("link")).unwrap();
    let lint = |args: &[&str]| run(root.path(), &[&["--root", "."], args].concat());
    let output = lint(&["--fix", "--select", "deprecated-directive,questionable-value", "a.service"]);
    let read = |folder: &Path| fs::read_to_string(folder.join("a.service")).unwrap();
    assert_eq!(read(outside.path()), text, "{output:?}");
    assert_eq!(read(&inside), text.replace("/var/run", "/run"), "{output:?}");
    let said = lint(&["/link"]);
    assert!(!String::from_utf8(said.stderr).unwrap().contains("stranger"));
}

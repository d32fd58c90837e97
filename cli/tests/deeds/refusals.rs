//! What `stop` and `kill` refuse, as one who calls the program sees it: the exit status and the reason.

use crate::support::{Family, command, mount_for, skip, sleep};
use std::path::Path;

/// Runs the program: its exit status, what it said and what it complained of.
fn unitctl(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(env!("CARGO_BIN_EXE_unitctl")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn refusals_name_the_reason_and_the_way_out() {
    let Some(mount) = mount_for("refusals") else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let plain = write("a.service", "[Service]\nExecStart=/bin/true\n");
    let bad = write("bad.service", "[Service]\nType=oneshot\nRestart=always\nExecStart=/bin/true\n");
    let guarded = write(
        "guarded.service",
        "[Service]\nExecStart=/bin/true\nExecStop=/bin/true\nProtectSystem=strict\n",
    );
    let masked = write("masked.service", "");
    let by_dependency =
        write("dependent.service", "[Unit]\nRefuseManualStop=yes\n[Service]\nExecStart=/bin/true\n");
    let mut family = Family::new(&mount);
    family.start(Path::new("/bin/sleep"), &["100"]);
    sleep(300);
    let cgroup = family.cgroup.to_str().unwrap().to_owned();
    let root = mount.to_str().unwrap();

    for (arguments, status, reason) in [
        (&["stop", &plain, "--cgroup", root, "--force"][..], 2, "it is the root cgroup"),
        (&["kill", "--cgroup", root, "--force"], 2, "it is the root cgroup"),
        (&["stop", &plain, "--cgroup", "/tmp"], 2, "/tmp is not on a cgroup file system"),
        (&["stop", &plain, "--cgroup", "/no/such"], 2, "there is no cgroup /no/such"),
        (&["stop", "no-such-unit"], 2, "no-such-unit.service"),
        (&["stop", &bad, "--cgroup", &cgroup], 2, "cannot be used (bad-setting)"),
        (&["stop", &masked, "--cgroup", &cgroup], 2, "masked"),
        (&["stop", &by_dependency, "--cgroup", &cgroup], 2, "RefuseManualStop=yes dependent.service:2"),
        (&["stop", &guarded, "--cgroup", &cgroup, "--strict", "--force"], 2, "without ProtectSystem=strict"),
        (&["stop", &plain, "--cgroup", &cgroup, "--main-pid", "1"], 2, "PID 1 cannot be it"),
        (&["stop", &plain, "--cgroup", &cgroup, "--main-pid", "x"], 2, "neither a number nor `none`"),
        (&["stop", &plain, "--cgroup", &cgroup, "--control-pid=1", "--dry-run"], 2, "PID 1 cannot be it"),
        (&["kill", &plain, "--cgroup", &cgroup, "--control-pid=1", "--dry-run"], 2, "PID 1 cannot be it"),
        (&["ps", &plain, "--cgroup", &cgroup, "--control-pid=-1"], 2, "PID -1 cannot be it"),
        (&["ps", &plain, "--cgroup", &cgroup, "--control-pid=2", "--main-pid=2"], 2, "PID 2 cannot be it"),
        (&["kill", &plain, "--cgroup", &cgroup, "-s", "FOO"], 2, "there is no signal `FOO`"),
        (&["kill", &plain, "--cgroup", &cgroup, "--kill-whom", "you"], 2, "`you` is nobody"),
        (&["kill", &plain, "--cgroup", &cgroup, "--kill-value=1"], 2, "real-time signal only"),
        (&["kill", &plain, "--cgroup", &cgroup, "--kill-subgroup=a"], 2, "delegated"),
        (&["kill", &plain, "--cgroup", &cgroup, "--kill-whom=control", "--force"], 1, "no control process"),
        (&["kill"], 2, "<UNIT>"),
        (&["kill", "-s", "TERM"], 2, "no unit was named"),
    ] {
        let (code, said, complained) = unitctl(arguments);
        assert_eq!(code, Some(status), "{arguments:?}: {said}{complained}");
        assert!(complained.contains(reason), "{arguments:?} does not say {reason}: {said}{complained}");
        assert_eq!(family.members().len(), 1, "{arguments:?}");
    }
}

#[test]
fn unitctl_is_no_control_process() {
    let Some(mount) = mount_for("our own PID") else { return };
    let script = r#"exec "$0" kill --cgroup "$1" --control-pid $$ --dry-run"#;
    let unitctl = env!("CARGO_BIN_EXE_unitctl");
    let output = command("/bin/sh").args(["-c", script, unitctl]).arg(mount).output().unwrap();
    let complained = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{complained}");
    assert!(complained.contains("it is unitctl itself or PID 1"), "{complained}");
}

#[test]
fn a_dry_run_says_who_is_who_and_what_would_be_refused() {
    let Some(mount) = mount_for("a dry run") else { return };
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("a.service");
    std::fs::write(&unit, "[Service]\nExecStart=/bin/true\n").unwrap();
    let mut family = Family::new(&mount);
    family.start(Path::new("/bin/sleep"), &["100"]);
    sleep(300);
    let pid = family.members()[0].0.to_string();
    let (unit, cgroup) = (unit.to_str().unwrap(), family.cgroup.to_str().unwrap());
    let words = ["stop", unit, "--cgroup", cgroup, "--dry-run", "--control-pid", &pid, "--main-pid=none"];
    let (code, said, _) = unitctl(&words);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("control process {pid} (sleep); others: none")), "{said}");
    let root = mount.to_str().unwrap();
    let (code, said, _) = unitctl(&["kill", "--cgroup", root, "--dry-run", "--kill-whom=control"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "  It would be refused: it is the root cgroup, which holds every process\n")
    );
    // Programs are told the same.
    let said = |words: &[&str]| unitctl(&[words, &["--dry-run", "--format", "json"]].concat()).1;
    let of_root = said(&["kill", "--cgroup", root, "--kill-whom=control"]);
    assert_eq!(of_root, "{\"refused\":\"it is the root cgroup, which holds every process\"}\n");
    let refused = |group: &str| {
        let said = said(&["stop", unit, "--cgroup", group, "--main-pid=none"]);
        serde_json::from_str::<serde_json::Value>(&said).unwrap()["refused"].clone()
    };
    assert_eq!(refused(root), "it is the root cgroup, which holds every process");
    assert_eq!(refused(cgroup), serde_json::Value::Null);
}

#[test]
fn a_pid_file_that_is_a_pipe_is_not_waited_for() {
    let Some(mount) = mount_for("a pipe for a PID file") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (unit, pipe) = (folder.path().join("a.service"), folder.path().join("a.pid"));
    assert!(command("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::write(&unit, format!("[Service]\nExecStart=/bin/true\nPIDFile={}\n", pipe.display())).unwrap();
    let family = Family::new(&mount);
    let words = ["10", env!("CARGO_BIN_EXE_unitctl"), "stop", "--dry-run", "--cgroup"];
    let output = command("timeout").args(words).arg(&family.cgroup).arg(&unit).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_control_group_that_unitctl_runs_in_is_refused() {
    let Some(mount) = mount_for("our own control group") else { return };
    let family = Family::new(&mount);
    let unitctl = env!("CARGO_BIN_EXE_unitctl");
    let script = r#"echo 0 > "$0/cgroup.procs"; exec "$1" kill --force --cgroup "$0" -s KILL"#;
    let output = command("/bin/sh").args(["-c", script]).arg(&family.cgroup).arg(unitctl).output().unwrap();
    let complained = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{complained}");
    assert!(complained.contains("unitctl itself runs in it"), "{complained}");
    assert!(complained.contains("--force does not change that"), "{complained}");
}

#[test]
fn patterns_match_running_units_only() {
    if mount_for("patterns").is_none() {
        return;
    }
    // None of these is running, which is no error.
    assert_eq!(unitctl(&["kill", "no-such-unit-*"]), (Some(0), String::new(), String::new()));
}

#[test]
fn signals_are_listed() {
    let (code, said, _) = unitctl(&["kill", "--signal=list"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!((code, lines[0], lines[1], lines.len()), (Some(0), "SIGNAL NAME", "1      SIGHUP", 65));
    assert_eq!(lines[32..35], ["32     SIG32", "33     SIG33", "34     SIGRTMIN+0"]);
}

#[test]
fn an_empty_control_group_is_a_unit_that_is_not_active() {
    let Some(mount) = mount_for("a unit that is not active") else { return };
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("a.service");
    std::fs::write(&unit, "[Service]\nExecStart=/bin/true\nExecStop=/bin/false\n").unwrap();
    let family = Family::new(&mount);
    let (code, said, _) =
        unitctl(&["stop", unit.to_str().unwrap(), "--cgroup", family.cgroup.to_str().unwrap(), "--force"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("nothing to do"), "{said}");
}

#[test]
fn a_control_group_of_the_first_process_is_refused() {
    let Some(mount) = mount_for("PID 1") else { return };
    let family = Family::new(&mount);
    // A shell that is PID 1 of its own namespace enters the group; unitctl stays outside.
    let script = r#"echo 0 > "$0/cgroup.procs"
        sh -c 'echo 0 > "$1/cgroup.procs"; exec "$2" kill --force --cgroup "$0" -s KILL' "$0" "$1" "$2""#;
    let output = command("unshare")
        .args(["--pid", "--fork", "--mount-proc", "sh", "-c", script])
        .args([&family.cgroup, &mount])
        .arg(env!("CARGO_BIN_EXE_unitctl"))
        .output();
    let output = match output {
        Ok(output) if output.status.code() != Some(1) => output,
        Ok(output) => return skip(&format!("PID 1: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => return skip(&format!("PID 1: no unshare: {error}")),
    };
    let complained = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{complained}");
    assert!(complained.contains("PID 1 runs in it"), "{complained}");
    assert!(complained.contains("--force does not change that"), "{complained}");
}

#[test]
fn what_a_running_systemd_manages_is_left_to_it() {
    #[expect(clippy::disallowed_methods, reason = "who runs the tests says whether a systemd may be started")]
    if std::env::var_os("UNITCTL_LIVE").is_none() {
        return skip("beside a running systemd: UNITCTL_LIVE is not set");
    }
    let script = r"
import json, shutil, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[2])
from systemd import Systemd
with Systemd() as systemd:
    shutil.copy(sys.argv[1], systemd.inside('/run/unitctl'))
    (systemd.units / 'a.service').write_text('[Service]\nExecStart=/bin/sleep 1000\n')
    systemd.run('systemctl', 'daemon-reload')
    systemd.run('systemctl', 'start', 'a.service')
    def active():
        return systemd.run('systemctl', 'is-active', 'a.service', check=False).stdout.strip()
    for words in ['stop a', 'kill a', 'kill --cgroup /sys/fs/cgroup/system.slice/a.service', 'stop --force a']:
        done = systemd.run('/run/unitctl', '--unit-path', '/run/units', *words.split(), check=False)
        print(json.dumps([words, done.returncode, done.stdout + done.stderr, active()]))
";
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record");
    let unitctl = env!("CARGO_BIN_EXE_unitctl");
    let output = command("python3").args(["-c", script, unitctl]).arg(folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<(String, i32, String, String)> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4, "{text}{}", String::from_utf8_lossy(&output.stderr));
    for ((words, status, said, active), (expected, told, then)) in answers.iter().zip([
        (2, "say `systemctl stop a.service`, or add --force", "active"),
        (2, "say `systemctl kill a.service`, or add --force", "active"),
        (2, "a running systemd (PID 1) manages it", "active"),
        (0, "all 1 went", "inactive"),
    ]) {
        assert_eq!((*status, active.as_str()), (expected, then), "{words}: {said}");
        assert!(said.contains(told), "{words} does not say {told}: {said}");
    }
}

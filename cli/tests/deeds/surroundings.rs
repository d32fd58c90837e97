//! The program's own `stop` runs commands in the surroundings that systemd was recorded to run them in, and removes the
//! cgroup as systemd does.

use crate::support::{Family, actor, command, has_pidfds, mount_point, skip, sleep};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

fn recorded() -> (Value, Vec<Value>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/signals/surroundings.jsonl");
    let text = fs::read_to_string(file).unwrap();
    let mut rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (rows.next().unwrap(), rows.collect())
}

fn describe(folder: &Path) -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record/describe.c");
    let program = folder.join("describe");
    let status = command("gcc").args(["-O1", "-static", "-o"]).arg(&program).arg(source).status();
    if status.is_ok_and(|status| status.success()) { Ok(program) } else { Err("gcc cannot compile".into()) }
}

/// Everybody may enter it and write there.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}

/// The lines of one command, with what is different each time replaced as in the recording.
fn described(
    text: &str,
    main: &str,
    cgroup: &Path,
    files: &Path,
    own: &BTreeSet<String>,
) -> BTreeSet<String> {
    let own_pid = text.lines().find_map(|line| line.strip_prefix("self ")).unwrap_or_default();
    let mount = cgroup.parent().and_then(Path::parent).unwrap();
    let line = |line: &str| match line.split_once('=').unwrap_or((line, "")) {
        ("env MAINPID", pid) if pid == main => "env MAINPID=MAIN".into(),
        ("env MAINPIDFDID", id) if id.parse::<u64>().is_ok() => "env MAINPIDFDID=ID".into(),
        ("env SYSTEMD_EXEC_PID", pid) if pid == own_pid => "env SYSTEMD_EXEC_PID=SELF".into(),
        (text, "") if text.strip_prefix("self ") == Some(own_pid) => "self SELF".into(),
        _ if own.contains(line) => owned(line),
        _ => line
            .replace(cgroup.to_str().unwrap(), "CGROUP")
            .replace(&format!("/{}", cgroup.strip_prefix(mount).unwrap().display()), "CGROUP")
            .replace(files.to_str().unwrap(), "FILES"),
    };
    text.lines().map(line).collect()
}

/// A line that says of a command what is so of whoever runs the tests.
fn owned(line: &str) -> String {
    format!("{} OWN", line.split(' ').next().unwrap())
}

/// What the recording has under this word (a setting may happen to say what is so of whoever runs the tests), but for what only a running manager can give: the id of a run that it has
/// begun, and a file that tells of the memory of the cgroup where the kernel makes none.
fn expected(found: &Value, cgroup: &Path, own: &BTreeSet<String>, pidfds: bool) -> BTreeSet<String> {
    let tells_of_memory = cgroup.join("memory.pressure").exists();
    let lines = found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
    lines
        .filter(|line| line != "env INVOCATION_ID=ID")
        .filter(|line| pidfds || line != "env MAINPIDFDID=ID")
        .filter(|line| {
            tells_of_memory || !line.starts_with("env MEMORY_PRESSURE_") || line.ends_with("/dev/null")
        })
        .map(|line| if own.contains(&line) { owned(&line) } else { line })
        .collect()
}

fn stop(unit: &Path, main: &str) -> Output {
    command(env!("CARGO_BIN_EXE_unitctl"))
        .args(["stop", "--main-pid", main, "--force"])
        .arg(unit)
        .env_clear()
        .envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("container", "oracle")])
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn commands_run_where_systemd_runs_them() {
    let folder = tempfile::tempdir().unwrap();
    open_to_all(folder.path());
    let programs =
        mount_point().and_then(|mount| Ok((mount, actor(folder.path())?, describe(folder.path())?)));
    let (mount, actor, describe) = match programs {
        Ok(programs) => programs,
        Err(why) => return skip(&format!("surroundings of commands: {why}")),
    };
    let (header, rows) = recorded();
    for (file, accounts) in [("/etc/passwd", &header["passwd"]), ("/etc/group", &header["group"])] {
        let here = fs::read_to_string(file).unwrap_or_default();
        let missing = accounts.as_array().unwrap().iter().find(|line| !here.lines().any(|l| l == **line));
        if let Some(line) = missing {
            return skip(&format!("surroundings of commands: {file} has no line {line}"));
        }
    }
    if Path::new("/etc/locale.conf").exists() {
        return skip("surroundings of commands: there is a locale.conf");
    }
    // What comes from whoever runs the tests.
    let probe = folder.path().join("probe");
    assert!(command(&describe).arg(&probe).stdin(Stdio::null()).status().unwrap().success());
    let probe = fs::read_to_string(probe).unwrap();
    let of_ours = |line: &&str| line.starts_with("nice ") || line.starts_with("files ");
    let own: BTreeSet<String> = probe.lines().filter(of_ours).map(str::to_owned).collect();

    let slice = format!("unitctltestdeeds{}.slice", std::process::id());
    let slice_dir = mount.join(&slice);
    fs::create_dir(&slice_dir).unwrap();
    let pidfds = has_pidfds();
    let mut report = Vec::new();
    for row in &rows {
        let name = row["name"].as_str().unwrap();
        let files = folder.path().join(name);
        fs::create_dir(&files).unwrap();
        open_to_all(&files);
        for (file, content) in row["files"].as_object().unwrap() {
            fs::write(files.join(file), content.as_str().unwrap()).unwrap();
        }
        let text = row["unit"].as_str().unwrap();
        let text = text
            .replace("DESCRIBE ", &format!("{} {}/", describe.display(), files.display()))
            .replace("FILES", files.to_str().unwrap())
            .replace("ACTOR", actor.to_str().unwrap());
        let unit = folder.path().join(format!("{name}.service"));
        fs::write(&unit, format!("{text}Slice={slice}\n")).unwrap();
        let mut family = Family::at(slice_dir.join(format!("{name}.service")));
        family.start(&actor, &["main"]);
        while family.members().first().is_none_or(|(_, comm)| comm != "main") {
            sleep(5);
        }
        let main = family.members()[0].0.to_string();
        let found = row["found"].as_object().unwrap();
        let expected: Vec<(&String, BTreeSet<String>)> =
            found.iter().map(|(word, found)| (word, expected(found, &family.cgroup, &own, pidfds))).collect();
        let output = stop(&unit, &main);
        for (word, expected) in expected {
            let text = fs::read_to_string(files.join(word)).unwrap_or_default();
            let ours = described(&text, &main, &family.cgroup, &files, &own);
            if ours != expected {
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                report.push(format!(
                    "{name}, {word}: only unitctl {:?}, only systemd {:?}\n{said}",
                    ours.difference(&expected).collect::<Vec<_>>(),
                    expected.difference(&ours).collect::<Vec<_>>()
                ));
            }
        }
        if found.is_empty() && files.join("stop").exists() {
            report.push(format!("{name}: systemd could not start the command, unitctl did"));
        }
        if row["cgroup_removed"] == true && family.cgroup.exists() {
            report.push(format!("{name}: the cgroup is still there"));
        }
    }
    let _ = fs::remove_dir(&slice_dir);
    assert!(report.is_empty(), "{} of {} differ:\n{}", report.len(), rows.len(), report.join("\n"));
}

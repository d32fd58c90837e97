//! The program's own `stop` and `kill`, on real processes, do what systemd was recorded to do with the same.
//!
//! Needed are root, cgroups v2 and gcc; where strace is there the signals are those that the kernel saw, otherwise those
//! that the program says it sent. UNITCTL_DEEDS=WORD runs only the situations with that word in their name.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../comparison/mod.rs"]
mod comparison;
mod refusals;
mod support;
mod surroundings;
mod trace;

use comparison::{Done, differences, situations, strings};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{Family, actor, command, mount_point, now, say, skip, sleep};
use trace::Names;

/// How many situations are played at a time; they mostly wait.
const AT_A_TIME: usize = 6;

/// How often a situation that differed is played again before that counts.
const TRIES: usize = 3;

struct Stage {
    mount: PathBuf,
    folder: PathBuf,
    actor: PathBuf,
    strace: bool,
}

/// What unitctl did in a situation.
fn played(stage: &Stage, situation: &Value) -> Done {
    let mut family = Family::new(&stage.mount);
    let text = situation["unit"].as_str().unwrap().replace("ACTOR", stage.actor.to_str().unwrap());
    let folder = tempfile::tempdir_in(&stage.folder).unwrap();
    let unit = folder.path().join("t.service");
    std::fs::write(&unit, &text).unwrap();
    let start = text.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let words: Vec<&str> = start.trim_start_matches('-').split(' ').skip(1).collect();
    family.start(&stage.actor, &words);
    sleep(500);
    family.reap();

    let members = family.members();
    let mut names: Names = members.iter().cloned().collect();
    let actors = strings(&situation["actors"]);
    let first = actors.first().and_then(|actor| actor.split(':').next());
    let main = members
        .iter()
        .find(|(_, name)| situation["main"] == true && Some(name.as_str()) == first)
        .map_or("none".into(), |(pid, _)| pid.to_string());

    let log = folder.path().join("strace");
    let unitctl = env!("CARGO_BIN_EXE_unitctl");
    let mut program = if stage.strace { command("strace") } else { command(unitctl) };
    if stage.strace {
        program.args(trace::ARGUMENTS).arg("-o").arg(&log).arg(unitctl);
    }
    program.args(situation["do"].as_str().unwrap().split(' ')).arg(&unit);
    program.arg("--cgroup").arg(&family.cgroup).args(["--main-pid", &main, "--format", "json"]);
    // A running systemd has nothing to do with these cgroups. What is said goes to a file, which commands that remain
    // may hold open.
    let said = folder.path().join("said");
    program.arg("--force").stdout(File::create(&said).unwrap()).stderr(Stdio::null());
    let status = finished(program.spawn().unwrap());
    let said = std::fs::read_to_string(said).unwrap();
    let said: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    if stage.strace {
        // It runs beside, and may be a moment behind.
        sleep(50);
    }
    if situation["do"].as_str().unwrap().starts_with("kill") {
        sleep(800);
    }
    family.reap();

    let mut events: Vec<Value> = Vec::new();
    for event in said.iter().filter(|event| event.get("run").is_some()) {
        names.insert(
            i32::try_from(event["pid"].as_i64().unwrap()).unwrap(),
            event["name"].as_str().unwrap().into(),
        );
        events.push(event.clone());
    }
    events.extend(said.iter().filter(|event| event.get("cgroup_kill").is_some()).cloned());
    if stage.strace {
        // Commands give themselves names, too, which are not theirs.
        let mut all = names.clone();
        trace::signals(&std::fs::read_to_string(&log).unwrap(), &mut all);
        all.extend(names.clone());
        let log = std::fs::read_to_string(&log).unwrap();
        let without_names: String =
            log.split_inclusive('\n').filter(|line| !line.contains("prctl(")).collect();
        events.extend(trace::signals(&without_names, &mut all));
        names = all;
    } else {
        let named = |event: &Value| {
            let mut event = event.clone();
            let pid = event["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok());
            if let Some(name) = pid.and_then(|pid| names.get(&pid)) {
                event["to"] = name.as_str().into();
            }
            event
        };
        events.extend(said.iter().filter(|event| event.get("signal").is_some()).map(named));
    }
    let left = family.members().into_iter();
    let mut left: Vec<String> = left
        .map(|(pid, name)| names.get(&pid).filter(|n| n.starts_with("command")).cloned().unwrap_or(name))
        .collect();
    left.sort_unstable();
    let result = said.last().and_then(|last| last["result"].as_str()).unwrap_or("success").to_owned();
    Done { events, left, result, refused: status != Some(0) }
}

/// Waits for a program; `None` if it does not end in a time in which every situation ends.
fn finished(mut program: Child) -> Option<i32> {
    let began = now();
    while began.elapsed() < Duration::from_secs(30) {
        if let Some(status) = program.try_wait().unwrap() {
            return status.code();
        }
        sleep(2);
    }
    program.kill().unwrap();
    program.wait().unwrap();
    None
}

#[expect(clippy::disallowed_methods, reason = "who runs the tests says which")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The recorded situations that can be set up here: services that simply run, stopped or killed.
fn playable() -> Vec<Value> {
    let only = variable("UNITCTL_DEEDS");
    let can = |situation: &Value| {
        let action = situation["do"].as_str().unwrap().split(' ').next().unwrap();
        !situation["simulate"].is_null()
            && matches!(action, "stop" | "kill")
            && situation["name"].as_str().unwrap().contains(&only)
    };
    situations().into_iter().filter(can).collect()
}

#[test]
fn stop_and_kill_do_what_systemd_did() {
    let folder = tempfile::tempdir().unwrap();
    let (mount, actor) = match (mount_point(), actor(folder.path())) {
        (Ok(mount), Ok(actor)) => (mount, actor),
        (Err(why), _) | (_, Err(why)) => return skip(&format!("stop and kill on real processes: {why}")),
    };
    let strace = command("strace").arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    let stage = Stage { mount, folder: folder.path().to_owned(), actor, strace };
    let situations = playable();
    let began = now();
    // Side by side at first; what differs once more alone, as a busy machine is late.
    let (next, again) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(situation) = situations.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if !differences(situation, &played(&stage, situation)).is_empty() {
                        again.lock().unwrap().push(situation);
                    }
                }
            });
        }
    });
    let again = again.into_inner().unwrap();
    let (mut differing, mut report) = (0, String::new());
    for situation in &again {
        let mut last = Vec::new();
        for _ in 0..TRIES {
            last = differences(situation, &played(&stage, situation));
            if last.is_empty() {
                break;
            }
        }
        differing += usize::from(!last.is_empty());
        if !last.is_empty() {
            writeln!(report, "{} ({})\n  {}", situation["name"], situation["do"], last.join("\n  ")).unwrap();
        }
    }
    say(&format!(
        "{} situations really played in {:.0} s, {}; {} were played again alone, {differing} differ from systemd",
        situations.len(),
        began.elapsed().as_secs_f32(),
        if stage.strace {
            "signals by strace's account"
        } else {
            "signals by unitctl's own account: no strace"
        },
        again.len(),
    ));
    assert_eq!(differing, 0, "of {} situations:\n{report}", situations.len());
    assert!(!situations.is_empty(), "there is nothing to play");
}

/// Every path that a test uses is its own.
#[test]
fn the_cgroups_of_tests_are_removed() {
    let Ok(mount) = mount_point() else { return skip("cgroups are removed: none can be made") };
    let path = {
        let mut family = Family::new(&mount);
        family.start(Path::new("/bin/sleep"), &["100"]);
        family.cgroup.clone()
    };
    assert!(!path.exists());
}

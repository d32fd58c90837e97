//! Sets up a recorded situation with real processes, has unitctl do the same as systemd did, and gathers what happened.

use crate::alone;
use crate::comparison::{Done, strings, unit_name};
use crate::mounted;
use crate::support::{Family, command, now, sleep};
use crate::trace::{self, Names};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What all situations have in common.
pub(crate) struct Stage {
    pub(crate) mount: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) actor: PathBuf,
    pub(crate) strace: bool,
}

/// What unitctl did in a situation.
pub(crate) fn played(stage: &Stage, situation: &Value) -> Done {
    let mut family = Family::new(&stage.mount);
    let text = situation["unit"].as_str().unwrap().replace("ACTOR", stage.actor.to_str().unwrap());
    let folder = tempfile::tempdir_in(&stage.folder).unwrap();
    let unit = folder.path().join(unit_name(situation));
    std::fs::write(&unit, &text).unwrap();
    let line = |directive: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(directive)?.strip_prefix('='));
        let words = line.unwrap_or_default().trim_start_matches('-').split(' ');
        words.skip(1).collect::<Vec<&str>>()
    };
    let state = situation["state"].as_str().unwrap();
    let actors = strings(&situation["actors"]);
    if !text.contains("[Service]") {
        // What a socket has left of its start, or a scope was made with.
        let words = actors.iter().map(String::as_str);
        family.start(&stage.actor, &std::iter::once("--fork").chain(words).collect::<Vec<_>>());
    } else if state != "start-pre" {
        family.start(&stage.actor, &line("ExecStart"));
    }
    // The command that runs already.
    let control = match state {
        "reload" => Some("ExecReload"),
        "start-pre" => Some("ExecStartPre"),
        "start-post" => Some("ExecStartPost"),
        "stop" => Some("ExecStop"),
        _ => None,
    };
    let control = control.map(|directive| {
        // Behind the others, where it is in the recordings.
        sleep(100);
        family.start(&stage.actor, &line(directive))
    });
    sleep(500);
    family.reap();

    let first = actors.first().and_then(|actor| actor.split(':').next());
    let is_first = |(_, name): &&(i32, String)| Some(name.as_str()) == first;
    if state == "dead" {
        // It was stopped before, and this one went.
        family.end(family.members().iter().find(is_first).unwrap().0);
    }
    let members = family.members();
    // One that is to fork the service is a command, too.
    let starter = members.iter().find(|(_, name)| name == "starter").map(|(pid, _)| *pid);
    let control = control.or(starter);
    let mut names: Names = members.iter().cloned().collect();
    names.extend(control.map(|control| (control, "command1".to_owned())));
    let main = members.iter().find(is_first).filter(|_| situation["main"] == true);
    let main = main.map_or("none".into(), |(pid, _)| pid.to_string());

    let log = folder.path().join("strace");
    let said = folder.path().join("said");
    let what = situation["do"].as_str().unwrap();
    let mut program = if what.starts_with("re")
        || (matches!(state, "start" | "reload-notify") && text.contains("Type=notify"))
    {
        alone::program(stage.strace.then_some(&log), &unit, what, &family.cgroup, &main)
    } else {
        let mut program = traced(stage.strace.then_some(&log), Path::new(env!("CARGO_BIN_EXE_unitctl")));
        program.args(what.split(' ')).arg(&unit);
        program.arg("--cgroup").arg(&family.cgroup).args(["--main-pid", &main, "--format", "json"]);
        if let Some(control) = control {
            program.arg("--control-pid").arg(control.to_string());
        }
        program.arg("--force");
        mounted::surrounded(program, stage, situation)
    };
    // A running systemd has nothing to do with these cgroups. What is said goes to a file, which commands that remain
    // may hold open.
    program.stdout(File::create(&said).unwrap()).stderr(Stdio::null());
    let status = finished(program.spawn().unwrap());
    let said = std::fs::read_to_string(said).unwrap();
    let said: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
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
        let mut event = event.clone();
        if control.is_some() {
            // In the recordings the one that runs already is counted.
            let number: u32 = event["name"].as_str().unwrap().trim_start_matches("command").parse().unwrap();
            event["name"] = format!("command{}", number + 1).into();
        }
        names.insert(
            i32::try_from(event["pid"].as_i64().unwrap()).unwrap(),
            event["name"].as_str().unwrap().into(),
        );
        events.push(event);
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
    let stopped = said.last().is_some_and(|last| last["stopped_unasked"] == true);
    Done { events, left, result, stopped, refused: status != Some(0) }
}

/// A program, with strace beside it if it is to log.
pub(crate) fn traced(log: Option<&PathBuf>, program: &Path) -> Command {
    let Some(log) = log else { return command(program) };
    let mut strace = command("strace");
    strace.args(trace::ARGUMENTS).arg("-o").arg(log).arg(program);
    strace
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

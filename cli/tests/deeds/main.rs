//! The program's own `stop` and `kill`, on real processes, do what systemd was recorded to do with the same; and so do the
//! plans of `restart` and `reload`, which no command of the program carries out.
//!
//! Needed are root, cgroups v2 and gcc; where strace is there the signals are those that the kernel saw, otherwise those
//! that the program says it sent. UNITCTL_DEEDS=WORD runs only the situations with that word in their name.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod alone;
#[path = "../comparison/mod.rs"]
mod comparison;
mod interrupts;
mod mounted;
mod obstacles;
mod playing;
mod refusals;
mod slice;
mod support;
mod surroundings;
mod terminal;
mod trace;

use comparison::{differences, situations};
use playing::{Stage, played};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{Family, actor, command, mount_point, now, say, skip};

/// How many situations are played at a time; they mostly wait.
const AT_A_TIME: usize = 6;

/// How often a situation that differed is played again before that counts.
const TRIES: usize = 3;

#[expect(clippy::disallowed_methods, reason = "who runs the tests says which")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

const GOES_ON: &str = "systemd goes on with the next command, and nobody says which command it is that runs";
const NO_JOBS: &str = "systemd lets commands wait for its jobs, and here are none";

/// The recorded situations that cannot be set up here, with the reason.
const NOT_PLAYABLE: &[(&str, &str)] = &[
    ("starting-pre-second", GOES_ON),
    ("starting-oneshot-goes-on", GOES_ON),
    ("starting-oneshot-goes-on-and-hangs", GOES_ON),
    ("starting-oneshot-goes-on-killed", GOES_ON),
    ("starting-condition-goes-on", GOES_ON),
    ("reloading-goes-on", GOES_ON),
    ("starting-pre-ignored", "nobody says which command it is that runs, and so whether its failure counts"),
    ("starting-forking-dies", "nobody says that it is the command that is to fork"),
    ("idle", NO_JOBS),
    ("idle-too-long", NO_JOBS),
    ("idle-too-long-ignoring", NO_JOBS),
    ("idle-reload", NO_JOBS),
    ("idle-reload-too-long", NO_JOBS),
    ("mount-stacked-forty", "each of 33 unmounts has a second, and a busy kernel needs longer for some"),
    ("stop-again", "it joins a stop that is going on"),
    ("waiting-for-restart", "nobody is there"),
    ("failed-with-rest", "the result is that of an end that was before"),
    ("reload-notify", "the main process says that it has reloaded to a manager"),
    ("reload-notify-signal", "the same"),
    ("reload-notify-command", "the same"),
];

/// The recorded situations that are to be played.
fn playable() -> Vec<Value> {
    let only = variable("UNITCTL_DEEDS");
    let can = |situation: &Value| {
        let name = situation["name"].as_str().unwrap();
        name.contains(&only) && NOT_PLAYABLE.iter().all(|(other, _)| *other != name)
    };
    let mut playable: Vec<Value> = situations("situations.jsonl").into_iter().filter(can).collect();
    playable.extend(situations("others.jsonl").into_iter().filter(can).filter(mounted::can_be_played));
    playable
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

//! Plans carried out on real processes in real cgroups. Needs the right to make cgroups; without it every
//! test says that it was skipped.

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod common;
#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod linux_support;

use common::service;
use linux_support::{Unit, helpers, is_alive, now, run, skip, until};
use nix::errno::Errno;
use std::fs;
use std::path::Path;
use std::time::Duration;
use unitctl_executor::event::{SystemdResult, What};
use unitctl_executor::linux::freezer::Frozen;
use unitctl_executor::linux::hierarchy::Version;
use unitctl_executor::linux::main_process::{self, Hints, Missing, Source, Unfit};
use unitctl_executor::linux::process::Handle;
use unitctl_executor::plan::{Plan, Presence, Start, StartState, stop};
use unitctl_executor::world::{ExitStatus, Occurrence, Pid, World};
use unitctl_parser::value::signal::Signal;

/// The plan of stopping a running service with these directives.
fn stop_plan(directives: &str, main: Presence) -> Plan {
    let start = Start { main, ..Start::running() };
    stop(&service(directives), start)
}

/// The whole group.
fn whole() -> &'static Path {
    Path::new("")
}

#[test]
fn everybody_is_told_and_goes() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.actors(&["main", "child", "orphan:double", "nested:sub@deep/er"]);
    let others = ["child", "orphan", "nested"].map(|name| unit.named(name));
    let result = unit.run(&stop_plan("", Presence::Yes), Some(main));
    assert_eq!(result.outcome.result, SystemdResult::Success);
    assert_eq!(result.left, []);
    assert_eq!(result.signals_to(main), "TERM CONT");
    for other in others {
        // It may be gone, and waited for, before SIGCONT.
        assert!(result.signals_to(other).starts_with("TERM"), "{other}");
    }
}

#[test]
fn who_ignores_is_killed_when_the_time_is_up() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.actors(&["main:TERM=ignore", "child:TERM=ignore"]);
    let child = unit.named("child");
    let began = now();
    let result = unit.run(&stop_plan("TimeoutStopSec=300ms", Presence::Yes), Some(main));
    let took = began.elapsed();
    assert_eq!(result.outcome.result, SystemdResult::Timeout);
    assert_eq!(result.signals_to(main), "TERM CONT KILL");
    assert!(result.signals_to(child).starts_with("TERM CONT KILL"));
    assert!(took >= Duration::from_millis(300) && took < Duration::from_millis(450), "{took:?}");
    assert_eq!(unit.names(), [""; 0]);
}

#[test]
fn v1_works_alike() {
    let Some(mut unit) = Unit::on(Version::V1) else { return };
    let main = unit.actors(&["main", "slow:TERM=exit@200ms"]);
    let slow = unit.named("slow");
    assert!(unit.world().populated());
    let result = unit.run(&stop_plan("", Presence::Yes), Some(main));
    assert_eq!(result.outcome.result, SystemdResult::Success);
    assert_eq!(result.signals_to(main), "TERM CONT");
    // It outlives the main process and is told again.
    assert_eq!(result.signals_to(slow), "TERM CONT TERM CONT");
    assert_eq!(result.left, []);
    assert!(!unit.world().populated());
}

#[test]
fn an_unknown_main_process_is_no_reason_to_wait_for_nothing() {
    for version in [Version::V2, Version::V1] {
        let Some(mut unit) = Unit::on(version) else { return };
        unit.actors(&["main:TERM=exit@100ms", "child:TERM=exit@200ms"]);
        let result = unit.run(&stop_plan("Type=forking", Presence::No), None);
        assert_eq!(result.outcome.result, SystemdResult::Success);
        assert!(result.outcome.duration >= 200_000, "{version:?}: {}", result.outcome.duration);
        assert!(result.events.iter().any(|event| event.what == What::Empty), "{version:?}");
    }
}

#[test]
fn who_has_left_since_the_list_was_read_is_not_hit() {
    for version in [Version::V2, Version::V1] {
        let (Some(mut unit), Some(refuge)) = (Unit::on(version), Unit::on(version)) else { return };
        let main = unit.actors(&["main"]);
        let mut world = unit.world();
        let mut listed = Vec::new();
        world.members(Path::new(""), &mut listed).unwrap();
        assert_eq!(listed, [main]);
        fs::write(refuge.dir.join("cgroup.procs"), main.to_string()).unwrap();
        assert_eq!(world.signal(main, Signal::KILL, None, Some(whole())), Err(Errno::ESRCH), "{version:?}");
        assert!(is_alive(main));
        // A group whose name begins alike is another group.
        let alike = unit.dir.with_extension("service-too");
        fs::create_dir(&alike).unwrap();
        fs::write(alike.join("cgroup.procs"), main.to_string()).unwrap();
        let sent = world.signal(main, Signal::KILL, None, Some(whole()));
        fs::write(unit.dir.join("cgroup.procs"), main.to_string()).unwrap();
        fs::remove_dir(&alike).unwrap();
        assert_eq!(sent, Err(Errno::ESRCH), "{version:?}");
        assert_eq!(world.signal(main, Signal::KILL, None, Some(whole())), Ok(()), "{version:?}");
    }
}

#[test]
fn a_number_that_was_given_to_a_stranger_is_not_hit() {
    let (Some(mut unit), Some(mut stranger)) = (Unit::new(), Unit::new()) else { return };
    let last_pid = Path::new("/proc/sys/kernel/ns_last_pid");
    for already_signalled in [false, true] {
        let old = unit.actors(&["main"]);
        let mut world = unit.world();
        let mut listed = Vec::new();
        world.members(Path::new(""), &mut listed).unwrap();
        assert_eq!(listed, [old]);
        if already_signalled {
            assert_eq!(world.signal(old, Signal::KILL, None, Some(whole())), Ok(()));
        } else {
            fs::write(unit.dir.join("cgroup.kill"), "1").unwrap();
        }
        unit.reap(old);
        // Other tests start processes meanwhile, so several attempts may be needed.
        let mut new = Pid(0);
        for _ in 0..50 {
            if let Err(error) = fs::write(last_pid, (old.0 - 1).to_string()) {
                return skip(&format!("cannot choose the next PID: {error}"));
            }
            new = stranger.start(Path::new("/bin/sleep"), &["1000"]);
            if new == old {
                break;
            }
        }
        if new != old {
            return skip("the PID was taken by somebody else each time");
        }
        assert_eq!(world.signal(old, Signal::KILL, None, Some(whole())), Err(Errno::ESRCH));
        assert!(is_alive(new), "the stranger was hit");
    }
}

#[test]
fn a_zombie_with_a_living_thread_is_reached() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.start(helpers(), &["headless"]);
    until("its first thread has ended", || {
        unitctl_executor::linux::process::Stat::read(main)
            .is_ok_and(|stat| stat.is_zombie() && stat.threads == 2)
    });
    assert!(!Handle::open(main).unwrap().has_ended());
    let result = unit.run(&stop_plan("", Presence::Yes), Some(main));
    assert_eq!(result.signals_to(main), "TERM CONT");
    assert_eq!(result.left, []);
}

#[test]
fn cgroup_kill_passes_over_a_zombie_with_a_living_thread() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.start(helpers(), &["headless"]);
    until("its first thread has ended", || {
        unitctl_executor::linux::process::Stat::read(main)
            .is_ok_and(|stat| stat.is_zombie() && stat.threads == 2)
    });
    let handle = Handle::open(main).unwrap();
    unit.world().kill_group(whole()).unwrap();
    if handle.has_ended() {
        return skip("this kernel's cgroup.kill ends such a process");
    }
    // A round of SIGKILL does not.
    let result = unit.run(&stop_plan("KillSignal=SIGKILL", Presence::No), None);
    assert_eq!(result.left, []);
    assert!(handle.has_ended());
}

#[test]
fn the_processes_of_a_threaded_group_are_listed_above_it() {
    let Some(mut unit) = Unit::new() else { return };
    let threaded = unit.dir.join("threaded");
    fs::create_dir(&threaded).unwrap();
    if let Err(error) = fs::write(threaded.join("cgroup.type"), "threaded") {
        return skip(&format!("cannot make a threaded cgroup: {error}"));
    }
    let procs = threaded.join("cgroup.threads");
    let main = unit.start(helpers(), &["threaded", procs.to_str().unwrap()]);
    until("the thread has moved", || fs::read_to_string(&procs).is_ok_and(|text| !text.is_empty()));
    let mut world = unit.world();
    let mut listed = Vec::new();
    world.members(Path::new(""), &mut listed).unwrap();
    assert_eq!(listed, [main]);
    assert_eq!(world.members(Path::new("threaded"), &mut listed), Err(Errno::EOPNOTSUPP));
    assert_eq!(world.signal(main, Signal::KILL, None, Some(whole())), Ok(()));
    until("it is dead", || !is_alive(main));
}

#[test]
fn a_frozen_group_is_seen_and_sigkill_gets_through() {
    let Some(mut unit) = Unit::new() else { return };
    // A handler cannot run; a signal without one ends even a frozen process.
    let main = unit.actors(&["main:TERM=exit"]);
    assert_eq!(unit.cgroup().frozen(&unit.hierarchies), Frozen::No);
    fs::write(unit.dir.join("cgroup.freeze"), "1").unwrap();
    let events = unit.dir.join("cgroup.events");
    until("it is frozen", || fs::read_to_string(&events).unwrap().contains("frozen 1"));
    assert_eq!(unit.cgroup().frozen(&unit.hierarchies), Frozen::ButForDeadly(events));
    let result = unit.run(&stop_plan("TimeoutStopSec=200ms", Presence::Yes), Some(main));
    assert_eq!(result.signals_to(main), "TERM CONT KILL");
    assert_eq!(result.outcome.result, SystemdResult::Timeout);
    assert_eq!(result.left, []);
}

#[test]
fn a_group_that_vanishes_is_an_empty_one() {
    let Some(unit) = Unit::new() else { return };
    let mut world = unit.world();
    fs::remove_dir(&unit.dir).unwrap();
    let mut listed = Vec::new();
    assert_eq!(world.members(Path::new(""), &mut listed), Ok(()));
    assert_eq!(listed, []);
    assert_eq!(world.children(Path::new("")), Ok(Vec::new()));
    assert!(!world.populated());
    assert_eq!(world.kill_group(Path::new("")), Err(Errno::ENOENT));
    assert_eq!(world.wait(Some(0)), Occurrence::TimeUp);
}

#[test]
fn its_status_is_known_although_it_is_nobody_of_ours() {
    let Some(mut unit) = Unit::new() else { return };
    for (spec, expected) in [
        ("main:TERM=exit=7", ExitStatus::Code(7)),
        ("main", ExitStatus::Signal(Signal::TERM)),
        ("main:TERM=exit", ExitStatus::Code(0)),
    ] {
        let main = unit.actors(&[spec]);
        let mut world = unit.world();
        world.watch(main).unwrap();
        world.signal(main, Signal::TERM, None, None).unwrap();
        let said = world.wait(None);
        assert_eq!(said, Occurrence::Exited { pid: main, status: Some(expected) }, "{spec}");
        assert_eq!(world.wait(None), Occurrence::Empty);
        unit.reap(main);
    }
}

#[test]
fn its_status_is_known_after_its_parent_has_waited_for_it() {
    let Some(mut unit) = Unit::new() else { return };
    let main = unit.actors(&["main:TERM=exit=9"]);
    let handle = Handle::open(main).unwrap();
    handle.signal(Signal::TERM, None).unwrap();
    unit.reap(main);
    assert!(handle.has_ended());
    match handle.exit() {
        None => skip("this kernel does not keep the status of a process that was waited for (Linux 6.15)"),
        status => assert_eq!(status, Some(ExitStatus::Code(9))),
    }
}

#[test]
fn the_main_process_is_named_or_guessed() {
    let Some(mut unit) = Unit::new() else { return };
    let nobody = main_process::find(&unit.cgroup(), &Hints { guess: true, ..Hints::default() });
    assert_eq!(nobody.main.unwrap_err(), Missing::NoCandidate);

    let main = unit.actors(&["main", "child", "below:sub@x,double"]);
    let child = unit.named("child");
    let files = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        let path = files.path().join(format!("{:x}.pid", text.len() * 31 + text.trim().len()));
        fs::write(&path, text).unwrap();
        path
    };
    let find = |hints: Hints| main_process::find(&unit.cgroup(), &hints);
    let chosen = |hints: Hints| find(hints).main.map(|(handle, source)| (handle.pid(), source));

    assert_eq!(chosen(Hints { guess: true, ..Hints::default() }), Ok((main, Source::Guessed)));
    assert_eq!(chosen(Hints::default()), Err(Missing::NotGuessed));
    assert_eq!(chosen(Hints { none: true, guess: true, ..Hints::default() }), Err(Missing::Denied));
    assert_eq!(chosen(Hints { pid: Some(child), ..Hints::default() }), Ok((child, Source::Named)));
    let us = Pid(i32::try_from(std::process::id()).unwrap());
    for (pid, why) in [(us, Unfit::Forbidden), (Pid(1), Unfit::Forbidden), (Pid(0), Unfit::Gone)] {
        assert_eq!(chosen(Hints { pid: Some(pid), ..Hints::default() }), Err(Missing::Unfit(pid, why)));
    }
    assert_eq!(
        chosen(Hints { guess: true, control: Some(main), ..Hints::default() }),
        Err(Missing::NoCandidate)
    );

    let good = file(&format!(" {child} \n"));
    let hints = Hints { pid_file: Some(&good), guess: true, ..Hints::default() };
    assert_eq!(chosen(hints), Ok((child, Source::PidFile(good.clone()))));
    let absent = files.path().join("absent");
    for (path, why) in [
        (absent, Unfit::Unreadable),
        (file("no number"), Unfit::NotANumber),
        (file(""), Unfit::NotANumber),
        (file(&us.to_string()), Unfit::Forbidden),
        (file(&format!("{:010}\n", nix::unistd::getppid())), Unfit::Outside),
    ] {
        let found = find(Hints { pid_file: Some(&path), guess: true, ..Hints::default() });
        assert_eq!(found.pid_file, Some(why), "{}", path.display());
        assert_eq!(found.main.unwrap().1, Source::Guessed);
    }

    let second = unit.start(Path::new("/bin/sleep"), &["1000"]);
    let found = main_process::find(&unit.cgroup(), &Hints { guess: true, ..Hints::default() });
    assert_eq!(found.main.unwrap_err(), Missing::SeveralCandidates([main, second]));
}

#[test]
fn commands_run_in_the_group_with_what_they_must_know() {
    let Some(mut unit) = Unit::new() else { return };
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let script = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        path.display().to_string()
    };
    let out = out.display();
    let stop = script("stop", &format!("grep ^0:: /proc/self/cgroup >> {out}; echo $MAINPID >> {out}"));
    let post = script(
        "post",
        &format!("echo \"[$MAINPID]\" $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS >> {out}; exit 3"),
    );
    let main = unit.actors(&["main"]);
    let directives = format!("ExecStop={stop}\nExecStopPost={post}");
    let result = unit.run(&stop_plan(&directives, Presence::Yes), Some(main));
    let text = fs::read_to_string(dir.path().join("out")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let cgroup = format!("0::/{}", unit.relative.display());
    let main = main.to_string();
    assert_eq!(lines, [cgroup.as_str(), &main, "[] success killed TERM"]);
    assert_eq!(result.outcome.result, SystemdResult::ExitCode);
}

#[test]
fn the_group_is_made_again_for_a_command() {
    let Some(unit) = Unit::new() else { return };
    let start = Start { state: StartState::Exited, rest: Presence::No, ..Start::running() };
    let mut world = unit.world();
    fs::remove_dir(&unit.dir).unwrap();
    let plan = stop(&service("RemainAfterExit=yes\nExecStop=/bin/true"), start);
    let result = run(&mut world, &plan, None);
    assert_eq!(result.outcome.result, SystemdResult::Success);
    assert!(result.events.iter().any(|event| matches!(event.what, What::Run { pid: Ok(_), .. })));
    unit.hierarchies.cgroup_at(&unit.dir).unwrap();
}

#[test]
fn the_group_must_not_fork_while_it_is_killed() {
    let Some(mut unit) = Unit::new() else { return };
    let twin = Path::new("/sys/fs/cgroup/pids").join(&unit.relative);
    let file = if unit.dir.join("pids.max").exists() {
        unit.dir.join("pids.max")
    } else if fs::create_dir_all(&twin).is_ok() && twin.join("pids.max").exists() {
        twin.join("pids.max")
    } else {
        return skip("there is no pids controller");
    };
    fs::write(&file, "500").unwrap();
    let main = unit.actors(&["main"]);
    let limit = || fs::read_to_string(&file).unwrap().trim().to_owned();
    let mut world = unit.world();
    world.members(Path::new(""), &mut Vec::new()).unwrap();
    world.signal(main, Signal::HUP, None, Some(whole())).unwrap();
    assert_eq!(limit(), "500", "who is only asked to end may fork");
    world.members(Path::new(""), &mut Vec::new()).unwrap();
    let _ = world.signal(main, Signal::KILL, None, Some(whole()));
    let during = limit();
    world.wait(Some(0));
    let after = limit();
    linux_support::remove_tree(&twin);
    let _ = twin.parent().map(fs::remove_dir);
    assert_eq!((during.as_str(), after.as_str()), ("0", "500"));
}

#[test]
fn dangerous_groups_are_refused() {
    use unitctl_executor::linux::Refusal;
    use unitctl_executor::linux::cgroup::CgroupError;
    let Some(unit) = Unit::new() else { return };
    let at = |path: &Path| unit.hierarchies.cgroup_at(path);
    assert_eq!(unit.cgroup().refusal(), None);
    let mount = unit.hierarchies.tracking[0].mount_point.clone();
    assert_eq!(at(&mount).unwrap().refusal(), Some(Refusal::Root));
    assert_eq!(at(Path::new("/")).err().map(|e| e.to_string()).unwrap(), "/ is not on a cgroup file system");
    assert!(matches!(at(Path::new("/etc")), Err(CgroupError::NotACgroup(_))));
    assert!(matches!(at(Path::new("/unitctl-absent.slice")), Err(CgroupError::Missing(_))));
    assert!(matches!(at(Path::new("/unitctl-x/../../unitctl-absent")), Err(CgroupError::Missing(_))));
    let by_path = at(&Path::new("/").join(&unit.relative)).unwrap();
    assert_eq!(by_path.dir(), unit.dir);
    let by_name = unit.hierarchies.unit_cgroup(&unit.relative).unwrap();
    assert_eq!(by_name.dir(), unit.dir);
}

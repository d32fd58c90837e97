//! `stop` and `kill` where something is in the way: older kernels, calls that fail, processes that are hidden or held by
//! the kernel, other layouts of cgroups. strace(1) lets the calls fail; unshare(1) makes the layouts.

use crate::support::{Family, actor, command, has_pidfds, mount_point, skip, sleep};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

/// What all of these need.
struct Stage {
    mount: PathBuf,
    folder: tempfile::TempDir,
    actor: PathBuf,
    unitctl: PathBuf,
}

impl Stage {
    /// `None`, said aloud, where it cannot be had.
    fn new(what: &str, tools: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let missing = tools.iter().find(|tool| {
            let status = command(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            !status.is_ok_and(|status| status.success())
        });
        let needed = match missing {
            Some(tool) => Err(format!("no {tool}")),
            None => mount_point().and_then(|mount| Ok((mount, actor(folder.path())?))),
        };
        match needed {
            Ok((mount, actor)) => {
                use std::os::unix::fs::PermissionsExt as _;
                // Others may run it.
                let unitctl = folder.path().join("unitctl");
                std::fs::copy(env!("CARGO_BIN_EXE_unitctl"), &unitctl).unwrap();
                std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
                Some(Self { mount, folder, actor, unitctl })
            }
            Err(why) => {
                skip(&format!("{what}: {why}"));
                None
            }
        }
    }

    fn unit(&self, lines: &str) -> PathBuf {
        let path = self.folder.path().join("t.service");
        std::fs::write(&path, format!("[Service]\nExecStart=/bin/true\n{lines}")).unwrap();
        path
    }

    /// A family of actors, set up.
    fn family(&self, actors: &[&str]) -> Family {
        let mut family = Family::new(&self.mount);
        self.play_in(&mut family, actors);
        family
    }

    fn play_in(&self, family: &mut Family, actors: &[&str]) {
        family.start(&self.actor, actors);
        let up = |family: &Family| {
            family.members().iter().filter(|(_, name)| name.len() <= 2 || name == "main").count()
        };
        while up(family) < actors.len() {
            sleep(5);
        }
        sleep(100);
    }
}

/// What came of a call.
struct Answer {
    status: Option<i32>,
    said: Vec<Value>,
    text: String,
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (said, complained) = (text(output.stdout), text(output.stderr));
        let lines = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { status: output.status.code(), said: lines, text: said + &complained }
    }

    /// `main TERM CONT; c1 TERM CONT; cgroup.kill`, by name.
    fn signals(&self, names: &[(i32, String)]) -> String {
        let mut words: Vec<String> = Vec::new();
        let (mut last, mut killed) = (None, Vec::new());
        for event in &self.said {
            if event.get("cgroup_kill").is_some() {
                words.push("cgroup.kill".into());
                last = None;
            }
            let (Some(signal), Some(pid)) = (event["signal"].as_str(), event["pid"].as_i64()) else {
                continue;
            };
            // Whoever is just ending is there or not.
            let gone =
                event.get("error").is_some_and(|error| error.as_str().unwrap().contains("o such process"));
            if gone || killed.contains(&pid) {
                continue;
            }
            if signal == "SIGKILL" {
                killed.push(pid);
            }
            let signal = signal.trim_start_matches("SIG");
            if last == Some(pid) {
                write!(words.last_mut().unwrap(), " {signal}").unwrap();
            } else {
                let name = names.iter().find(|(other, _)| i64::from(*other) == pid);
                words.push(format!("{} {signal}", name.map_or("command", |(_, name)| name)));
            }
            last = Some(pid);
        }
        words.join("; ")
    }
}

const OBEY: &[&str] = &["main:TERM=exit@200ms", "c1:TERM=exit@20ms"];
const IGNORE: &[&str] = &["main:TERM=ignore", "c1:TERM=ignore"];

#[test]
fn older_kernels_make_no_difference() {
    let Some(stage) = Stage::new("older kernels", &["strace"]) else { return };
    /// What strace lets fail; `KILL` stands for the path of cgroup.kill.
    const KERNELS: &[(&str, &[&str])] = &[
        ("this one", &[]),
        ("no pidfds", &["-e", "inject=pidfd_open:error=ENOSYS"]),
        ("a seccomp filter that knows no pidfds", &["-e", "inject=pidfd_open:error=EPERM"]),
        ("pidfds that tell nothing", &["-e", "inject=ioctl:error=ENOTTY"]),
        ("no cgroup.kill", &["-P", "KILL", "-e", "inject=openat:error=ENOENT"]),
        ("no close_range", &["-e", "inject=close_range:error=ENOSYS"]),
    ];
    for (lines, actors, what, result) in [
        ("", OBEY, "stop", "main TERM CONT; c1 TERM CONT"),
        ("TimeoutStopSec=300ms\n", IGNORE, "stop", "main TERM CONT; c1 TERM CONT; main KILL; c1 KILL"),
        ("ExecStop=/bin/true\nKillMode=mixed\n", OBEY, "stop", "main TERM CONT; c1 KILL"),
        ("", IGNORE, "kill -s KILL", "cgroup.kill"),
        ("", &["main:USR1=ignore", "c1"], "kill -s USR1 --kill-whom=main", "main USR1"),
        ("", &["main:USR1=ignore", "c1:USR1=ignore"], "kill -s USR1", "main USR1; c1 USR1"),
    ] {
        for (kernel, failing) in KERNELS {
            let expected = match (result, *kernel) {
                ("cgroup.kill", "no cgroup.kill") => "cgroup.kill; main KILL; c1 KILL",
                (result, _) => result,
            };
            let left = if what.contains("USR1") { actors.len() } else { 0 };
            let expected = (expected.to_owned(), Some(0), left);
            // A busy machine may be so late that another round of signals comes: then once more.
            let mut played = play_on(&stage, lines, actors, what, failing);
            for _ in 0..2 {
                if played.0 != expected {
                    played = play_on(&stage, lines, actors, what, failing);
                }
            }
            assert_eq!(played.0, expected, "{what} with {kernel}, {lines:?}: {}", played.1);
        }
    }
}

/// The signals that were sent, the exit status, and how many are left; then all that was said.
fn play_on(
    stage: &Stage,
    lines: &str,
    actors: &[&str],
    what: &str,
    failing: &[&str],
) -> ((String, Option<i32>, usize), String) {
    let unit = stage.unit(lines);
    let mut family = stage.family(actors);
    let names = family.members();
    let kill = family.cgroup.join("cgroup.kill");
    let mut strace = command("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null"]);
    strace.args(failing.iter().map(|word| if *word == "KILL" { kill.to_str().unwrap() } else { word }));
    strace.arg(&stage.unitctl).args(what.split(' ')).arg(&unit).arg("--cgroup").arg(&family.cgroup);
    let answer = Answer::of(strace.args(["--force", "--format", "json"]).output().unwrap());
    sleep(50);
    family.reap();
    ((answer.signals(&names), answer.status, family.members().len()), answer.text)
}

#[test]
fn calls_that_fail_are_told_and_the_rest_is_done() {
    let Some(stage) = Stage::new("calls that fail", &["strace"]) else { return };
    let pidfds = has_pidfds();
    for (fails, what, status, told, left) in [
        // Whom the first signal did not reach is killed in the end.
        ("-e inject=pidfd_send_signal:error=EIO:when=1", "stop", 0, "i/o error", &[][..]),
        ("-e inject=pidfd_send_signal:error=EPERM", "stop", 1, "operation not permitted", &["main", "c1"]),
        (
            "-e inject=pidfd_send_signal:error=EIO",
            "kill -s TERM",
            1,
            "could not be signalled: i/o error",
            &["main", "c1"],
        ),
        (
            "-P PROCS -e inject=read:error=EIO",
            "kill -s TERM",
            1,
            "cannot read the control group: i/o error",
            &["c1"],
        ),
        ("-P PROCS -e inject=openat:error=EACCES", "kill -s TERM", 1, "permission denied", &["c1"]),
        ("-P PROCS -e inject=openat:error=EACCES", "stop", 1, "cannot be listed", &["c1"]),
        (
            "-P PROCS -e inject=openat:error=ENOENT",
            "kill -s TERM --kill-whom=cgroup-fail",
            1,
            "no process to kill",
            &["main", "c1"],
        ),
        (
            "-P KILL -e inject=write:error=EIO",
            "kill -s KILL",
            1,
            "could not be signalled: i/o error",
            &["c1"],
        ),
        ("-P KILL -e inject=write:error=ENODEV", "kill -s KILL", 0, "", &["c1"]),
        ("-e inject=ppoll:error=EINTR:when=1", "stop", 0, "", &[]),
        ("-e inject=clone:error=EAGAIN", "stop", 0, "resources", &[]),
        ("-e inject=sched_setscheduler:error=EPERM", "stop", 0, "", &[]),
        ("-P EVENTS -e inject=openat:error=EACCES", "stop", 0, "", &[]),
    ] {
        if !pidfds && fails.contains("pidfd") {
            skip(&format!("calls that fail: the kernel has no pidfds: {fails}"));
            continue;
        }
        let mut played = play_failing(&stage, fails, what, left);
        // On a busy machine a round of SIGKILL may take so long that the kernel is asked to end the group: then once more.
        for _ in 0..5 {
            if played.1 != left {
                played = play_failing(&stage, fails, what, left);
            }
        }
        let (answer, still_there) = played;
        assert_eq!(answer.status, Some(status), "{what} with {fails}: {}", answer.text);
        assert!(
            answer.text.to_lowercase().contains(told),
            "{what} with {fails} does not say {told}: {}",
            answer.text
        );
        assert_eq!(still_there, left, "{what} with {fails}: {}", answer.text);
    }
}

/// What is said when these calls fail, and who is left after a while that is long enough for all but these to go.
fn play_failing(stage: &Stage, fails: &str, what: &str, left: &[&str]) -> (Answer, Vec<String>) {
    let lines = if fails.contains("clone") { "ExecStop=/bin/true\n" } else { "TimeoutStopSec=300ms\n" };
    let unit = stage.unit(lines);
    let mut family = stage.family(OBEY);
    let file = |name: &str| family.cgroup.join(name).to_str().unwrap().to_owned();
    let fails = fails
        .replace("PROCS", &file("cgroup.procs"))
        .replace("KILL", &file("cgroup.kill"))
        .replace("EVENTS", &file("cgroup.events"));
    let main = family.members()[0].0.to_string();
    let mut strace = command("strace");
    strace.args(["-qq", "-o", "/dev/null"]).args(fails.split(' ')).arg(&stage.unitctl).args(what.split(' '));
    strace.arg(&unit).args(["--force", "--main-pid", &main, "--cgroup"]).arg(&family.cgroup);
    let answer = Answer::of(strace.output().unwrap());
    let names = |family: &Family| family.members().into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    // Longer than any of them takes to go when it was asked.
    sleep(250);
    for _ in 0..50 {
        family.reap();
        if names(&family) == left {
            break;
        }
        sleep(20);
    }
    (answer, names(&family))
}

#[test]
fn who_cannot_be_listed_is_not_nobody() {
    let Some(stage) = Stage::new("a control group that cannot be read", &["strace"]) else { return };
    let family = stage.family(OBEY);
    for words in [&["ps"][..], &["kill", "--dry-run"]] {
        let mut strace = command("strace");
        strace.args(["-qq", "-o", "/dev/null", "-e", "inject=openat:error=EACCES", "-P"]);
        strace.arg(family.cgroup.join("cgroup.procs")).arg(&stage.unitctl).args(words);
        let answer = Answer::of(strace.arg("--cgroup").arg(&family.cgroup).output().unwrap());
        assert_eq!(answer.status, Some(1), "{words:?}: {}", answer.text);
        assert!(
            answer.text.contains("cannot read") && !answer.text.contains("no processes"),
            "{}",
            answer.text
        );
    }
}

#[test]
fn who_is_hidden_is_told_of_too() {
    let Some(stage) = Stage::new("hidden processes", &["unshare", "setpriv", "strace"]) else { return };
    let script = "mount -t proc -o hidepid=invisible proc /proc && exec \"$@\"";
    let as_daemon = ["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups"];
    for failing in [&[][..], &["strace", "-qq", "-o", "/dev/null", "-e", "inject=ioctl:error=ENOTTY"]] {
        let mut family = Family::new(&stage.mount);
        stage.play_in(&mut family, &["main"]);
        let ours = family.start(
            Path::new("/usr/bin/setpriv"),
            &["--reuid=daemon", "--regid=daemon", "--clear-groups", "sleep", "100"],
        );
        sleep(300);
        let mut kill = command("unshare");
        kill.args(["-m", "sh", "-c", script, "sh"]).args(as_daemon).args(failing).arg(&stage.unitctl);
        let answer =
            Answer::of(kill.args(["kill", "--force", "--cgroup"]).arg(&family.cgroup).output().unwrap());
        if answer.text.contains("hidepid") {
            return skip(&format!("hidden processes: {}", answer.text));
        }
        assert_eq!(answer.status, Some(1), "{}", answer.text);
        assert!(answer.text.contains("operation not permitted"), "{}", answer.text);
        sleep(100);
        family.reap();
        let left = family.members();
        assert!(left.iter().all(|(pid, _)| *pid != ours), "{left:?}: {}", answer.text);
        assert_eq!(left.len(), 1, "{left:?}: {}", answer.text);
    }
}

/// That the machine was booted with systemd is to be seen (sd_booted(3)), whether or not PID 1 is.
#[test]
fn a_hidden_systemd_manages_its_control_groups() {
    let Some(stage) = Stage::new("a hidden systemd", &["unshare", "setpriv"]) else { return };
    let script = "mount -t proc -o hidepid=invisible proc /proc && mount -t tmpfs none /run \
        && mkdir -p /run/systemd/system && exec \"$@\"";
    let family = stage.family(&["main"]);
    let mut kill = command("unshare");
    kill.args([
        "-m",
        "sh",
        "-c",
        script,
        "sh",
        "setpriv",
        "--reuid=daemon",
        "--regid=daemon",
        "--clear-groups",
    ]);
    let answer =
        Answer::of(kill.arg(&stage.unitctl).args(["kill", "--cgroup"]).arg(&family.cgroup).output().unwrap());
    if answer.text.contains("hidepid") {
        return skip(&format!("a hidden systemd: {}", answer.text));
    }
    assert_eq!(answer.status, Some(2), "{}", answer.text);
    assert!(answer.text.contains("a running systemd (PID 1) manages it"), "{}", answer.text);
}

#[test]
fn processes_that_the_kernel_holds_are_named() {
    let Some(stage) = Stage::new("processes that nothing ends", &[]) else { return };
    let freezer = PathBuf::from(format!("/sys/fs/cgroup/freezer/unitctl-test-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir(&freezer) {
        return skip(&format!("processes that nothing ends: no freezer of cgroups v1: {error}"));
    }
    // Whichever of them it is that the freezer holds.
    for held in ["main", "c1"] {
        let mut family = stage.family(OBEY);
        let (pid, _) = family.members().into_iter().find(|(_, name)| name == held).unwrap();
        std::fs::write(freezer.join("cgroup.procs"), pid.to_string()).unwrap();
        std::fs::write(freezer.join("freezer.state"), "FROZEN").unwrap();
        while std::fs::read_to_string(freezer.join("freezer.state")).unwrap().trim() != "FROZEN" {
            sleep(5);
        }
        let unit = stage.unit("TimeoutStopSec=400ms\n");
        let mut stop = command(&stage.unitctl);
        stop.arg("stop").arg(&unit).args(["--force", "--cgroup"]).arg(&family.cgroup);
        let answer = Answer::of(stop.output().unwrap());
        std::fs::write(freezer.join("freezer.state"), "THAWED").unwrap();
        sleep(100);
        family.reap();
        let left = family.members();
        assert_eq!(answer.status, Some(1), "{}", answer.text);
        let file = freezer.join("freezer.state");
        let frozen = format!("frozen: {} holds all signals back, SIGKILL too", file.display());
        assert!(answer.text.contains(&frozen), "{}", answer.text);
        assert!(answer.text.contains("state D"), "{}", answer.text);
        let role = if held == "main" { "main" } else { "rest" };
        let stays = format!("stays: {role} {pid} ({held}, state D)");
        assert!(answer.text.contains(&stays), "{}", answer.text);
        // The SIGKILL was waiting for it.
        assert_eq!(left, [], "{}", answer.text);
    }
    let _ = std::fs::remove_dir(&freezer);
}

#[test]
fn a_command_reads_its_data_on_a_kernel_without_files_in_memory() {
    let Some(stage) = Stage::new("kernels before 3.17", &["strace"]) else { return };
    let mut family = stage.family(OBEY);
    let read = stage.folder.path().join("read");
    let unit = stage.unit(&format!(
        "ExecStop=/bin/sh -c 'cat >{}'\nStandardInput=data\nStandardInputText=hello\n",
        read.display()
    ));
    let mut stop = command("strace");
    stop.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=memfd_create:error=ENOSYS"]).arg(&stage.unitctl);
    stop.arg("stop").arg(&unit).args(["--force", "--cgroup"]).arg(&family.cgroup);
    let answer = Answer::of(stop.output().unwrap());
    family.reap();
    assert_eq!(answer.status, Some(0), "{}", answer.text);
    assert_eq!(std::fs::read_to_string(&read).unwrap_or_default(), "hello\n", "{}", answer.text);
}

#[test]
fn a_frozen_part_of_a_service_is_told() {
    let Some(stage) = Stage::new("a frozen part", &[]) else { return };
    let mut family = stage.family(OBEY);
    let part = family.cgroup.join("part");
    std::fs::create_dir(&part).unwrap();
    if !part.join("cgroup.freeze").exists() {
        return skip("a frozen part: the kernel's cgroups v2 have no freezer");
    }
    let (cold, _) = family.members().into_iter().find(|(_, name)| name == "c1").unwrap();
    std::fs::write(part.join("cgroup.procs"), cold.to_string()).unwrap();
    std::fs::write(part.join("cgroup.freeze"), "1").unwrap();
    while !std::fs::read_to_string(part.join("cgroup.events")).unwrap().contains("frozen 1") {
        sleep(5);
    }
    let unit = stage.unit("TimeoutStopSec=400ms\n");
    let mut stop = command(&stage.unitctl);
    stop.arg("stop").arg(&unit).args(["--force", "--cgroup"]).arg(&family.cgroup);
    let answer = Answer::of(stop.output().unwrap());
    family.reap();
    let frozen = format!(
        "frozen: {} holds all signals back but those that kill",
        part.join("cgroup.events").display()
    );
    assert!(answer.text.contains(&frozen), "{}", answer.text);
    assert!(answer.text.contains(&format!("SIGKILL → rest ({cold})")), "{}", answer.text);
    assert_eq!(answer.status, Some(0), "{}", answer.text);
}

#[test]
fn the_layout_of_v1_alone_will_do() {
    let Some(stage) = Stage::new("cgroups v1 alone", &["unshare"]) else { return };
    let v1 = Path::new("/sys/fs/cgroup/systemd");
    if !v1.join("cgroup.procs").exists() || stage.mount != Path::new("/sys/fs/cgroup/unified") {
        return skip("cgroups v1 alone: there is no hierarchy of v1 that is named systemd");
    }
    for (number, (lines, actors, what, expected)) in [
        ("", OBEY, "stop", "main TERM CONT; c1 TERM CONT"),
        ("TimeoutStopSec=300ms\n", IGNORE, "stop", "main TERM CONT; c1 TERM CONT; main KILL; c1 KILL"),
        ("", IGNORE, "kill -s KILL", "cgroup.kill; main KILL; c1 KILL"),
    ]
    .into_iter()
    .enumerate()
    {
        let slice = format!("unitctltestv1{}n{number}.slice", std::process::id());
        let slice_dir = v1.join(&slice);
        std::fs::create_dir(&slice_dir).unwrap();
        let unit = stage.unit(&format!("{lines}Slice={slice}\n"));
        let mut family = Family::at(slice_dir.join("t.service"));
        stage.play_in(&mut family, actors);
        let names = family.members();
        let mut program = command("unshare");
        program.args(["-m", "sh", "-c", "umount /sys/fs/cgroup/unified && exec \"$@\"", "sh"]);
        program.arg(&stage.unitctl).args(what.split(' ')).arg(&unit).args(["--format", "json"]);
        let answer = Answer::of(program.output().unwrap());
        sleep(50);
        family.reap();
        let left = family.members();
        drop(family);
        let _ = std::fs::remove_dir(&slice_dir);
        assert_eq!(answer.signals(&names), expected, "{what}: {}", answer.text);
        assert_eq!((answer.status, left.len()), (Some(0), 0), "{what}: {}", answer.text);
    }
}

#[test]
fn the_cgroup_of_a_users_service_is_found() {
    let Some(stage) = Stage::new("services of users", &["unshare"]) else { return };
    let unit = stage.unit("");
    let family = Family::new(&stage.mount);
    // Inside, this cgroup is the root of the hierarchy.
    let script = r#"
        echo 0 > "$0/cgroup.procs" && exec unshare -m -C sh -c '
            mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 9
            dir=/sys/fs/cgroup/user.slice/user-0.slice/user@0.service/app.slice/t.service
            mkdir -p $dir && { sleep 100 & echo $! > $dir/cgroup.procs
            "$0" --user stop "$1"; status=$?; [ -d $dir ] && echo "it is still there"; exit $status; }' "$1" "$2""#;
    let mut sh = command("sh");
    let output = sh.args(["-c", script]).arg(&family.cgroup).arg(&stage.unitctl).arg(&unit).output().unwrap();
    let answer = Answer::of(output);
    if answer.status == Some(9) {
        return skip(&format!("services of users: {}", answer.text));
    }
    assert_eq!(answer.status, Some(0), "{}", answer.text);
    assert!(answer.text.contains("user@0.service/app.slice/t.service"), "{}", answer.text);
    assert!(answer.text.contains("all 1 went") && !answer.text.contains("still there"), "{}", answer.text);
}

#[test]
fn a_command_that_is_traced_is_waited_for_at_rest() {
    /// Traces the process that it is told for a second and never waits for it.
    const TRACER: &str = "import ctypes, sys, time
seize = 0x4206
assert ctypes.CDLL(None).ptrace(seize, int(sys.argv[1]), None, None) == 0
time.sleep(1)";
    let Some(stage) = Stage::new("a command that is traced", &["python3"]) else { return };
    let unit = stage.unit("ExecStop=/bin/sleep 0.4\n");
    let family = stage.family(OBEY);
    let mut unitctl = command(&stage.unitctl);
    unitctl.arg("stop").arg(&unit).arg("--force").arg("--cgroup").arg(&family.cgroup);
    let mut unitctl = unitctl.stdout(Stdio::null()).spawn().unwrap();
    let sleeping = || family.members().into_iter().find(|(_, name)| name == "sleep");
    while sleeping().is_none() {
        sleep(5);
    }
    let traced = sleeping().unwrap().0.to_string();
    assert!(command("python3").args(["-c", TRACER, &traced]).status().unwrap().success());
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", unitctl.id())).unwrap();
    let times = stat.rsplit(')').next().unwrap().split(' ').skip(12).take(2);
    let ticks: u32 = times.map(|number| number.parse::<u32>().unwrap()).sum();
    assert_eq!(unitctl.wait().unwrap().code(), Some(0));
    assert!(
        ticks < 20,
        "it has used a processor for {ticks} hundredths of a second while there was nothing to do"
    );
}

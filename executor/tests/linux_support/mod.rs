//! What the tests of the Linux world share: real cgroups, real processes in them, and their removal
//! whatever happens. Nothing outside these cgroups is ever signalled.

pub(crate) mod commands;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use unitctl_executor::carry_out::{Known, carry_out};
use unitctl_executor::event::{Event, Outcome, What};
use unitctl_executor::linux::cgroup::Cgroup;
use unitctl_executor::linux::hierarchy::{Hierarchies, Version};
use unitctl_executor::linux::process::{self, Stat};
use unitctl_executor::linux::{LinuxWorld, Surroundings};
use unitctl_executor::plan::Plan;
use unitctl_executor::world::Pid;
use unitctl_parser::service::exec_context::ExecContext;

static SKIPPED: AtomicU32 = AtomicU32::new(0);

/// Says that a test was not run, and how many of this program were not.
pub(crate) fn skip(why: &str) {
    let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    eprintln!("skipped: {why} (the {count}. in this program)");
}

/// A figure for whoever runs the tests with `--nocapture`.
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// How thorough a test is to be, by a variable.
#[expect(clippy::disallowed_methods, reason = "who runs the tests says how thoroughly")]
pub(crate) fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

#[expect(clippy::disallowed_methods, reason = "tests measure real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Waits for something that other processes do.
#[expect(clippy::disallowed_methods, reason = "there is nothing to poll for what a test waits for")]
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A cgroup of its own, with the processes that were started in it.
pub(crate) struct Unit {
    pub(crate) hierarchies: Hierarchies,
    pub(crate) dir: PathBuf,
    /// Its path below the mount point.
    pub(crate) relative: PathBuf,
    children: Vec<Child>,
}

impl Unit {
    /// In the v2 hierarchy, or `None`, said aloud, where that cannot be had.
    pub(crate) fn new() -> Option<Self> {
        Self::on(Version::V2)
    }

    /// In the first hierarchy of this kind.
    pub(crate) fn on(version: Version) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self::at(version, PathBuf::from(format!("unitctl-test-{}/{number}.service", std::process::id())))
    }

    /// The same at this path below the mount point.
    pub(crate) fn at(version: Version, relative: PathBuf) -> Option<Self> {
        let hierarchies = Hierarchies::read().unwrap();
        let Some(hierarchy) = hierarchies.tracking.iter().find(|h| h.version == version) else {
            skip(&format!("no {version:?} hierarchy is mounted"));
            return None;
        };
        let dir = hierarchy.mount_point.join(&relative);
        if let Err(error) = fs::create_dir_all(&dir) {
            skip(&format!("cannot make {}: {error}", dir.display()));
            return None;
        }
        Some(Self { hierarchies, dir, relative, children: Vec::new() })
    }

    pub(crate) fn cgroup(&self) -> Cgroup {
        self.hierarchies.cgroup_at(&self.dir).unwrap()
    }

    pub(crate) fn world(&self) -> LinuxWorld {
        self.world_with(ExecContext::default())
    }

    pub(crate) fn world_with(&self, context: ExecContext) -> LinuxWorld {
        let surroundings = Surroundings {
            context,
            pid_file: None,
            delegated: false,
            invocation: None,
            root: PathBuf::from("/"),
            inherited: Vec::new(),
        };
        LinuxWorld::new(self.hierarchies.clone(), self.cgroup(), surroundings, None)
    }

    /// Starts a program in it, in `group` below it, and returns its PID.
    #[expect(clippy::disallowed_methods, reason = "the tests need processes to act upon")]
    pub(crate) fn start_in(&mut self, group: &str, program: &Path, arguments: &[&str]) -> Pid {
        let dir = self.dir.join(group);
        fs::create_dir_all(&dir).unwrap();
        // The shell enters the cgroup and becomes the program.
        let child = Command::new("/bin/sh")
            // Whoever runs the tests may ignore signals, which is inherited; a service manager leaves none ignored.
            .args(["-c", r#"echo 0 > "$0/cgroup.procs" && exec env --default-signal "$@""#])
            .arg(&dir)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let pid = Pid(i32::try_from(child.id()).unwrap());
        self.children.push(child);
        let program = program.canonicalize().unwrap();
        let comm: String = program.file_name().unwrap().to_str().unwrap().chars().take(15).collect();
        until("the program runs", || {
            // A process whose first thread has ended has no executable any more.
            process::executable(pid).is_some_and(|path| path == program) || name(pid).as_ref() == Some(&comm)
        });
        pid
    }

    pub(crate) fn start(&mut self, program: &Path, arguments: &[&str]) -> Pid {
        self.start_in("", program, arguments)
    }

    /// A family of actors, the first being the main process; returns when all are set up.
    pub(crate) fn actors(&mut self, specs: &[&str]) -> Pid {
        let main = self.start(actor(), specs);
        let mut expected: Vec<_> = specs.iter().map(|s| s.split(':').next().unwrap().to_owned()).collect();
        expected.sort();
        until("the actors are set up", || {
            let mut found: Vec<_> = self
                .cgroup()
                .members()
                .0
                .into_iter()
                .filter_map(|pid| Stat::read(pid).ok())
                .filter(|stat| matches!(stat.state, 'S' | 'T'))
                .map(|stat| stat.comm)
                .collect();
            found.sort();
            found.dedup();
            found == expected
        });
        main
    }

    /// The process of this name.
    pub(crate) fn named(&self, wanted: &str) -> Pid {
        let (pids, _) = self.cgroup().members();
        pids.into_iter().find(|&pid| name(pid).as_deref() == Some(wanted)).unwrap()
    }

    /// The names of those who are there.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.cgroup().members().0.into_iter().filter_map(name).collect();
        names.sort();
        names
    }

    /// Waits for a child, so that its number is free.
    pub(crate) fn reap(&mut self, pid: Pid) {
        let index = self.children.iter().position(|child| child.id() == pid.0.unsigned_abs()).unwrap();
        self.children.remove(index).wait().unwrap();
    }

    /// Carries a plan out, with all that happens.
    pub(crate) fn run(&mut self, plan: &Plan, main: Option<Pid>) -> Run {
        let mut world = self.world();
        run(&mut world, plan, main)
    }
}

/// What a plan led to.
pub(crate) struct Run {
    pub(crate) events: Vec<Event>,
    pub(crate) outcome: Outcome,
    pub(crate) left: Vec<Pid>,
}

pub(crate) fn run(world: &mut LinuxWorld, plan: &Plan, main: Option<Pid>) -> Run {
    let mut events = Vec::new();
    let known = Known { main, control: None };
    let outcome = carry_out(plan, known, world, &mut |event| events.push(event.clone()));
    let left = outcome.left(world);
    Run { events, outcome, left }
}

impl Run {
    /// The signals that were sent to a process, as `TERM CONT`.
    pub(crate) fn signals_to(&self, wanted: Pid) -> String {
        let mut sent = Vec::new();
        for event in &self.events {
            if let What::Signal { pid, signal, sent: Ok(()), .. } = event.what
                && pid == wanted
            {
                sent.push(signal.to_string().trim_start_matches("SIG").to_owned());
            }
        }
        sent.join(" ")
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        let _ = fs::write(self.dir.join("cgroup.freeze"), "0");
        let _ = fs::write(self.dir.join("cgroup.kill"), "1");
        // v1 has no such thing, and v2 passes over some.
        let left = self.hierarchies.cgroup_at(&self.dir).map(|cgroup| cgroup.members().0);
        for pid in left.unwrap_or_default() {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid.0), nix::sys::signal::SIGKILL);
        }
        for child in &mut self.children {
            let _ = child.wait();
        }
        remove_tree(&self.dir);
        let _ = self.dir.parent().map(fs::remove_dir);
    }
}

/// Removes a cgroup and those below it, when they have become empty.
pub(crate) fn remove_tree(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_tree(&entry.path());
        }
    }
    let began = now();
    while dir.exists() && fs::remove_dir(dir).is_err() && began.elapsed() < Duration::from_secs(20) {
        std::thread::yield_now();
    }
}

pub(crate) fn name(pid: Pid) -> Option<String> {
    process::comm(pid)
}

pub(crate) fn is_alive(pid: Pid) -> bool {
    Stat::read(pid).is_ok_and(|stat| !stat.is_zombie())
}

/// The actor of the recordings: processes with scripted reactions to signals.
pub(crate) fn actor() -> &'static Path {
    static PROGRAM: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    PROGRAM.get_or_init(|| compile(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/record/actor.c")))
}

/// The program of `helpers.c`.
pub(crate) fn helpers() -> &'static Path {
    static PROGRAM: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    PROGRAM.get_or_init(|| compile(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/linux_support/helpers.c")))
}

#[expect(clippy::disallowed_methods, reason = "the compiler is a process")]
pub(crate) fn compile(source: &str) -> PathBuf {
    let name = Path::new(source).file_stem().unwrap().to_str().unwrap();
    // Test programs run beside each other; none shall execute what another one is writing.
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let done = Command::new("cc").args(["-O1", "-pthread", source, "-o"]).arg(&program).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}

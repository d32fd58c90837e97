//! While processes are born and die all over the machine at full speed, so that every PID is given anew many times a
//! second, nobody outside of the cgroup is signalled. `UNITCTL_STORM` says for how many seconds (2).
//!
//! What is listed is signalled late, as on a machine that is busy with others: most of those who were listed have gone
//! then, and many of their numbers are those of others.
//!
//! The machine is a PID namespace with a few hundred PIDs (Linux 6.14). That the trial finds a stray signal if there is
//! one is shown by a killer who remembers numbers for a moment, as a script does: it hits strangers.

#![expect(clippy::disallowed_methods, reason = "it starts processes, and a killer who waits")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod common;
#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod linux_support;

use common::service;
use linux_support::{Unit, compile, now, number, say, skip, until};
use nix::errno::Errno;
use nix::sys::signal::{Signal as Number, kill as naive_kill};
use nix::unistd::Pid as Raw;
use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use unitctl_executor::carry_out::{Known, carry_out};
use unitctl_executor::event::What;
use unitctl_executor::linux::LinuxWorld;
use unitctl_executor::linux::hierarchy::Version;
use unitctl_executor::linux::main_process::{self, Hints, Source};
use unitctl_executor::linux::process::Handle;
use unitctl_executor::plan::{
    Held, KillRequest, Plan, PlannedCommand, Presence, Start, StartState, kill, stop,
};
use unitctl_executor::world::{CommandContext, Occurrence, Pid, World};
use unitctl_parser::value::signal::Signal;

/// How many PIDs there are.
const PIDS: u32 = 420;

/// In which many numbers are given anew.
const MOMENT: Duration = Duration::from_millis(20);

/// So many processes are a storm: each number is given anew five times.
const ENOUGH: u64 = PIDS as u64 * 5;

/// How long a busy machine may take for that.
const PATIENCE: Duration = Duration::from_secs(60);

/// Breeders of strangers, and of members of the cgroup.
const BREEDERS: [&str; 2] = ["6", "6"];

#[test]
fn no_stranger_is_signalled() {
    let release = nix::sys::utsname::uname().unwrap().release().to_string_lossy().into_owned();
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    if (numbers.next(), numbers.next()) < (Some(6), Some(14)) {
        return skip(&format!("Linux {release} has one kernel.pid_max for all PID namespaces"));
    }
    // This test program once more, as PID 1.
    let inside = Command::new("unshare")
        .args(["--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(std::env::current_exe().unwrap())
        .args(["inside_the_namespace", "--exact", "--nocapture", "--test-threads=1"])
        .env("UNITCTL_STORM_INSIDE", std::process::id().to_string())
        .output();
    let output = match inside {
        Ok(output) => output,
        Err(error) => return skip(&format!("no unshare: {error}")),
    };
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if text.contains("unshare: ") {
        return skip(&format!("no PID namespace can be made: {text}"));
    }
    text.lines().filter(|line| line.contains("skipped") || line.starts_with("PID reuse")).for_each(say);
    assert!(output.status.success(), "{text}");
}

/// Not a test by itself: see above.
#[test]
fn inside_the_namespace() {
    let outer = number("UNITCTL_STORM_INSIDE", 0);
    if outer == 0 {
        return;
    }
    fs::write("/proc/sys/kernel/pid_max", PIDS.to_string()).unwrap();
    let relative = PathBuf::from(format!("unitctl-test-{outer}-storm/a.service"));
    let Some(unit) = Unit::at(Version::V2, relative) else { return };
    let storm = Storm::new(&unit);
    let time = Duration::from_secs(number("UNITCTL_STORM", 2) as u64);

    let start = Start {
        state: StartState::Running,
        doing: None,
        main: Presence::Yes,
        control: Presence::No,
        rest: Presence::Maybe,
    };
    let request = |signal| KillRequest { signal, ..KillRequest::default() };
    let plans: [Plan; 5] = [
        kill(&request(Signal::TERM), start).unwrap(),
        kill(&request(Signal::KILL), start).unwrap(),
        stop(&service("TimeoutStopSec=10ms"), start),
        stop(&service("TimeoutStopSec=10ms\nKillMode=mixed"), start),
        stop(&service("TimeoutStopSec=10ms\nKillSignal=SIGKILL\nSendSIGHUP=yes"), start),
    ];
    let began = now();
    let (mut rounds, mut sent, mut gone) = (0, 0, 0);
    while began.elapsed() < time || (began.elapsed() < PATIENCE && (sent == 0 || storm.counts().0 <= ENOUGH))
    {
        for plan in &plans {
            let mut world = Late { world: unit.world(), late: rounds % 2 == 0 };
            // Whoever is found in it for the main process; it may have gone and its number been given by now.
            let first = unit.cgroup().members().0.first().copied();
            let hints = Hints { pid: first, guess: true, ..Hints::default() };
            let main = match main_process::find(&unit.cgroup(), &hints).main {
                Ok((handle, Source::Named | Source::Guessed)) => Some(handle),
                _ => None,
            };
            let pid = main.as_ref().map(Handle::pid);
            if let Some(main) = main {
                world.world.adopt(main);
            }
            rounds += 1;
            carry_out(plan, Known { main: pid, control: None }, &mut world, &mut |event| match event.what {
                What::Signal { sent: Ok(()), .. } => sent += 1,
                What::Signal { sent: Err(Errno::ESRCH), .. } => gone += 1,
                _ => {}
            });
        }
    }
    let (born, strays) = storm.counts();
    println!(
        "\nPID reuse: in {:.1} s {born} processes with {PIDS} numbers; {rounds} stops and kills, {sent} signals sent, \
         {gone} not sent to who had gone; {strays} strays",
        began.elapsed().as_secs_f32()
    );
    assert_eq!(strays, 0, "strangers were signalled");
    assert!(sent > 0 && born > ENOUGH, "there was no storm");

    let began = now();
    while storm.counts().1 == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "the trial would not find a stray signal");
        kill_by_numbers(&unit);
    }
    println!("PID reuse: a killer by numbers hit a stranger within {:?}", began.elapsed());
}

/// The Linux world, where a moment passes between a look at a group and what is done then.
struct Late {
    world: LinuxWorld,
    late: bool,
}

impl World for Late {
    fn members(&mut self, group: &Path, into: &mut Vec<Pid>) -> Result<(), Errno> {
        self.world.members(group, into)?;
        if self.late {
            std::thread::sleep(MOMENT);
        }
        Ok(())
    }

    fn now(&mut self) -> u64 {
        self.world.now()
    }

    fn watch(&mut self, pid: Pid) -> Result<(), Errno> {
        self.world.watch(pid)
    }

    fn children(&mut self, group: &Path) -> Result<Vec<OsString>, Errno> {
        self.world.children(group)
    }

    fn populated(&mut self) -> bool {
        self.world.populated()
    }

    fn signal(
        &mut self,
        pid: Pid,
        signal: Signal,
        value: Option<i32>,
        group: Option<&Path>,
    ) -> Result<(), Errno> {
        self.world.signal(pid, signal, value, group)
    }

    fn kill_group(&mut self, group: &Path) -> Result<(), Errno> {
        self.world.kill_group(group)
    }

    fn spawn(&mut self, command: &PlannedCommand, context: &CommandContext) -> Result<Pid, Errno> {
        self.world.spawn(command, context)
    }

    fn holds(&mut self, held: &Held) -> bool {
        self.world.holds(held)
    }

    fn wait(&mut self, deadline: Option<u64>) -> Occurrence {
        self.world.wait(deadline)
    }

    fn interrupted(&mut self) -> bool {
        self.world.interrupted()
    }
}

/// Asks everybody to end, waits a moment, and kills those it has asked, by the numbers it remembers.
fn kill_by_numbers(unit: &Unit) {
    let remembered: Vec<Pid> = unit.cgroup().members().0;
    for number in [Number::SIGTERM, Number::SIGKILL] {
        for pid in remembered.iter().filter(|pid| pid.0 > 1) {
            let _ = naive_kill(Raw::from_raw(pid.0), number);
        }
        std::thread::sleep(MOMENT);
    }
}

/// Everybody who is born and dies.
struct Storm {
    breeders: Vec<Child>,
    counts: PathBuf,
    _folder: tempfile::TempDir,
}

impl Storm {
    fn new(unit: &Unit) -> Self {
        let program = compile(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/linux_support/storm.c"));
        let folder = tempfile::tempdir().unwrap();
        let counts = folder.path().join("counts");
        fs::write(&counts, [0; 16]).unwrap();
        let breeders = ["strangers", "prey"].into_iter().zip(BREEDERS).map(|(kind, count)| {
            let mut command = Command::new(&program);
            command.arg(kind).arg(&counts).arg(count).stdin(Stdio::piped());
            if kind == "prey" {
                command.arg(&unit.dir);
            }
            command.spawn().unwrap()
        });
        let storm = Self { breeders: breeders.collect(), counts, _folder: folder };
        until("every number was given once", || storm.counts().0 > u64::from(PIDS));
        storm
    }

    /// How many were born, and how many were reached that must not be.
    fn counts(&self) -> (u64, u64) {
        let mut bytes = [0; 16];
        fs::File::open(&self.counts).unwrap().read_exact(&mut bytes).unwrap();
        let number = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
        (number(0), number(8))
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        for breeder in &mut self.breeders {
            drop(breeder.stdin.take());
            let _ = breeder.wait();
        }
    }
}

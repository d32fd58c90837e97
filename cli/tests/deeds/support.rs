//! Real processes in real cgroups, as the recordings describe them, and their removal whatever happens. Nothing outside
//! of these cgroups is ever signalled.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Says that a test was not run. It is written past the capturing of tests, so that everybody sees it.
pub(crate) fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A figure for everybody.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "tests measure real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a test lets processes come to rest")]
pub(crate) fn sleep(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

#[expect(clippy::disallowed_methods, reason = "tests start programs")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Where cgroups v2 can be made, or why that cannot be. Tried once: tests that try it side by side would meet each other.
pub(crate) fn mount_point() -> Result<PathBuf, String> {
    static TRIED: LazyLock<Result<PathBuf, String>> = LazyLock::new(try_mount_point);
    TRIED.clone()
}

fn try_mount_point() -> Result<PathBuf, String> {
    let candidates = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].map(PathBuf::from);
    let Some(mount) = candidates.into_iter().find(|dir| dir.join("cgroup.procs").exists()) else {
        return Err("no cgroup v2 is mounted".into());
    };
    let probe = mount.join(format!("unitctl-test-probe-{}", std::process::id()));
    fs::create_dir(&probe).map_err(|error| format!("cannot make cgroups in {}: {error}", mount.display()))?;
    fs::remove_dir(probe).map_err(|error| format!("cannot remove a cgroup: {error}"))?;
    Ok(mount)
}

/// The same for a test of this; `None`, said aloud, where it is skipped.
pub(crate) fn mount_for(what: &str) -> Option<PathBuf> {
    mount_point().map_err(|why| skip(&format!("{what}: {why}"))).ok()
}

/// The recorder's scripted processes, compiled into this folder; or why not.
pub(crate) fn actor(folder: &Path) -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record/actor.c");
    let program = folder.join("actor");
    let status = command("gcc").args(["-O1", "-w", "-o"]).arg(&program).arg(source).status();
    match status {
        Ok(status) if status.success() => Ok(program),
        Ok(status) => Err(format!("gcc failed: {status}")),
        Err(error) => Err(format!("no gcc: {error}")),
    }
}

/// Whether this kernel has pidfds (Linux 5.3), which older ones, or a filter of system calls, have not.
pub(crate) fn has_pidfds() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("probe.c"), folder.path().join("probe"));
    let text = "#include <unistd.h>\nint main(void) { return syscall(434, getpid(), 0) < 0; }\n";
    fs::write(&source, text).unwrap();
    let made = command("gcc").args(["-w", "-o"]).arg(&program).arg(&source).status();
    // Without a compiler nothing is known, nor played.
    !made.is_ok_and(|status| status.success())
        || command(&program).status().is_ok_and(|status| status.success())
}

/// A cgroup with processes.
pub(crate) struct Family {
    pub(crate) cgroup: PathBuf,
    children: Vec<Child>,
}

impl Family {
    /// An empty cgroup of its own.
    pub(crate) fn new(mount: &Path) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let cgroup = mount.join(format!("unitctl-test-deeds-{}-{number}", std::process::id()));
        Self::at(cgroup)
    }

    /// The same at this path, which is made.
    pub(crate) fn at(cgroup: PathBuf) -> Self {
        fs::create_dir(&cgroup).unwrap();
        Self { cgroup, children: Vec::new() }
    }

    /// Starts a program in it, and returns its PID.
    pub(crate) fn start(&mut self, program: &Path, arguments: &[&str]) -> i32 {
        let child = command("/bin/sh")
            // Whoever runs the tests may ignore signals, which is inherited; a service manager leaves none ignored.
            .args(["-c", r#"echo 0 > "$0/cgroup.procs" && exec env --default-signal "$@""#])
            .arg(&self.cgroup)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        self.children.push(child);
        pid
    }

    /// Ends one of those that were started.
    pub(crate) fn end(&mut self, pid: i32) {
        let child = self.children.iter_mut().find(|child| i64::from(child.id()) == i64::from(pid)).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        self.reap();
    }

    /// The living processes in it and below it, with their names.
    pub(crate) fn members(&self) -> Vec<(i32, String)> {
        let mut waiting = vec![self.cgroup.clone()];
        let mut members = Vec::new();
        while let Some(dir) = waiting.pop() {
            let procs = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
            for pid in procs.lines().filter_map(|line| line.parse().ok()) {
                let comm = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                members.push((pid, comm.trim_end().to_owned()));
            }
            let entries = fs::read_dir(dir).into_iter().flatten().flatten();
            waiting.extend(entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()));
        }
        members
    }

    /// Waits for those of its children that have ended.
    pub(crate) fn reap(&mut self) {
        self.children.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        let _ = fs::write(self.cgroup.join("cgroup.kill"), "1");
        for child in &mut self.children {
            // It may not have entered the cgroup yet.
            let _ = child.kill();
            let _ = child.wait();
        }
        for _ in 0..100 {
            let mut dirs = vec![self.cgroup.clone()];
            let mut at = 0;
            while at < dirs.len() {
                let entries = fs::read_dir(&dirs[at]).into_iter().flatten().flatten();
                dirs.extend(entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()));
                at += 1;
            }
            for dir in dirs.iter().rev() {
                let _ = fs::remove_dir(dir);
            }
            if !self.cgroup.exists() {
                return;
            }
            sleep(10);
        }
    }
}

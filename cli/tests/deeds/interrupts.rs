//! SIGINT and SIGTERM to unitctl itself: the first is answered with what stands, the second ends it at once.

use crate::support::{Family, command, mount_for, sleep};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};

/// A service whose process ignores SIGTERM, and a stop of it that has begun.
struct Begun {
    family: Family,
    folder: tempfile::TempDir,
    stop: Child,
}

impl Begun {
    /// `start` are words before unitctl's own.
    fn new(mount: &Path, start: &[&str], lines: &str, output: Option<Stdio>) -> Self {
        Self::called(mount, start, lines, output, &["stop", "--force"])
    }

    /// The same with other words of unitctl's.
    fn called(mount: &Path, start: &[&str], lines: &str, output: Option<Stdio>, call: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let unit = folder.path().join("a.service");
        std::fs::write(&unit, format!("[Service]\nExecStart=/bin/true\n{lines}")).unwrap();
        let mut family = Family::new(mount);
        family.start(Path::new("/bin/sh"), &["-c", "trap '' TERM; while :; do sleep 1; done"]);
        sleep(300);
        let mut words = start.iter().copied().chain([env!("CARGO_BIN_EXE_unitctl")]);
        let output = output.unwrap_or_else(|| std::fs::File::create(said(&folder)).unwrap().into());
        let stop = command(words.next().unwrap())
            .args(words)
            .args(call)
            .arg(&unit)
            .arg("--cgroup")
            .arg(&family.cgroup)
            .stdout(output)
            .spawn()
            .unwrap();
        sleep(500);
        Self { family, folder, stop }
    }

    fn send(&self, signal: &str) {
        let sent = command("kill").args(["-s", signal, &self.stop.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn end(&mut self) -> (ExitStatus, String) {
        let status = self.stop.wait().unwrap();
        (status, std::fs::read_to_string(said(&self.folder)).unwrap_or_default())
    }
}

fn said(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("said")
}

#[test]
fn an_interrupted_stop_says_what_stands() {
    let Some(mount) = mount_for("interrupts") else { return };
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let mut begun = Begun::new(&mount, &["env", "--default-signal"], "", None);
        begun.send(signal);
        let (ended, said) = begun.end();
        assert_eq!(ended.code(), Some(status), "{signal}: {said}");
        assert!(said.contains("interrupted after") && said.contains("stays: main"), "{said}");
        assert_eq!(begun.family.members().iter().filter(|(_, name)| name == "sh").count(), 1);
    }
}

#[test]
fn the_second_interrupt_ends_it_at_once() {
    let Some(mount) = mount_for("a second interrupt") else { return };
    // A pipe that is full, and nobody reads: it waits until it can say its first line.
    let (_reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&vec![0; 65536]).unwrap();
    let output = Some(writer.try_clone().unwrap().into());
    let mut begun = Begun::new(&mount, &["env", "--default-signal"], "", output);
    begun.send("INT");
    sleep(200);
    assert_eq!(begun.stop.try_wait().unwrap(), None, "the first is noted");
    begun.send("INT");
    let (ended, _) = begun.end();
    assert_eq!((ended.code(), ended.signal()), (None, Some(2)));
}

#[test]
fn what_is_ignored_stays_ignored() {
    let Some(mount) = mount_for("an ignored interrupt") else { return };
    // As `nohup` and shells do for what runs in the background.
    let start = ["env", "--default-signal", "--ignore-signal=INT"];
    let mut begun = Begun::new(&mount, &start, "TimeoutStopSec=1\n", None);
    begun.send("INT");
    let (ended, said) = begun.end();
    assert_eq!(ended.code(), Some(0), "{said}");
    assert!(said.contains("SIGKILL → main"), "{said}");
}

#[test]
fn a_kill_that_no_longer_waits_says_what_stands() {
    let Some(mount) = mount_for("an interrupted kill") else { return };
    for (format, told) in [("text", "stays"), ("json", r#""interrupted":true"#)] {
        let call = ["kill", "--force", "--wait", "--format", format];
        let mut begun = Begun::called(&mount, &["env", "--default-signal"], "", None, &call);
        begun.send("TERM");
        let (ended, said) = begun.end();
        assert_eq!(ended.code(), Some(143), "{said}");
        assert!(said.contains("SIGTERM") && said.contains(told), "{said}");
    }
}

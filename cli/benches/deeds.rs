//! How fast `unitctl stop` and `unitctl kill` are beside what one would use in their place, and their peak memory.
//!
//! `cargo bench --bench deeds` prints medians of interleaved runs, whole processes. It needs root, cgroups v2 and gcc;
//! for `systemctl stop` also the systemd of the recorders (testdata/README.md). UNITCTL_PROGRAM names another program to
//! measure, such as the static one.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs and reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark may fail where it stands")]

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The program that is measured.
static UNITCTL: LazyLock<OsString> = LazyLock::new(|| {
    std::env::var_os("UNITCTL_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_unitctl").into())
});
const RUNS: usize = 9;

/// A cgroup with many processes.
struct Herd {
    cgroup: PathBuf,
    first: Child,
}

impl Herd {
    fn new(stage: &Stage, arguments: &[&str], count: usize) -> Self {
        let cgroup = stage.mount.join(format!("unitctl-test-bench-{}", std::process::id()));
        fs::create_dir(&cgroup).unwrap();
        let first = Command::new(&stage.herd).arg("reap").arg(&cgroup).args(arguments).spawn().unwrap();
        let herd = Self { cgroup, first };
        let began = Instant::now();
        while herd.count() < count {
            assert!(began.elapsed() < Duration::from_secs(20), "{count} processes cannot be started");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        herd
    }

    fn count(&self) -> usize {
        fs::read_to_string(self.cgroup.join("cgroup.procs")).unwrap().lines().count()
    }

    fn is_populated(&self) -> bool {
        fs::read_to_string(self.cgroup.join("cgroup.events")).unwrap().contains("populated 1")
    }

    /// The time until nobody is left after this was done.
    fn until_empty(&self, deed: impl FnOnce()) -> Duration {
        let began = Instant::now();
        deed();
        while self.is_populated() {
            std::hint::spin_loop();
        }
        began.elapsed()
    }
}

impl Drop for Herd {
    fn drop(&mut self) {
        let _ = fs::write(self.cgroup.join("cgroup.kill"), "1");
        let _ = self.first.wait();
        while fs::remove_dir(&self.cgroup).is_err() && self.cgroup.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Stage {
    mount: PathBuf,
    folder: tempfile::TempDir,
    herd: PathBuf,
    unit: PathBuf,
}

fn stage() -> Result<Stage, String> {
    let mount = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].map(PathBuf::from);
    let mount = mount.into_iter().find(|dir| dir.join("cgroup.procs").exists()).ok_or("no cgroup v2")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let herd = folder.path().join("herd");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/deeds.c");
    let compiled = Command::new("gcc").args(["-O1", "-static", "-o"]).arg(&herd).arg(source).status();
    if !compiled.is_ok_and(|status| status.success()) {
        return Err("gcc cannot compile".into());
    }
    let unit = folder.path().join("herd.service");
    fs::write(&unit, "[Service]\nExecStart=/bin/true\n").map_err(|error| error.to_string())?;
    Ok(Stage { mount, folder, herd, unit })
}

fn unitctl(arguments: &[&str], cgroup: &Path) -> Command {
    let mut command = Command::new(&*UNITCTL);
    command.args(arguments).arg("--force").arg("--cgroup").arg(cgroup).stdout(Stdio::null());
    command
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The median, the fastest and the slowest.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let [fastest, .., slowest] = times[..] else { return "measured too seldom".into() };
    format!("{:8.2}   {:.2} to {:.2}", millis(times[times.len() / 2]), millis(fastest), millis(slowest))
}

/// The median of the quotients of runs that followed each other: the machine was as busy in both.
fn ratio(ours: &[Duration], theirs: &[Duration]) -> String {
    let mut ratios: Vec<f64> =
        ours.iter().zip(theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let [least, .., most] = ratios[..] else { return "not measured".into() };
    format!("{:8.2}   {least:.2} to {most:.2}", ratios[ratios.len() / 2])
}

fn main() {
    let stage = match stage() {
        Ok(stage) => stage,
        Err(why) => return println!("skipped: {why}"),
    };
    println!(
        "ms: median of runs by turns ({RUNS}, or {} that take little), whole processes; then the fastest and the slowest\n",
        RUNS * 3
    );
    kill(&stage);
    stop(&stage);
    last(&stage);
    growth(&stage);
    memory(&stage);
}

/// `kill -s KILL` beside a write to cgroup.kill.
fn kill(stage: &Stage) {
    const COUNT: usize = 10_000;
    let (mut ours, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let herd = Herd::new(stage, &[&COUNT.to_string()], COUNT);
        ours.push(herd.until_empty(|| {
            assert!(unitctl(&["kill", "-s", "KILL"], &herd.cgroup).status().unwrap().success());
        }));
        drop(herd);
        let herd = Herd::new(stage, &[&COUNT.to_string()], COUNT);
        by_hand.push(herd.until_empty(|| fs::write(herd.cgroup.join("cgroup.kill"), "1").unwrap()));
    }
    let ratio = ratio(&ours, &by_hand);
    println!("end {COUNT} processes       unitctl kill -s KILL {}", spread(&mut ours));
    println!("                           echo 1 > cgroup.kill {}", spread(&mut by_hand));
    println!("                                          ratio {ratio}");
}

/// A real systemd that stops services when it is told to.
struct Systemd {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Systemd {
    fn new(stage: &Stage, count: usize) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record/time_stop.py");
        let mut process = Command::new("python3")
            .arg(script)
            .arg(&stage.herd)
            .arg(count.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, answers }
    }

    /// How long one `systemctl stop` took.
    fn stop(&mut self) -> Option<Duration> {
        writeln!(self.process.stdin.as_ref()?).ok()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        line.trim().parse().ok().map(Duration::from_micros)
    }
}

impl Drop for Systemd {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// `stop` beside `systemctl stop`, and beside the kernel alone: most of the time goes into the ends of the processes.
fn stop(stage: &Stage) {
    const COUNT: usize = 2_000;
    let herd = || Herd::new(stage, &[&COUNT.to_string()], COUNT);
    let mut systemd = Systemd::new(stage, COUNT);
    let (mut ours, mut theirs, mut kernel) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS * 3 {
        let ended = herd();
        let began = Instant::now();
        let mut stop = unitctl(&["stop"], &ended.cgroup);
        assert!(stop.arg(&stage.unit).status().unwrap().success());
        ours.push(began.elapsed());
        assert!(!ended.is_populated());
        drop(ended);
        theirs.extend(systemd.stop());
        let ended = herd();
        kernel.push(ended.until_empty(|| fs::write(ended.cgroup.join("cgroup.kill"), "1").unwrap()));
    }
    let ratio = ratio(&ours, &theirs);
    println!("stop {COUNT} that obey              unitctl stop {}", spread(&mut ours));
    println!("                                 systemctl stop {}", spread(&mut theirs));
    println!("                                          ratio {ratio}");
    println!("                           echo 1 > cgroup.kill {}", spread(&mut kernel));
}

/// From the last process's end to the return of `stop`.
fn last(stage: &Stage) {
    let file = stage.folder.path().join("last");
    let mut times = Vec::new();
    for _ in 0..RUNS * 3 {
        let herd = Herd::new(stage, &["last", file.to_str().unwrap()], 1);
        let mut stop = Command::new(&stage.herd);
        stop.arg("after").arg(&file).arg(&*UNITCTL).args(["stop", "--force", "--cgroup"]).arg(&herd.cgroup);
        let output = stop.arg(&stage.unit).stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        times.push(Duration::from_nanos(text.lines().last().unwrap().parse().unwrap()));
    }
    println!("last process's end to return of stop            {}", spread(&mut times));
}

/// How the time grows with the number of processes.
fn growth(stage: &Stage) {
    for count in [1, 10, 100, 1_000, 10_000] {
        for arguments in [&["stop"][..], &["kill", "-s", "KILL"]] {
            let mut times = Vec::new();
            for _ in 0..5 {
                let herd = Herd::new(stage, &[&count.to_string()], count);
                times.push(herd.until_empty(|| {
                    let mut command = unitctl(arguments, &herd.cgroup);
                    assert!(command.arg(&stage.unit).status().unwrap().success());
                }));
            }
            println!("{count:>6} processes     unitctl {:<12}   {}", arguments.join(" "), spread(&mut times));
        }
    }
}

/// Peak memory with many processes.
fn memory(stage: &Stage) {
    const COUNT: usize = 10_000;
    for arguments in [&["stop"][..], &["kill", "-s", "TERM"], &["kill", "-s", "KILL"]] {
        let herd = Herd::new(stage, &[&COUNT.to_string()], COUNT);
        let mut peak = Command::new(&stage.herd);
        peak.arg("peak").arg(&*UNITCTL).args(arguments).arg("--force").arg("--cgroup").arg(&herd.cgroup);
        let output = peak.arg(&stage.unit).stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        let peak: f64 = text.lines().last().unwrap().parse().unwrap();
        println!("peak memory, {COUNT} processes  {:<20} {:8.1} MiB", arguments.join(" "), peak / 1024.0);
    }
}

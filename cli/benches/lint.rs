//! How long `unitctl lint` takes for 145 services as a whole process, beside `cat` and `systemd-analyze verify` of the same.
//!
//! `cargo bench --bench lint` prints medians of interleaved runs and their ratios. The units are those of the folder
//! UNITCTL_CORPUS and of this machine.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs and reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 51;
const UNITS: usize = 145;

fn main() {
    let mut units = Vec::new();
    if let Some(folder) = std::env::var_os("UNITCTL_CORPUS") {
        collect(Path::new(&folder), &mut units);
    }
    collect(Path::new("/usr/lib/systemd/system"), &mut units);
    units.sort();
    units.dedup();
    units.truncate(UNITS);
    let (mut cat, mut lint) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        cat.push(run("cat", &[], &units));
        lint.push(run(env!("CARGO_BIN_EXE_unitctl"), &["lint"], &units));
    }
    let (cat, lint) = (median(cat), median(lint));
    println!("{} services, medians of {RUNS} interleaved runs", units.len());
    println!("  cat                     {cat:>12.2?}");
    println!("  unitctl lint            {lint:>12.2?}  {:.1} times cat", ratio(lint, cat));
    if Command::new("systemd-analyze").arg("--version").stdout(Stdio::null()).status().is_ok() {
        let verify = run("systemd-analyze", &["verify", "--man=no", "--recursive-errors=no"], &units);
        println!(
            "  systemd-analyze verify  {verify:>12.2?}  {:.1} times lint (one run)",
            ratio(verify, lint)
        );
    } else {
        println!("  systemd-analyze is not there to compare with");
    }
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn run(program: &str, args: &[&str], units: &[PathBuf]) -> Duration {
    let mut command = Command::new(program);
    command.args(args).args(units).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let _findings_are_no_failure = command.status();
    started.elapsed()
}

fn collect(folder: &Path, units: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.symlink_metadata() {
            Ok(data) if data.is_dir() => collect(&path, units),
            Ok(data) if data.is_file() && path.extension().is_some_and(|end| end == "service") => {
                units.push(path);
            }
            _ => {}
        }
    }
}

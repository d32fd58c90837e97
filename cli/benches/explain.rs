//! How long `unitctl explain` takes as a whole process, beside `true`, `cat` and `systemd-analyze verify`.
//!
//! `cargo bench --bench explain` prints medians of interleaved runs and their ratios. The units are those of
//! the folder UNITCTL_CORPUS and of this machine. UNITCTL_BIN names another program to measure, such as the static
//! one that `cargo static` builds and that is meant to be shipped.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs and reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 101;

fn main() {
    let folder =
        std::env::var_os("UNITCTL_CORPUS").map_or_else(|| "/usr/lib/systemd/system".into(), PathBuf::from);
    let mut units = services(&folder);
    units.extend(services(Path::new("/usr/lib/systemd/system")));
    units.truncate(200);
    let Some(one) = units.iter().find(|unit| unit.ends_with("ssh.service")).or(units.first()) else {
        println!("no units in {}", folder.display());
        return;
    };
    let unitctl = std::env::var("UNITCTL_BIN").unwrap_or(env!("CARGO_BIN_EXE_unitctl").into());
    let unitctl = unitctl.as_str();
    println!("{RUNS} interleaved runs, whole processes\n");

    let one = [one.as_path()];
    let all: Vec<&Path> = units.iter().map(PathBuf::as_path).collect();
    let [base, explain] = measure([&mut || run("true", &[], &[]), &mut || run(unitctl, &["explain"], &one)]);
    report("true", base, base);
    report("unitctl explain, one unit", explain, base);

    let [base, explain, show] =
        measure([&mut || run("cat", &[], &all), &mut || run(unitctl, &["explain"], &all), &mut || {
            run(unitctl, &["show"], &all)
        }]);
    println!();
    report(&format!("cat, {} units", all.len()), base, base);
    report(&format!("unitctl explain, {} units", all.len()), explain, base);
    report(&format!("unitctl show, {} units", all.len()), show, base);

    let verify = ["verify", "--man=no", "--recursive-errors=no"];
    if run("systemd-analyze", &verify, &one).is_some() {
        let started = Instant::now();
        let took = run("systemd-analyze", &verify, &all).unwrap_or_default();
        report(&format!("systemd-analyze verify, {} units (one run)", all.len()), Some(took), base);
        println!("\ntook {:.1} s for that", started.elapsed().as_secs_f64());
    } else {
        println!("systemd-analyze is not there to compare with");
    }
}

fn services(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.symlink_metadata() {
            Ok(data) if data.is_dir() => found.extend(services(&path)),
            Ok(data) if data.is_file() && path.extension().is_some_and(|end| end == "service") => {
                found.push(path);
            }
            _ => {}
        }
    }
    found.sort();
    found
}

/// How long a program takes from start to end; nothing if it cannot be started.
fn run(program: &str, arguments: &[&str], files: &[&Path]) -> Option<Duration> {
    let mut command = Command::new(program);
    command.args(arguments).args(files).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    command.status().ok()?;
    Some(started.elapsed())
}

/// The median of each, their runs taking turns.
fn measure<const N: usize>(mut programs: [&mut dyn FnMut() -> Option<Duration>; N]) -> [Option<Duration>; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..RUNS {
        for (program, times) in programs.iter_mut().zip(&mut times) {
            times.extend(program());
        }
    }
    times.map(|mut times| {
        times.sort();
        times.get(times.len() / 2).copied()
    })
}

fn report(name: &str, time: Option<Duration>, base: Option<Duration>) {
    match (time, base) {
        (Some(time), Some(base)) => {
            let ratio = time.as_secs_f64() / base.as_secs_f64();
            println!("{name:<50} {:>9.3} ms  {ratio:>6.2} x", time.as_secs_f64() * 1e3);
        }
        _ => println!("{name:<50} not measured"),
    }
}

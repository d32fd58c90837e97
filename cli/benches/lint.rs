//! How long `unitctl lint` takes for 145 services as a whole process, beside cat(1) and `systemd-analyze verify` of the
//! same files, and beside true(1), which is what any process costs.
//!
//! `cargo bench --bench lint` runs them by turns and prints medians, quartiles and ratios. All write to /dev/null. The
//! units are those of the folder UNITCTL_CORPUS and of this machine, or of the folder UNITCTL_UNITS in its place, such as
//! that of another systemd; of those with the same name the first counts. UNITCTL_PROGRAM names another program than the
//! one that was built for this, such as the static one, and UNITCTL_VERIFY another `systemd-analyze` than this machine's.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs and reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TURNS: usize = 51;
const UNITS: usize = 145;

/// One of the programs that run by turns.
struct Contestant {
    name: &'static str,
    program: OsString,
    words: &'static [&'static str],
    times: Vec<Duration>,
}

fn main() {
    let mut units = Vec::new();
    if let Some(folder) = std::env::var_os("UNITCTL_CORPUS") {
        collect(Path::new(&folder), &mut units);
    }
    let of_systemd = std::env::var_os("UNITCTL_UNITS").unwrap_or_else(|| "/usr/lib/systemd/system".into());
    collect(Path::new(&of_systemd), &mut units);
    // systemd-analyze would read what it is given twice only once.
    let mut names = BTreeSet::new();
    units.retain(|unit| names.insert(unit.file_name().map(ToOwned::to_owned)));
    units.truncate(UNITS);
    units.sort();
    let unitctl = std::env::var_os("UNITCTL_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_unitctl").into());
    let verify = std::env::var_os("UNITCTL_VERIFY").unwrap_or_else(|| "systemd-analyze".into());
    let one = |name, program, words| Contestant { name, program, words, times: Vec::new() };
    let mut all = [
        one("true", "true".into(), &[]),
        one("cat", "cat".into(), &[]),
        one("unitctl lint", unitctl, &["lint"]),
        one("systemd-analyze verify", verify, &["verify", "--man=no", "--recursive-errors=no"]),
    ];
    for _ in 0..TURNS {
        for contestant in &mut all {
            contestant.times.extend(run(&contestant.program, contestant.words, &units));
        }
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!(
        "{} services, {TURNS} runs by turns, load {load}; median (lower to upper quartile)",
        units.len()
    );
    for contestant in &mut all {
        contestant.times.sort_unstable();
        let at = |part: usize| contestant.times.get(contestant.times.len() * part / 4);
        match (at(2), at(1), at(3)) {
            (Some(median), Some(lower), Some(upper)) => {
                println!("  {:<23} {median:>10.2?} ({lower:.2?} to {upper:.2?})", contestant.name);
            }
            _ => println!("  {:<23} is not there", contestant.name),
        }
    }
    let [_, cat, lint, verify] = all;
    for (quarter, name) in [(2, "medians"), (1, "lower quartiles")] {
        let of = |contestant: &Contestant| {
            contestant.times.get(contestant.times.len() * quarter / 4).map(Duration::as_secs_f64)
        };
        let ratio = |a, b| Some(of(a)? / of(b)?);
        println!(
            "  by {name}: lint takes {:.1} times cat, verify {:.1} times lint",
            ratio(&lint, &cat).unwrap_or(f64::NAN),
            ratio(&verify, &lint).unwrap_or(f64::NAN)
        );
    }
}

/// How long a program takes; `None` if it is not there. That it finds something is no failure.
fn run(program: &OsString, words: &[&str], units: &[PathBuf]) -> Option<Duration> {
    let mut command = Command::new(program);
    command.args(words).args(units).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    command.status().ok()?;
    Some(started.elapsed())
}

fn collect(folder: &Path, units: &mut Vec<PathBuf>) {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
    paths.sort();
    for path in paths {
        match path.symlink_metadata() {
            Ok(data) if data.is_dir() => collect(&path, units),
            Ok(data) if data.is_file() && path.extension().is_some_and(|end| end == "service") => {
                units.push(path);
            }
            _ => {}
        }
    }
}

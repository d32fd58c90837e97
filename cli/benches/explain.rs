//! How long `unitctl explain` and `show` take as whole processes, beside what else reads the same files; and how that
//! grows with the size of a file and the number of drop-ins.
//!
//! `cargo bench --bench explain` runs them by turns and prints tables. The units are those of the folder UNITCTL_CORPUS
//! and of this machine. UNITCTL_PROGRAM names another program to measure, such as the one that `cargo everyday`
//! builds and that is meant to be shipped.

#![expect(clippy::disallowed_methods, reason = "a benchmark runs programs and reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark may fail where it stands")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let mut units = Vec::new();
    if let Some(folder) = std::env::var_os("UNITCTL_CORPUS") {
        units.extend(services(Path::new(&folder)));
    }
    units.extend(services(Path::new("/usr/lib/systemd/system")));
    units.truncate(145);
    let one = units.iter().find(|unit| unit.ends_with("ssh.service")).or(units.first()).cloned();
    let Some(one) = one else {
        return println!("skipped: no units, name a folder of them by UNITCTL_CORPUS");
    };
    let unitctl = std::env::var("UNITCTL_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_unitctl").into());
    let verify = &["systemd-analyze", "verify", "--man=no", "--recursive-errors=no"][..];

    println!("One unit:\n");
    by_turns(101, &[&["true"], &["cat"], &[&unitctl, "explain"], &[&unitctl, "show"], verify], &[one]);
    println!("\n{} units:\n", units.len());
    by_turns(31, &[&["true"], &["cat"], &[&unitctl, "explain"], &[&unitctl, "show"], verify], &units);

    println!("\nA unit with many drop-ins, of one line each:\n");
    println!("| drop-ins | ms | least | greatest | µs for each |\n|---:|---:|---:|---:|---:|");
    for count in [1, 10, 100, 1_000, 10_000] {
        let folder = tempfile::tempdir().unwrap();
        let unit = folder.path().join("many.service");
        fs::write(&unit, "[Service]\nExecStart=/bin/true\n").unwrap();
        fs::create_dir(folder.path().join("many.service.d")).unwrap();
        for index in 0..count {
            let drop_in = folder.path().join(format!("many.service.d/{index:05}.conf"));
            fs::write(drop_in, format!("[Service]\nEnvironment=NAME{index}=value\n")).unwrap();
        }
        growth(count, &unitctl, &unit);
    }

    println!(
        "\nA large file:\n\n| lines | ms | least | greatest | µs for each |\n|---:|---:|---:|---:|---:|"
    );
    for count in [10, 100, 1_000, 10_000, 100_000, 1_000_000] {
        let folder = tempfile::tempdir().unwrap();
        let unit = folder.path().join("large.service");
        let lines: Vec<_> =
            (0..count).map(|index| format!("Environment=NAME{}=value\n", index % 1000)).collect();
        let lines = lines.concat();
        fs::write(&unit, format!("[Service]\nExecStart=/bin/true\n{lines}")).unwrap();
        growth(count, &unitctl, &unit);
    }
}

/// One row of a table of growth.
fn growth(count: u32, unitctl: &str, unit: &Path) {
    let units = [unit.to_owned()];
    let runs = if count > 10_000 { 3 } else { 11 };
    let mut times: Vec<f64> = (0..runs).filter_map(|_| run(&[unitctl, "explain"], &units)).collect();
    times.sort_unstable_by(f64::total_cmp);
    let [least, .., most] = times[..] else { return println!("| {count} | not measured |") };
    let median = times[times.len() / 2];
    println!(
        "| {count} | {median:.2} | {least:.2} | {most:.2} | {:.2} |",
        median * 1000.0 / f64::from(count)
    );
}

/// Runs programs with the same arguments by turns and prints a table; the last column is the median of the quotients
/// of runs that followed each other, when the machine was as busy.
fn by_turns(runs: usize, programs: &[&[&str]], units: &[PathBuf]) {
    let mut times = vec![Vec::new(); programs.len()];
    for _ in 0..runs {
        for (program, times) in programs.iter().zip(&mut times) {
            times.extend(run(program, units));
        }
    }
    println!("| program | ms | least | greatest | times `{}` | lower and upper quartile |", programs[1][0]);
    println!("|---|---:|---:|---:|---:|---:|");
    for (program, own) in programs.iter().zip(&times) {
        let name = Path::new(program[0]).file_name().unwrap_or_default().to_string_lossy();
        let name = program.get(1).map_or(name.to_string(), |command| format!("{name} {command}"));
        if own.len() < runs || times[1].len() < runs {
            println!("| {name} | not there |");
            continue;
        }
        let mut ratios: Vec<f64> = own.iter().zip(&times[1]).map(|(own, cat)| own / cat).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let mut own = own.clone();
        own.sort_unstable_by(f64::total_cmp);
        let at = |values: &[f64], quarter: usize| values[(values.len() - 1) * quarter / 4];
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} to {:.2} |",
            at(&own, 2),
            at(&own, 0),
            at(&own, 4),
            at(&ratios, 2),
            at(&ratios, 1),
            at(&ratios, 3)
        );
    }
}

/// How many milliseconds a program takes from start to end; nothing if it cannot be started.
fn run(program: &[&str], files: &[PathBuf]) -> Option<f64> {
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).args(files);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    command.status().ok()?;
    Some(started.elapsed().as_secs_f64() * 1000.0)
}

/// The services in and below a folder.
fn services(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
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
